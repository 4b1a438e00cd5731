/* SPDX-License-Identifier: MIT */
/* Tickwork's plugin ABI, version 1: what a plugin in C includes. */
#ifndef TICKWORK_TICKWORK_H
#define TICKWORK_TICKWORK_H

#include "abi.h"
#include "arrow.h"
#include "config.h"
#include "host.h"
#include "host/delivery.h"
#include "host/emit.h"
#include "host/inspect.h"
#include "host/services.h"
#include "host/state.h"
#include "host/timer.h"
#include "kind/aggregator.h"
#include "kind/handler.h"
#include "kind/http.h"
#include "kind/input.h"
#include "kind/interrupt.h"
#include "kind/memory.h"
#include "kind/output.h"
#include "kind/panel.h"
#include "kind/parser.h"
#include "kind/processor.h"
#include "kind/query.h"
#include "kind/serializer.h"
#include "kind/service.h"
#include "kind/snapshot.h"
#include "kind/storage.h"
#include "kind/storage_aggregate.h"
#include "kind/stream.h"
#include "metric.h"
#include "module.h"

#endif
