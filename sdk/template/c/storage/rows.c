#define _GNU_SOURCE
#include "rows.h"

#include <stdio.h>

static void put_escaped(bytes* out, tw_str text, const char* special) {
  for (size_t i = 0; i < text.len; i++) {
    if (strchr(special, text.data[i])) put_raw(out, "\\", 1);
    put_raw(out, text.data + i, 1);
  }
}

/* "cpu,host=a", escaped as in line protocol. */
static bytes key_of(const tw_point* point) {
  bytes key = {0};
  put_escaped(&key, point->name, ", ");
  for (uint32_t i = 0; i < point->n_tags; i++) {
    put_raw(&key, ",", 1);
    put_escaped(&key, point->tags[i].key, ",= ");
    put_raw(&key, "=", 1);
    put_escaped(&key, point->tags[i].value, ",= ");
  }
  return key;
}

static void free_value(tw_value* value) {
  if (value->type == TW_STRING) free((char*)value->as.s);
}

static void free_series(series* one) {
  for (uint32_t i = 0; one->tags && i < one->n_tags; i++) {
    free((char*)one->tags[i].key.data);
    free((char*)one->tags[i].value.data);
  }
  for (size_t i = 0; i < one->n; i++) free_value(&one->cells[i].value);
  free((char*)one->key.data);
  free((char*)one->measurement.data);
  free(one->tags);
  free(one->cells);
  free(one);
}

static void free_field(field* one) {
  free((char*)one->measurement.data);
  free((char*)one->key.data);
  free(one);
}

rows* rows_new(tw_str database) {
  rows* all = calloc(1, sizeof *all);
  if (!all) return NULL;
  all->database = copied(database);
  if (all->database.data) return all;
  free(all);
  return NULL;
}

void rows_free(rows* all) {
  for (size_t i = 0; i < all->n_series; i++) free_series(all->series[i]);
  for (size_t i = 0; i < all->n_fields; i++) free_field(all->fields[i]);
  free(all->series);
  free(all->fields);
  free((char*)all->database.data);
  free(all);
}

