#include "answer.h"

/* Rows of one series; tags are copied into text. */
typedef struct run {
  columns* table;
  tw_tag* tags;
  uint32_t n_tags;
  bytes text;
} run;

typedef struct reading {
  columns* shape;
  run* runs;
  size_t n, room, next;
} reading;

tw_value answer_text(tw_str text) {
  return (tw_value){.type = TW_STRING, .len = (uint32_t)text.len, .as.s = text.data};
}

/* The fields that are asked for, or all; there is room for them. */
static size_t chosen_fields(const rows* all, const tw_scan* scan, const field** fields) {
  size_t n = 0;
  for (size_t i = 0; i < scan->n_columns; i++) {
    const field* one = rows_field(all, scan->measurement, scan->columns[i]);
    if (one) fields[n++] = one;
  }
  for (size_t i = 0; scan->n_columns == 0 && i < all->n_fields; i++)
    if (same(all->fields[i]->measurement, scan->measurement)) fields[n++] = all->fields[i];
  return n;
}

/* "time" and the fields. */
static columns* table_of(size_t n, const field* const* fields) {
  tw_str* names = calloc(n + 1, sizeof *names);
  const char** formats = calloc(n + 1, sizeof *formats);
  columns* table = NULL;
  if (names && formats) {
    names[0] = TW_STR("time");
    formats[0] = "tsn:";
    for (size_t i = 0; i < n; i++) {
      names[i + 1] = fields[i]->key;
      formats[i + 1] = format_of(fields[i]->type);
    }
    table = columns_new(n + 1, names, formats);
  }
  free(names);
  free(formats);
  return table;
}

/* The cells of one time, [from, to). */
static bool add_row(columns* table, const series* one, size_t from, size_t to, size_t n, const field* const* fields) {
  bool begun = false;
  for (size_t i = from; i < to; i++)
    for (size_t c = 0; c < n; c++) {
      if (one->cells[i].field != fields[c]) continue;
      if (!begun && !columns_add(table)) return false;
      begun = true;
      if (!columns_set(table, c + 1, one->cells[i].value)) return false;
    }
  return !begun || columns_set(table, 0, (tw_value){.type = TW_INT, .as.i = one->cells[from].time});
}

static bool add_rows(columns* table, const series* one, const choice* c, size_t n, const field* const* fields) {
  const bool descending = (c->scan->flags & TW_SCAN_DESCENDING) != 0;
  size_t from = 0, to = one->n;
  while (from < to && (c->scan->limit == 0 || columns_rows(table) < c->scan->limit)) {
    size_t begin = from, end = to;
    if (descending)
      for (begin = to - 1; begin > from && one->cells[begin - 1].time == one->cells[to - 1].time;) begin--;
    else
      for (end = from + 1; end < to && one->cells[end].time == one->cells[from].time;) end++;
    if (choice_has_time(c, one->cells[begin].time) && !add_row(table, one, begin, end, n, fields)) return false;
    if (descending)
      to = begin;
    else
      from = end;
  }
  return true;
}

static void free_run(run* one) {
  columns_free(one->table);
  free(one->tags);
  free(one->text.data);
}

static bool copy_tags(run* to, const series* from) {
  to->tags = calloc(from->n_tags + 1, sizeof *to->tags);
  for (uint32_t i = 0; i < from->n_tags; i++) {
    put_raw(&to->text, from->tags[i].key.data, from->tags[i].key.len);
    put_raw(&to->text, from->tags[i].value.data, from->tags[i].value.len);
  }
  if (!to->tags || to->text.failed) return false;
  const char* at = to->text.data;
  for (uint32_t i = 0; i < from->n_tags; i++) {
    to->tags[i].key = (tw_str){at, from->tags[i].key.len};
    to->tags[i].value = (tw_str){at + from->tags[i].key.len, from->tags[i].value.len};
    at += from->tags[i].key.len + from->tags[i].value.len;
  }
  to->n_tags = from->n_tags;
  return true;
}

static bool add_run(reading* r, const series* one, const choice* c, size_t n, const field* const* fields) {
  if (!grow(&r->runs, r->n, &r->room, 1, sizeof *r->runs)) return false;
  run fresh = {.table = table_of(n, fields)};
  if (!fresh.table || !copy_tags(&fresh, one) || !add_rows(fresh.table, one, c, n, fields)) {
    free_run(&fresh);
    return false;
  }
  if (columns_rows(fresh.table))
    r->runs[r->n++] = fresh;
  else
    free_run(&fresh);
  return true;
}

static tw_status scan_schema(tw_scanner* scanner, struct ArrowSchema* out, tw_error* error) {
  (void)error;
  return columns_schema(((reading*)scanner->self)->shape, out);
}

static tw_status scan_next(tw_scanner* scanner, tw_rows* out, tw_error* error) {
  (void)error;
  reading* r = scanner->self;
  if (r->next == r->n) return TW_DONE;
  run* one = &r->runs[r->next++];
  out->tags = one->tags;
  out->n_tags = one->n_tags;
  out->series = r->next;
  columns_array(one->table, &out->array);
  one->table = NULL;
  return TW_OK;
}

static void scan_release(tw_scanner* scanner) {
  reading* r = scanner->self;
  for (size_t i = 0; i < r->n; i++) free_run(&r->runs[i]);
  columns_free(r->shape);
  free(r->runs);
  free(r);
  scanner->release = NULL;
}

