/* SPDX-License-Identifier: MIT */
/* tw.stream/1: a node of a streaming task, such as a user-defined function. */
#ifndef TICKWORK_KIND_STREAM_H
#define TICKWORK_KIND_STREAM_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_STREAM "tw.stream/1"

/* The group that points belong to; end_ns is the time of a batch, 0 on a stream edge. Frozen. */
typedef struct tw_group {
  tw_str name;
  const tw_tag* tags;
  size_t n_tags;
  int64_t end_ns;
} tw_group;

typedef struct tw_stream {
  uint32_t size;
  /* Points of one group, in time order. What goes on is added to the sink. */
  tw_status (*points)(tw_instance*, const tw_group*, const tw_batch*, const tw_sink*,
                      tw_error*); /* [work] */
  /* Batch edges only: open, points ..., close for each batch. May be NULL. */
  tw_status (*open)(tw_instance*, const tw_group*, const tw_sink*, tw_error*);  /* [work] */
  tw_status (*close)(tw_instance*, const tw_group*, const tw_sink*, tw_error*); /* [work] */
} tw_stream;

#ifdef __cplusplus
}
#endif
#endif