/* Where the field is or belongs. */
static size_t field_place(const rows* all, tw_str measurement, tw_str key, bool* there) {
  size_t low = 0, high = all->n_fields;
  *there = false;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const field* one = all->fields[middle];
    const int differ = order(one->measurement, measurement) ? order(one->measurement, measurement) : order(one->key, key);
    if (differ == 0) *there = true;
    if (differ < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const field* rows_field(const rows* all, tw_str measurement, tw_str key) {
  bool there;
  const size_t at = field_place(all, measurement, key, &there);
  return there ? all->fields[at] : NULL;
}

static bool add_field(rows* all, tw_str measurement, tw_str key, uint32_t type) {
  bool there;
  const size_t at = field_place(all, measurement, key, &there);
  if (there) return true;
  if (!grow(&all->fields, all->n_fields, &all->field_room, 1, sizeof *all->fields)) return false;
  field* one = calloc(1, sizeof *one);
  if (!one) return false;
  *one = (field){copied(measurement), copied(key), type, true};
  if (!one->measurement.data || !one->key.data) {
    free_field(one);
    return false;
  }
  memmove(all->fields + at + 1, all->fields + at, (all->n_fields++ - at) * sizeof *all->fields);
  all->fields[at] = one;
  return true;
}

bool rows_accept(rows* all, const tw_point* point, tw_error* error) {
  static const char* const names[] = {"unknown", "float", "integer", "unsigned", "boolean", "string"};
  for (uint32_t i = 0; i < point->n_fields; i++) {
    const tw_field* f = &point->fields[i];
    const field* known = rows_field(all, point->name, f->key);
    if (!known || known->type == f->value.type) continue;
    snprintf(error->message, sizeof error->message,
             "field type conflict: input field \"%.*s\" on measurement \"%.*s\" is type %s, already exists as type %s",
             (int)f->key.len, f->key.data, (int)point->name.len, point->name.data, names[f->value.type % 6],
             names[known->type % 6]);
    return false;
  }
  for (uint32_t i = 0; i < point->n_fields; i++) {
    if (add_field(all, point->name, point->fields[i].key, point->fields[i].value.type)) continue;
    snprintf(error->message, sizeof error->message, "out of memory");
    return false;
  }
  return true;
}

static series* new_series(const tw_point* point, bytes key) {
  series* one = calloc(1, sizeof *one);
  if (!one) return NULL;
  one->key = copied((tw_str){key.data, key.n});
  one->measurement = copied(point->name);
  one->tags = calloc(point->n_tags + 1, sizeof *one->tags);
  bool good = one->key.data && one->measurement.data && one->tags;
  for (uint32_t i = 0; good && i < point->n_tags; i++) {
    one->tags[i] = (tw_tag){copied(point->tags[i].key), copied(point->tags[i].value)};
    one->n_tags = i + 1;
    good = one->tags[i].key.data && one->tags[i].value.data;
  }
  if (good) return one;
  free_series(one);
  return NULL;
}

/* The series of a point, made if it is new. NULL: out of memory. */
static series* series_of(rows* all, const tw_point* point) {
  bytes key = key_of(point);
  size_t low = 0, high = all->n_series;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (order(all->series[middle]->key, (tw_str){key.data, key.n}) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  series* one = NULL;
  if (!key.failed && low < all->n_series && same(all->series[low]->key, (tw_str){key.data, key.n})) {
    one = all->series[low];
  } else if (!key.failed && grow(&all->series, all->n_series, &all->series_room, 1, sizeof *all->series)) {
    one = new_series(point, key);
    if (one) {
      memmove(all->series + low + 1, all->series + low, (all->n_series++ - low) * sizeof *all->series);
      all->series[low] = one;
    }
  }
  free(key.data);
  return one;
}

static bool before(const cell* a, int64_t time, const field* f) {
  return a->time != time ? a->time < time : order(a->field->key, f->key) < 0;
}

static bool put_cell(series* one, int64_t time, const field* f, tw_value value) {
  size_t low = 0, high = one->n;
  if (one->n && before(&one->cells[one->n - 1], time, f)) low = one->n; /* the usual case */
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (before(&one->cells[middle], time, f))
      low = middle + 1;
    else
      high = middle;
  }
  if (value.type == TW_STRING && !(value.as.s = copied((tw_str){value.as.s, value.len}).data)) return false;
  if (low < one->n && one->cells[low].time == time && one->cells[low].field == f) {
    free_value(&one->cells[low].value);
    one->cells[low].value = value;
    return true;
  }
  if (!grow(&one->cells, one->n, &one->room, 1, sizeof *one->cells)) {
    free_value(&value);
    return false;
  }
  memmove(one->cells + low + 1, one->cells + low, (one->n++ - low) * sizeof *one->cells);
  one->cells[low] = (cell){time, f, value};
  return true;
}

bool rows_put(rows* all, const tw_point* point) {
  series* one = series_of(all, point);
  for (uint32_t i = 0; one && i < point->n_fields; i++) {
    const field* f = rows_field(all, point->name, point->fields[i].key);
    if (!f || !put_cell(one, point->time_ns, f, point->fields[i].value)) return false;
  }
  return one != NULL;
}

tw_status choice_init(choice* c, const tw_scan* scan, tw_error* error) {
  *c = (choice){scan, calloc(scan->n_where + 1, sizeof *c->patterns), 0};
  if (!c->patterns) return TW_E_NOMEM;
  for (; c->n_patterns < scan->n_where; c->n_patterns++) {
    const tw_where* where = &scan->where[c->n_patterns];
    const bool pattern = where->op == TW_MATCH || where->op == TW_NO_MATCH;
    const tw_str text = copied(pattern ? where->value : TW_STR("."));
    if (!text.data) return TW_E_NOMEM;
    const int wrong = regcomp(&c->patterns[c->n_patterns], text.data, REG_EXTENDED | REG_NOSUB);
    free((char*)text.data);
    if (!wrong) continue;
    snprintf(error->message, sizeof error->message, "\"%.*s\" is no regular expression", (int)where->value.len,
             where->value.data);
    return TW_E_INVALID;
  }
  return TW_OK;
}

void choice_free(choice* c) {
  for (size_t i = 0; i < c->n_patterns; i++) regfree(&c->patterns[i]);
  free(c->patterns);
}

static tw_str tag_of(const series* one, tw_str key) {
  for (uint32_t i = 0; i < one->n_tags; i++)
    if (same(one->tags[i].key, key)) return one->tags[i].value;
  return TW_STR("");
}

bool choice_has(const choice* c, const series* one) {
  if (c->scan->measurement.len && !same(one->measurement, c->scan->measurement)) return false;
  for (size_t i = 0; i < c->scan->n_where; i++) {
    const tw_where* where = &c->scan->where[i];
    const tw_str value = tag_of(one, where->tag); /* ends with a zero */
    const bool pattern = where->op == TW_MATCH || where->op == TW_NO_MATCH;
    const bool holds = pattern ? regexec(&c->patterns[i], value.data, 0, NULL, 0) == 0 : same(value, where->value);
    if (holds != (where->op == TW_EQ || where->op == TW_MATCH)) return false;
  }
  return true;
}

/* A list or drop without a time range has zeros. */
bool choice_has_time(const choice* c, int64_t time) {
  if (c->scan->from_ns == 0 && c->scan->to_ns == 0) return true;
  return time >= c->scan->from_ns && (time < c->scan->to_ns || c->scan->to_ns == INT64_MAX);
}

bool choice_has_rows(const choice* c, const series* one) {
  for (size_t i = 0; i < one->n; i++)
    if (choice_has_time(c, one->cells[i].time)) return true;
  return false;
}

static void drop_cells(series* one, const choice* c, bool any_time) {
  size_t left = 0;
  for (size_t i = 0; i < one->n; i++) {
    if (any_time || choice_has_time(c, one->cells[i].time))
      free_value(&one->cells[i].value);
    else
      one->cells[left++] = one->cells[i];
  }
  one->n = left;
}

/* Fields without a cell may come back with another type. */
static void forget_fields(rows* all) {
  for (size_t i = 0; i < all->n_fields; i++) all->fields[i]->used = false;
  for (size_t i = 0; i < all->n_series; i++)
    for (size_t k = 0; k < all->series[i]->n; k++) ((field*)all->series[i]->cells[k].field)->used = true;
  size_t left = 0;
  for (size_t i = 0; i < all->n_fields; i++) {
    if (all->fields[i]->used)
      all->fields[left++] = all->fields[i];
    else
      free_field(all->fields[i]);
  }
  all->n_fields = left;
}

void rows_drop(rows* all, const choice* c, bool any_time) {
  size_t left = 0;
  for (size_t i = 0; i < all->n_series; i++) {
    series* one = all->series[i];
    if (choice_has(c, one)) drop_cells(one, c, any_time);
    if (one->n)
      all->series[left++] = one;
    else
      free_series(one);
  }
  all->n_series = left;
  forget_fields(all);
}
