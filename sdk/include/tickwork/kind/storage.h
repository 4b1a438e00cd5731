/* SPDX-License-Identifier: MIT */
/* tw.storage/1: keeps points by database, retention policy, series and time; tw.feed/1: tells of
 * them as they are written. Semantics are InfluxDB's: last write wins per series, time and field.
 */
#ifndef TICKWORK_KIND_STORAGE_H
#define TICKWORK_KIND_STORAGE_H

#include "../arrow.h"
#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_STORAGE "tw.storage/1"
#define TW_FEED "tw.feed/1"

enum { TW_EQ = 1, TW_NE, TW_MATCH, TW_NO_MATCH }; /* tw_where.op; MATCH is RE2, unanchored */

/* A condition on one tag. An absent tag is the empty string. Frozen. */
typedef struct tw_where {
  tw_str tag, value;
  uint32_t op, pad;
} tw_where;

enum {                         /* tw_scan.flags */
       TW_SCAN_DESCENDING = 1, /* scan: rows of a series from the newest */
       TW_LIST_COUNT = 2       /* list: a storage may answer with one row of one column, count "l":
                                  how many rows the list has; one that does not lists them */
};

/* What to read. measurement may be empty for list and drop only. */
typedef struct tw_scan {
  uint32_t size, flags;
  tw_str database, retention, measurement; /* empty retention: the database's default */
  int64_t from_ns, to_ns;                  /* [from, to); INT64_MIN, INT64_MAX: unbounded */
  const tw_str* columns;                   /* fields; n_columns 0 means all */
  size_t n_columns;
  const tw_where* where; /* all must hold */
  size_t n_where;
  uint64_t limit; /* rows per series, 0: no limit */
  tw_str name;    /* list and drop: the tag key, policy, subscription or shard id in question; drop:
                     the user or continuous query */
} tw_scan;

/* A run of rows of one series. tags are those of the series, sorted by key, and live until the next
 * call of next. array is a struct array of the scanner's schema: child 0 is "time" ("tsn:", no
 * nulls, sorted), then a child a field with nulls where the row lacks it ("g" float, "l" integer,
 * "L" unsigned, "b" boolean, "u" string). The receiver releases array. */
typedef struct tw_rows {
  uint32_t size, n_tags;
  const tw_tag* tags;
  uint64_t series; /* equal for runs of one series, different between series */
  struct ArrowArray array;
} tw_rows;

/* A scan under way: series in series-key order (measurement and tags sorted by key, bytewise), each
 * series in time order, one or more runs a series. Not for use by two threads at once. */
typedef struct tw_scanner tw_scanner;
struct tw_scanner {
  uint32_t size;
  void* self;
  tw_status (*schema)(tw_scanner*, struct ArrowSchema*, tw_error*); /* [any] the caller releases */
  tw_status (*next)(tw_scanner*, tw_rows*, tw_error*);              /* [any] TW_DONE at the end */
  void (*release)(tw_scanner*);                                     /* [any] exactly once */
};

/* Subjects of list, define and drop. The columns that list answers with, strings ("u") unless said:
 *   DATABASES           name
 *   RETENTION_POLICIES  name, duration "l" ns (0 for ever), shard_duration "l" ns, replicas "l",
 *                       default "b"
 *   MEASUREMENTS        name, sorted
 *   TAG_KEYS            measurement, key, sorted by both
 *   TAG_VALUES          measurement, key, value, sorted; scan.name: one key, empty: all
 *   FIELD_KEYS          measurement, key, type (float integer unsigned string boolean), sorted
 *   SERIES              key ("cpu,host=a", escaped as in line protocol), sorted
 *   SHARDS              id "l", database, retention, start "l" ns, end "l" ns, bytes "l"
 *   SUBSCRIPTIONS       database, retention, name, mode, destinations (separated by newlines)
 *   USERS               name, hash (as define got it), admin "b", in creation order
 *   GRANTS              user, database, privilege ("READ", "WRITE", "ALL"; "NONE" once revoked),
 *                       users in creation order, then by database
 *   CONTINUOUS_QUERIES  database, name, query, in creation order */
