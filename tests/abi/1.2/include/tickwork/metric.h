/* SPDX-License-Identifier: MIT */
/* The row view of metrics: points, batches, and the sink that they go to. Frozen for ABI 1. */
#ifndef TICKWORK_METRIC_H
#define TICKWORK_METRIC_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* tw_value.type. Numbers must be finite: NaN and infinities are refused by every sink. */
enum { TW_FLOAT = 1, TW_INT, TW_UINT, TW_BOOL, TW_STRING };

/* A typed value, 16 bytes. len is the length of as.s in bytes and 0 for other types. */
typedef struct tw_value {
  uint32_t type, len;
  union {
    double f;
    int64_t i;
    uint64_t u;
    bool b;
    const char* s;
  } as;
} tw_value;

typedef struct tw_tag { /* 32 bytes; neither key nor value may be empty */
  tw_str key, value;
} tw_tag;

typedef struct tw_field { /* 32 bytes; the key may not be empty */
  tw_str key;
  tw_value value;
} tw_field;

#define TW_NOW INT64_MIN /* time_ns: the host stamps the point */

enum { TW_UNTYPED = 0, TW_COUNTER, TW_GAUGE, TW_HISTOGRAM, TW_SUMMARY }; /* tw_point.kind */

/* One row, 80 bytes: a measurement, its tags, one or more fields, one time. */
typedef struct tw_point {
  tw_str name;            /* measurement, not empty */
  const tw_tag* tags;     /* sorted by key and unique when the host hands them out */
  const tw_field* fields; /* n_fields is at least 1 */
  uint32_t n_tags, n_fields;
  int64_t time_ns; /* nanoseconds since 1970, or TW_NOW */
  uint32_t kind, flags;
  uint64_t token; /* delivery token (host/delivery.h); 0 when nobody asked */
  tw_str series;  /* series hint: measurement and tags exactly as a line of text began
                     ("cpu,host=a"), so that storage can recognise the series by its bytes; empty
                     when there is no such text or a stage changed name or tags */
} tw_point;

typedef struct tw_batch {
  const tw_point* points;
  size_t count;
} tw_batch;

/* Where points go. add copies before it returns; points of one call need not be alike. Invalid
 * points (no fields, empty names, NaN) are dropped and counted, and add returns TW_E_INVALID after
 * taking the others. TW_AGAIN: downstream is full and nothing of this call was taken. */
typedef struct tw_sink tw_sink;
struct tw_sink {
  uint32_t size;
  void* self;
  tw_status (*add)(const tw_sink*, const tw_point*, size_t n); /* [work] */
};

/* Where bytes go (serializers, snapshots). write takes all or fails. */
typedef struct tw_writer tw_writer;
struct tw_writer {
  uint32_t size;
  void* self;
  tw_status (*write)(const tw_writer*, tw_str bytes); /* [work] */
};

#ifdef __cplusplus
}
#endif
#endif
