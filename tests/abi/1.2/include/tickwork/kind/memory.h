/* SPDX-License-Identifier: MIT */
/* tw.memory/1: tells how much memory an instance holds, for the host's own view (tw.inspect/1). */
#ifndef TICKWORK_KIND_MEMORY_H
#define TICKWORK_KIND_MEMORY_H

#include "../abi.h"
#include "../module.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_MEMORY "tw.memory/1"

typedef struct tw_memory {
  uint32_t size;
  /* Bytes of heap that the instance holds now: tables, caches, buffers, state; an estimate will do.
   * Pages of mapped files do not count. Must be cheap: it is asked every few seconds. */
  uint64_t (*bytes)(tw_instance*); /* [any] */
} tw_memory;

#ifdef __cplusplus
}
#endif
#endif
