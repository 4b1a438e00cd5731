/* SPDX-License-Identifier: MIT */
/* tw.aggregator/1: collects the points of a window and pushes a summary at its end. */
#ifndef TICKWORK_KIND_AGGREGATOR_H
#define TICKWORK_KIND_AGGREGATOR_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_AGGREGATOR "tw.aggregator/1"

typedef struct tw_aggregator {
  uint32_t size;
  tw_status (*add)(tw_instance*, const tw_batch*, tw_error*); /* [work] points of the window */
  /* The window ended: add the summary to the sink (time TW_NOW: the host stamps the push) and start
   * afresh. */
  tw_status (*push)(tw_instance*, const tw_sink*, tw_error*); /* [work] */
} tw_aggregator;

#ifdef __cplusplus
}
#endif
#endif
