/* SPDX-License-Identifier: MIT */
/* tw.query/1: runs a query text and answers in columns. */
#ifndef TICKWORK_KIND_QUERY_H
#define TICKWORK_KIND_QUERY_H

#include "../arrow.h"
#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_QUERY "tw.query/1"

enum { TW_QUERY_READ_ONLY = 1 }; /* tw_request.flags: the client asked by a reading method */

typedef struct tw_request {
  uint32_t size, flags;
  tw_str text, database, retention;
  const tw_field* params; /* bound parameters, the values of $name */
  size_t n_params;
  int64_t now_ns, deadline_ns; /* what now() means; tw_host.ticks to give up at, 0: never */
  tw_str params_json;          /* bound parameters as a JSON object, when the client sent one */
} tw_request;

/* One table of an answer. Strings and tags live until the next call of next; the receiver releases
 * rows if its release is set. Rows may be made as they are read: to hold few at a time, read and
 * release them before the next call of next; what goes wrong then comes from get_next, with the
 * text from get_last_error. Streams that are left open stay readable, whatever that takes. A
 * statement that failed has an error and no rows; a statement without
 * rows has neither. Columns: "time" ("tsn:") first where the language has one, then as
 * tw_rows.array (kind/storage.h). */
typedef struct tw_result {
  uint32_t size;
  int32_t statement; /* counts from 0 */
  tw_str name;
  const tw_tag* tags;
  size_t n_tags;
  struct ArrowArrayStream rows;
  tw_str error;   /* the statement's error text, empty: none */
  tw_str message; /* a warning to pass on, empty: none */
} tw_result;

/* An answer under way; the caller sets size, run fills the rest. Not for use by two threads at
 * once, except cancel. */
typedef struct tw_results tw_results;
struct tw_results {
  uint32_t size;
  void* self;
  tw_status (*next)(tw_results*, tw_result*, tw_error*); /* [any] TW_DONE after the last */
  void (*cancel)(tw_results*);                           /* [any] next then fails soon */
  void (*release)(tw_results*);                          /* [any] exactly once */
};

typedef struct tw_query {
  uint32_t size;
  const char* language; /* "influxql" */
  /* TW_E_INVALID: the text does not parse, and nothing was executed. Errors of single statements
   * come as tw_result.error. */
  tw_status (*run)(tw_instance*, const tw_request*, tw_results*, tw_error*); /* [any] */
  /* A text of this language that reads every row of the measurement "cpu" of the request's
   * database: shows the language to who meets it, and lets the validator run it. NULL: none. */
  const char* example;
} tw_query;

#ifdef __cplusplus
}
#endif
#endif
