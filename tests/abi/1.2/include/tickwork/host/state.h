/* SPDX-License-Identifier: MIT */
/* tw.state/1: a small durable key-value store per instance name, for cursors and offsets. It
 * survives restarts, reloads and plugin updates. Not for data: values up to 64 KiB. */
#ifndef TICKWORK_HOST_STATE_H
#define TICKWORK_HOST_STATE_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_STATE "tw.state/1"

typedef struct tw_state {
  uint32_t size;
  /* Writes at most cap bytes and always the whole length to *len. TW_E_NOT_FOUND: no such key. */
  tw_status (*get)(const tw_host*, tw_str key, void* buf, size_t cap, size_t* len); /* [any] */
  tw_status (*put)(const tw_host*, tw_str key, tw_str value); /* [any] durable on return */
  tw_status (*del)(const tw_host*, tw_str key);               /* [any] durable on return */
} tw_state;

#ifdef __cplusplus
}
#endif
#endif
