/* SPDX-License-Identifier: MIT */
/* tw.emit/1: points outside of a gather call, from any thread between start and the return of
 * stop. */
#ifndef TICKWORK_HOST_EMIT_H
#define TICKWORK_HOST_EMIT_H

#include "../host.h"
#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_EMIT "tw.emit/1"

typedef struct tw_emit {
  uint32_t size;
  /* Copies before it returns. TW_AGAIN: downstream is full, nothing was taken; wait and offer
   * again. TW_E_INVALID: bad points were dropped, the others taken. */
  tw_status (*emit)(const tw_host*, const tw_point*, size_t n); /* [any] */
} tw_emit;

#ifdef __cplusplus
}
#endif
#endif
