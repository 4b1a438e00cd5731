/* SPDX-License-Identifier: MIT */
/* tw.input/1: makes points, when asked (gather) or by itself (tw.emit/1 between start and stop). */
#ifndef TICKWORK_KIND_INPUT_H
#define TICKWORK_KIND_INPUT_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_INPUT "tw.input/1"

typedef struct tw_input {
  uint32_t size;
  /* Called at every interval. Points added before a failure are kept. Required: an input that only
   * emits by itself returns TW_OK. */
  tw_status (*gather)(tw_instance*, const tw_sink*, tw_error*); /* [work] */
} tw_input;

#ifdef __cplusplus
}
#endif
#endif
