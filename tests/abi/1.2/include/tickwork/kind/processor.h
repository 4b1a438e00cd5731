/* SPDX-License-Identifier: MIT */
/* tw.processor/1: changes, drops or multiplies points on their way. */
#ifndef TICKWORK_KIND_PROCESSOR_H
#define TICKWORK_KIND_PROCESSOR_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_PROCESSOR "tw.processor/1"

typedef struct tw_processor {
  uint32_t size;
  /* Adds to the sink what goes on. A point that goes on keeps its token; what is not added is
   * dropped. On an error the whole batch goes on unchanged. */
  tw_status (*process)(tw_instance*, const tw_batch*, const tw_sink*, tw_error*); /* [work] */
} tw_processor;

#ifdef __cplusplus
}
#endif
#endif
