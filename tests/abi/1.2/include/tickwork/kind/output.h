/* SPDX-License-Identifier: MIT */
/* tw.output/1: takes batches away. */
#ifndef TICKWORK_KIND_OUTPUT_H
#define TICKWORK_KIND_OUTPUT_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_OUTPUT "tw.output/1"

typedef struct tw_output {
  uint32_t size;
  /* TW_OK: the whole batch is delivered. TW_PARTIAL: the rest is refused for good and dropped.
   * TW_AGAIN or an error: the same batch is offered again at the next flush. */
  tw_status (*write)(tw_instance*, const tw_batch*, tw_error*); /* [work] */
} tw_output;

#ifdef __cplusplus
}
#endif
#endif