enum {
  TW_DATABASES = 1,
  TW_RETENTION_POLICIES,
  TW_MEASUREMENTS,
  TW_TAG_KEYS,
  TW_TAG_VALUES,
  TW_FIELD_KEYS,
  TW_SERIES,
  TW_SHARDS,
  TW_SUBSCRIPTIONS,
  TW_ROWS, /* drop only: rows of the scan's time range, measurement and conditions */
  TW_USERS,
  TW_GRANTS, /* list and define only: they go with their user or database */
  TW_CONTINUOUS_QUERIES
};

enum {                        /* tw_definition.flags */
       TW_DEFINE_ALTER = 1,   /* must exist; only what TW_DEFINE_HAS_ flags say changes */
       TW_DEFINE_DEFAULT = 2, /* becomes the database's default policy */
       TW_DEFINE_HAS_DURATION = 4,
       TW_DEFINE_HAS_SHARD_DURATION = 8,
       TW_DEFINE_HAS_REPLICAS = 16,
       TW_DEFINE_HAS_ADMIN = 32, /* of a user: TW_DEFINE_ADMIN or its absence counts */
       TW_DEFINE_ADMIN = 64      /* may do everything */
};

/* What to create or alter. Creating what exists with equal values succeeds; with other values it is
 * TW_E_INVALID. A grant replaces the one before it. A storage that keeps no users, grants or
 * continuous queries answers TW_E_INVALID for them. */
typedef struct tw_definition {
  uint32_t size, what, flags, replicas;
  tw_str database, name;                  /* its own name; of a grant: the user's */
  tw_str retention;                       /* of a subscription: its policy */
  int64_t duration_ns, shard_duration_ns; /* 0: for ever; chosen by duration */
  tw_str mode; /* of a subscription: "ALL" or "ANY"; of a user: the hash of the password, empty
                  leaves it; of a grant: the privilege; of a continuous query: its text */
  const tw_str* destinations;
  size_t n_destinations;
} tw_definition;

typedef struct tw_storage {
  uint32_t size;
  /* Durable on return. Empty rp: the default policy. TW_PARTIAL: some points were refused for good;
   * the message is InfluxDB's ("field type conflict: input field ... dropped=1"). TW_AGAIN: full
   * for now, nothing was taken. TW_E_NOT_FOUND: no such database or policy ("database not found:
   * x", "retention policy not found: x"). */
  tw_status (*write)(tw_instance*, tw_str database, tw_str retention, const tw_batch*,
                     tw_error*);                                           /* [work] */
  tw_status (*scan)(tw_instance*, const tw_scan*, tw_scanner*, tw_error*); /* [any] */
  tw_status (*list)(tw_instance*, uint32_t what, const tw_scan*, struct ArrowArrayStream*,
                    tw_error*);                                              /* [any] */
  tw_status (*define)(tw_instance*, const tw_definition*, tw_error*);        /* [any] durable */
  tw_status (*drop)(tw_instance*, uint32_t what, const tw_scan*, tw_error*); /* [any] durable */
} tw_storage;

/* Hears of every write after it is durable, in commit order a series. batch has points with names,
 * sorted tags, fields and times. Runs on the writer's thread: copy and return, never call back into
 * the storage. */
typedef struct tw_listener tw_listener;
struct tw_listener {
  uint32_t size;
  void* self;
  void (*written)(const tw_listener*, tw_str database, tw_str retention,
                  const tw_batch*); /* [any] */
};

typedef struct tw_feed {
  uint32_t size;
  /* The listener stays the caller's and must live until unlisten returns; after that it is not
   * called again. */
  tw_status (*listen)(tw_instance*, const tw_listener*, tw_error*); /* [any] */
  void (*unlisten)(tw_instance*, const tw_listener*);               /* [any] */
} tw_feed;

#ifdef __cplusplus
}
#endif
#endif
