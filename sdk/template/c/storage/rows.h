/* The rows of one database in memory: series sorted by their key, cells by time and field. The last
 * write wins per series, time and field. */
#ifndef ROWS_H
#define ROWS_H
#include "bytes.h"
#include <regex.h>

typedef struct field {
  tw_str measurement, key;
  uint32_t type;
  bool used;
} field;

typedef struct cell {
  int64_t time;
  const field* field;
  tw_value value; /* owns the bytes of a string */
} cell;

typedef struct series {
  tw_str key, measurement;
  tw_tag* tags;
  uint32_t n_tags;
  cell* cells;
  size_t n, room;
} series;

typedef struct rows {
  tw_str database;
  series** series;
  size_t n_series, series_room;
  field** fields; /* sorted by measurement and key */
  size_t n_fields, field_room;
} rows;

/* NULL: out of memory. */
rows* rows_new(tw_str database);
void rows_free(rows* all);
/* NULL: there is no such field. */
const field* rows_field(const rows* all, tw_str measurement, tw_str key);
/* Whether the point can be kept, since a field keeps its type; else error says why. Its new fields
 * are known then. */
bool rows_accept(rows* all, const tw_point* point, tw_error* error);
/* Of a point that was accepted. false: out of memory, some of it may be there. */
bool rows_put(rows* all, const tw_point* point);

/* What a scan, a list or a drop is about. */
typedef struct choice {
  const tw_scan* scan;
  regex_t* patterns; /* one a condition, where it is one */
  size_t n_patterns;
} choice;

/* TW_E_INVALID: a pattern is none. choice_free in any case. */
tw_status choice_init(choice* c, const tw_scan* scan, tw_error* error);
void choice_free(choice* c);
bool choice_has(const choice* c, const series* one);
bool choice_has_time(const choice* c, int64_t time);
bool choice_has_rows(const choice* c, const series* one);

/* Removes the chosen rows, of any time or in the time range. */
void rows_drop(rows* all, const choice* c, bool any_time);

#endif