tw_status answer_scan(const rows* all, const tw_scan* scan, tw_scanner* out, tw_error* error) {
  const field** fields = calloc(scan->n_columns + all->n_fields + 1, sizeof(const field*));
  reading* r = calloc(1, sizeof *r);
  if (!fields || !r) {
    free(fields);
    free(r);
    return TW_E_NOMEM;
  }
  const size_t n = chosen_fields(all, scan, fields);
  choice c;
  tw_status status = choice_init(&c, scan, error);
  if (status == TW_OK && !(r->shape = table_of(n, fields))) status = TW_E_NOMEM;
  for (size_t i = 0; n && status == TW_OK && i < all->n_series; i++)
    if (choice_has(&c, all->series[i]) && !add_run(r, all->series[i], &c, n, fields)) status = TW_E_NOMEM;
  choice_free(&c);
  free(fields);
  out->self = r;
  out->schema = scan_schema;
  out->next = scan_next;
  out->release = scan_release;
  if (status < 0) scan_release(out);
  return status;
}

columns* answer_table(uint32_t what) {
  /* Names with their formats. */
  static const char* const tables[][12] = {
      [TW_DATABASES] = {"name", "u"},
      [TW_RETENTION_POLICIES] = {"name", "u", "duration", "l", "shard_duration", "l", "replicas", "l", "default", "b"},
      [TW_MEASUREMENTS] = {"name", "u"},
      [TW_TAG_KEYS] = {"measurement", "u", "key", "u"},
      [TW_TAG_VALUES] = {"measurement", "u", "key", "u", "value", "u"},
      [TW_FIELD_KEYS] = {"measurement", "u", "key", "u", "type", "u"},
      [TW_SERIES] = {"key", "u"},
      [TW_SHARDS] = {"id", "l", "database", "u", "retention", "u", "start", "l", "end", "l", "bytes", "l"},
      [TW_SUBSCRIPTIONS] = {"database", "u", "retention", "u", "name", "u", "mode", "u", "destinations", "u"},
      [TW_USERS] = {"name", "u", "hash", "u", "admin", "b"},
      [TW_GRANTS] = {"user", "u", "database", "u", "privilege", "u"},
      [TW_CONTINUOUS_QUERIES] = {"database", "u", "name", "u", "query", "u"},
  };
  tw_str names[6];
  const char* formats[6];
  size_t n = 0;
  if (what >= sizeof tables / sizeof *tables) return NULL;
  for (; n < 6 && tables[what][2 * n]; n++) {
    names[n] = (tw_str){tables[what][2 * n], strlen(tables[what][2 * n])};
    formats[n] = tables[what][2 * n + 1];
  }
  return n ? columns_new(n, names, formats) : NULL;
}

/* A line of a list: up to three texts, borrowed. */
typedef struct line {
  tw_str text[3];
} line;

typedef struct lines {
  line* all;
  size_t n, room;
  bool failed;
} lines;

static void add_line(lines* to, tw_str first, tw_str second, tw_str third) {
  to->failed = to->failed || !grow(&to->all, to->n, &to->room, 1, sizeof *to->all);
  if (!to->failed) to->all[to->n++] = (line){{first, second, third}};
}

static int line_order(const void* a, const void* b) {
  for (size_t i = 0; i < 3; i++) {
    const int differ = order(((const line*)a)->text[i], ((const line*)b)->text[i]);
    if (differ) return differ;
  }
  return 0;
}

static void add_lines(lines* to, const rows* all, uint32_t what, const series* one, tw_str name) {
  static const char* const types[] = {"", "float", "integer", "unsigned", "boolean", "string"};
  const tw_str none = TW_STR("");
  if (what == TW_MEASUREMENTS) add_line(to, one->measurement, none, none);
  if (what == TW_SERIES) add_line(to, one->key, none, none);
  for (uint32_t i = 0; i < one->n_tags; i++) {
    if (what == TW_TAG_KEYS) add_line(to, one->measurement, one->tags[i].key, none);
    if (what == TW_TAG_VALUES && (!name.len || same(one->tags[i].key, name)))
      add_line(to, one->measurement, one->tags[i].key, one->tags[i].value);
  }
  for (size_t i = 0; what == TW_FIELD_KEYS && i < all->n_fields; i++) {
    const char* type = types[all->fields[i]->type % 6];
    if (same(all->fields[i]->measurement, one->measurement))
      add_line(to, one->measurement, all->fields[i]->key, (tw_str){type, strlen(type)});
  }
}

tw_status answer_list(const rows* all, uint32_t what, const tw_scan* scan, columns* table, tw_error* error) {
  choice c;
  lines sorted = {0};
  tw_status status = choice_init(&c, scan, error);
  for (size_t i = 0; status == TW_OK && i < all->n_series; i++)
    if (choice_has(&c, all->series[i]) && choice_has_rows(&c, all->series[i]))
      add_lines(&sorted, all, what, all->series[i], scan->name);
  choice_free(&c);
  if (sorted.n) qsort(sorted.all, sorted.n, sizeof *sorted.all, line_order);
  const size_t width = what == TW_MEASUREMENTS || what == TW_SERIES ? 1 : what == TW_TAG_KEYS ? 2 : 3;
  for (size_t i = 0; i < sorted.n && !sorted.failed; i++) {
    if (i && line_order(&sorted.all[i - 1], &sorted.all[i]) == 0) continue;
    sorted.failed = !columns_add(table);
    for (size_t k = 0; k < width && !sorted.failed; k++)
      sorted.failed = !columns_set(table, k, answer_text(sorted.all[i].text[k]));
  }
  free(sorted.all);
  return status < 0 ? status : sorted.failed ? TW_E_NOMEM : TW_OK;
}
