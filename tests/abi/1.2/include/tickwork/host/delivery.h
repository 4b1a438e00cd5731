/* SPDX-License-Identifier: MIT */
/* tw.delivery/1: tells an input what became of the points that carry its tokens. */
#ifndef TICKWORK_HOST_DELIVERY_H
#define TICKWORK_HOST_DELIVERY_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_DELIVERY "tw.delivery/1"

typedef struct tw_delivery {
  uint32_t size;
  /* done is called once for each distinct non-zero token of an add or emit call, when the last copy
   * of the last of its points has ended: TW_OK when none was rejected, TW_E_IO when an output or an
   * overflowing edge dropped one. Points that a filter or processor dropped count as delivered. */
  tw_status (*watch)(const tw_host*, void* self,
                     void (*done)(void* self, uint64_t token, tw_status)); /* [setup] */
} tw_delivery;

#ifdef __cplusplus
}
#endif
#endif
