#include "columns.h"

typedef struct column {
  tw_str name;
  const char* format;
  uint64_t* words; /* numbers and times */
  uint8_t *bits, *valid;
  int32_t* ends;
  size_t word_room, bit_room, valid_room, end_room;
  bytes text;
  int64_t nulls;
  const void* buffers[3];
} column;

struct columns {
  size_t n, rows;
  const void* no_validity[1];
  struct ArrowArray *arrays, **children;
  column column[];
};

const char* format_of(uint32_t type) {
  static const char* const formats[] = {"n", "g", "l", "L", "b", "u"};
  return formats[type <= TW_STRING ? type : 0];
}

columns* columns_new(size_t n, const tw_str* names, const char* const* formats) {
  columns* table = calloc(1, sizeof *table + n * sizeof table->column[0]);
  if (!table) return NULL;
  table->n = n;
  table->arrays = calloc(n + 1, sizeof *table->arrays);
  table->children = calloc(n + 1, sizeof *table->children);
  bool good = table->arrays && table->children;
  for (size_t i = 0; i < n; i++) {
    column* c = &table->column[i];
    c->name = copied(names[i]);
    c->format = formats[i];
    good = good && c->name.data && grow(&c->ends, 0, &c->end_room, 1, sizeof *c->ends);
    if (good) c->ends[0] = 0;
  }
  if (good) return table;
  columns_free(table);
  return NULL;
}

void columns_free(columns* table) {
  if (!table) return;
  for (size_t i = 0; i < table->n; i++) {
    column* c = &table->column[i];
    free((char*)c->name.data);
    free(c->words);
    free(c->bits);
    free(c->valid);
    free(c->ends);
    free(c->text.data);
  }
  free(table->arrays);
  free(table->children);
  free(table);
}

size_t columns_rows(const columns* table) { return table->rows; }

static bool add_null(column* c, size_t row) {
  const size_t byte = row / 8;
  if (!grow(&c->words, row, &c->word_room, 1, sizeof *c->words) ||
      !grow(&c->ends, row + 1, &c->end_room, 1, sizeof *c->ends) || !grow(&c->bits, byte, &c->bit_room, 1, 1) ||
      !grow(&c->valid, byte, &c->valid_room, 1, 1))
    return false;
  if (row % 8 == 0) c->bits[byte] = c->valid[byte] = 0;
  c->words[row] = 0;
  c->ends[row + 1] = c->ends[row];
  c->nulls++;
  return true;
}

bool columns_add(columns* table) {
  for (size_t i = 0; i < table->n; i++)
    if (!add_null(&table->column[i], table->rows)) return false;
  table->rows++;
  return true;
}

bool columns_set(columns* table, size_t at, tw_value value) {
  column* c = &table->column[at];
  const size_t row = table->rows - 1;
  const uint8_t bit = (uint8_t)(1u << row % 8);
  if (*c->format == 'u') {
    if (value.len > (size_t)INT32_MAX - c->text.n) return false;
    put_raw(&c->text, value.as.s, value.len);
    c->ends[row + 1] = (int32_t)c->text.n;
  } else if (*c->format == 'b') {
    if (value.as.b) c->bits[row / 8] |= bit;
  } else {
    c->words[row] = value.as.u;
  }
  c->valid[row / 8] |= bit;
  c->nulls--;
  return !c->text.failed;
}

typedef struct schema_block {
  struct ArrowSchema *child, **children;
  char* names;
} schema_block;

static void keep_schema(struct ArrowSchema* schema) { schema->release = NULL; }

static void free_schema(struct ArrowSchema* schema) {
  schema_block* block = schema->private_data;
  free(block->child);
  free(block->children);
  free(block->names);
  free(block);
  schema->release = NULL;
}

tw_status columns_schema(const columns* table, struct ArrowSchema* out) {
  size_t names = 0;
  for (size_t i = 0; i < table->n; i++) names += table->column[i].name.len + 1;
  schema_block* block = calloc(1, sizeof *block);
  if (!block) return TW_E_NOMEM;
  block->child = calloc(table->n, sizeof *block->child);
  block->children = calloc(table->n, sizeof *block->children);
  block->names = malloc(names);
  *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = (int64_t)table->n,
                              .children = block->children, .release = free_schema, .private_data = block};
  if (!block->child || !block->children || !block->names) {
    out->release(out);
    return TW_E_NOMEM;
  }
  char* name = block->names;
  for (size_t i = 0; i < table->n; i++) {
    const column* c = &table->column[i];
    memcpy(name, c->name.data, c->name.len + 1);
    block->child[i] = (struct ArrowSchema){.format = c->format, .name = name, .release = keep_schema,
                                           .flags = *c->format == 't' ? 0 : ARROW_FLAG_NULLABLE};
    block->children[i] = &block->child[i];
    name += c->name.len + 1;
  }
  return TW_OK;
}

static void keep_array(struct ArrowArray* array) { array->release = NULL; }

static void free_array(struct ArrowArray* array) {
  columns_free(array->private_data);
  array->release = NULL;
}

void columns_array(columns* table, struct ArrowArray* out) {
  for (size_t i = 0; i < table->n; i++) {
    column* c = &table->column[i];
    const bool text = *c->format == 'u';
    c->buffers[0] = c->nulls ? c->valid : NULL;
    c->buffers[1] = text ? (void*)c->ends : *c->format == 'b' ? (void*)c->bits : (void*)c->words;
    c->buffers[2] = c->text.data;
    table->arrays[i] = (struct ArrowArray){.length = (int64_t)table->rows, .null_count = c->nulls,
                                           .n_buffers = text ? 3 : 2, .buffers = c->buffers, .release = keep_array};
    table->children[i] = &table->arrays[i];
  }
  *out = (struct ArrowArray){.length = (int64_t)table->rows, .n_buffers = 1, .buffers = table->no_validity,
                             .n_children = (int64_t)table->n, .children = table->children, .release = free_array,
                             .private_data = table};
}

static int stream_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  const columns* table = stream->private_data;
  return columns_schema(table, out) == TW_OK ? 0 : 12; /* ENOMEM */
}

/* The array gets the rows, the stream keeps a table without columns. */
static int stream_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  columns* table = stream->private_data;
  *out = (struct ArrowArray){0}; /* without release: the end */
  if (table->n == 0) return 0;
  columns* rest = columns_new(0, NULL, NULL);
  if (!rest) return 12;
  stream->private_data = rest;
  columns_array(table, out);
  return 0;
}

static const char* stream_error(struct ArrowArrayStream* stream) {
  (void)stream;
  return "out of memory";
}

static void free_stream(struct ArrowArrayStream* stream) {
  columns_free(stream->private_data);
  stream->release = NULL;
}

void columns_stream(columns* table, struct ArrowArrayStream* out) {
  *out = (struct ArrowArrayStream){stream_schema, stream_next, stream_error, free_stream, table};
}
