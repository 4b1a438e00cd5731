/* SPDX-License-Identifier: MIT */
/* Names every public struct, so that abidw sees them all: the library behind surface.abi. */
#include <tickwork/tickwork.h>

#define SEEN(name)                           \
  TW_EXPORT const void* see_##name(name* p); \
  const void* see_##name(name* p) { return p; }

SEEN(tw_error)
SEEN(tw_point)
SEEN(tw_batch)
SEEN(tw_sink)
SEEN(tw_writer)
SEEN(tw_config)
SEEN(tw_host)
SEEN(tw_module)
SEEN(tw_delivery)
SEEN(tw_emit)
SEEN(tw_inspect)
SEEN(tw_services)
SEEN(tw_instances)
SEEN(tw_state)
SEEN(tw_timer)
SEEN(tw_aggregator)
SEEN(tw_handler)
SEEN(tw_http_server)
SEEN(tw_input)
SEEN(tw_interrupt)
SEEN(tw_memory)
SEEN(tw_output)
SEEN(tw_panel)
SEEN(tw_parser)
SEEN(tw_processor)
SEEN(tw_query)
SEEN(tw_serializer)
SEEN(tw_service)
SEEN(tw_snapshot)
SEEN(tw_storage)
SEEN(tw_storage_aggregate)
SEEN(tw_feed)
SEEN(tw_stream)
