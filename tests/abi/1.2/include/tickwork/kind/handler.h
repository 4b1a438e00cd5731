/* SPDX-License-Identifier: MIT */
/* tw.handler/1: tells somebody of an alert event. */
#ifndef TICKWORK_KIND_HANDLER_H
#define TICKWORK_KIND_HANDLER_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_HANDLER "tw.handler/1"

enum { TW_LEVEL_OK = 0, TW_LEVEL_INFO, TW_LEVEL_WARNING, TW_LEVEL_CRITICAL };

/* An alert changed its level or speaks again. All borrowed for the call. */
typedef struct tw_event {
  uint32_t size, level, previous, flags;
  tw_str topic, id, message, details, task;
  int64_t time_ns, duration_ns; /* of the point; since the alert left OK */
  tw_str name;                  /* measurement and tags of the group */
  const tw_tag* tags;
  size_t n_tags;
  const tw_field* fields; /* of the point that decided */
  size_t n_fields;
  tw_str json; /* the whole event as Kapacitor's JSON alert data, ready to be sent */
} tw_event;

typedef struct tw_handler {
  uint32_t size;
  tw_status (*handle)(tw_instance*, const tw_event*, tw_error*); /* [work] */
} tw_handler;

#ifdef __cplusplus
}
#endif
#endif
