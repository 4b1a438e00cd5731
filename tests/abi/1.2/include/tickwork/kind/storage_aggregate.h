/* SPDX-License-Identifier: MIT */
/* tw.storage-aggregate/1: aggregates by tags and time, computed where the rows lie. A storage may
 * offer it beside tw.storage/1; whoever queries uses it when it is there and scans when it is not.
 * Answers are what the same function gives over a scan, so both ways can be mixed.
 */
#ifndef TICKWORK_KIND_STORAGE_AGGREGATE_H
#define TICKWORK_KIND_STORAGE_AGGREGATE_H

#include "storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_STORAGE_AGGREGATE "tw.storage-aggregate/1"

/* tw_aggregate.function, over the values of one column that are not null. Of equal values (MIN,
 * MAX) the earliest counts; of equal times (FIRST, LAST) the greater value, but false before true
 * in FIRST.
 *   COUNT              "l"
 *   SUM                the column's type; integers wrap
 *   MEAN               "g"; over several series each series' mean is weighted by its count
 *   MIN MAX            the column's type; numbers and booleans
 *   FIRST LAST         the column's type; numbers and booleans
 *   SPREAD             MAX - MIN
 *   PERCENTILE         the column's type; the value of rank floor(count * parameter / 100 + 0.5),
 *                      none where that is 0 or beyond */
enum {
  TW_AGGREGATE_COUNT = 1,
  TW_AGGREGATE_SUM,
  TW_AGGREGATE_MEAN,
  TW_AGGREGATE_MIN,
  TW_AGGREGATE_MAX,
  TW_AGGREGATE_FIRST,
  TW_AGGREGATE_LAST,
  TW_AGGREGATE_SPREAD,
  TW_AGGREGATE_PERCENTILE
};

/* One function of one field. Frozen. */
typedef struct tw_aggregate {
  tw_str column;
  uint32_t function, pad;
  double parameter; /* of PERCENTILE */
} tw_aggregate;

enum { TW_AGGREGATE_TIMES = 1 }; /* tw_aggregation.flags: tell when the chosen points were */

/* What to compute. A bucket is [n * bucket_ns + offset_ns, (n + 1) * bucket_ns + offset_ns) for an
 * integer n, or with bucket_ns 0 the whole range. */
typedef struct tw_aggregation {
  uint32_t size, flags;
  const tw_scan* rows; /* database to range and where; its columns, flags and limit do not count */
  const tw_str* group_by; /* tag keys, sorted */
  size_t n_group_by;
  int64_t bucket_ns, offset_ns;
  uint64_t limit; /* the first buckets with values of each group suffice, 0: all */
  const tw_aggregate* aggregates;
  size_t n_aggregates;
} tw_aggregation;

typedef struct tw_storage_aggregate {
  uint32_t size;
  /* The answer is read as a scan is: one run a group, groups in the order of their tag values,
   * buckets ascending, only those with a value. tags are the keys of group_by with the group's
   * values (empty where its series have none); series numbers the groups. Child 0 is "time", the
   * bucket's start (INT64_MIN when bucket_ns is 0); then a child an aggregate, named by its column,
   * null where the bucket has no value; with TW_AGGREGATE_TIMES a child "time" ("tsn:") follows
   * each MIN, MAX, FIRST and LAST. TW_E_UNSUPPORTED: not for these columns or functions; scan
   * instead. A column that no row in range has is such a case. */
  tw_status (*aggregate)(tw_instance*, const tw_aggregation*, tw_scanner*, tw_error*); /* [any] */
} tw_storage_aggregate;

#ifdef __cplusplus
}
#endif
#endif
