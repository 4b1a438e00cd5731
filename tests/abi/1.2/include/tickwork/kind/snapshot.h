/* SPDX-License-Identifier: MIT */
/* tw.snapshot/1: an instance's state as bytes, to hand over to its successor. */
#ifndef TICKWORK_KIND_SNAPSHOT_H
#define TICKWORK_KIND_SNAPSHOT_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_SNAPSHOT "tw.snapshot/1"

typedef struct tw_snapshot {
  uint32_t size;
  tw_status (*save)(tw_instance*, const tw_writer*, tw_error*); /* [work] */
  /* Random bytes are refused with TW_E_INVALID, never trusted. */
  tw_status (*load)(tw_instance*, tw_str, tw_error*); /* [setup] created */
} tw_snapshot;

#ifdef __cplusplus
}
#endif
#endif
