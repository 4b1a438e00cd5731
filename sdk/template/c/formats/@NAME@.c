/* @ID@: a number a line. Replace parse and serialize by your format; inputs and outputs use it as
 * data_format = "@NAME@". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_str name, field;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  const tw_str name = config->str(config, "default_name", 0), field = config->str(config, "field", 0);
  if (!name.len || !field.len) {
    snprintf(error->message, sizeof error->message, "default_name and field must not be empty");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->name = name;
  (*out)->field = field;
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

/* The text has no NUL at its end: a number is read from a copy. */
static bool number(const char* line, size_t len, double* out) {
  char copy[64], *stop;
  if (len == 0 || len >= sizeof copy || memchr(line, 0, len) || strchr(" \t\v\f\r", line[0])) return false;
  memcpy(copy, line, len);
  copy[len] = 0;
  *out = strtod(copy, &stop);
  return stop == copy + len && isfinite(*out);
}

/* Sets *used: an unfinished line stays for the next call, unless nothing follows. */
static tw_status parse(tw_instance* me, tw_str text, uint32_t flags, size_t* used, const tw_sink* sink,
                       tw_error* error) {
  size_t good = 0;
  bool bad = false;
  *used = 0;
  while (*used < text.len) {
    const char* line = text.data + *used;
    const size_t left = text.len - *used;
    const char* end = memchr(line, '\n', left);
    if (!end && !(flags & TW_PARSE_FINAL)) break;
    const size_t len = end ? (size_t)(end - line) : left;
    *used += end ? len + 1 : left;
    double value;
    if (number(line, len, &value)) {
      tw_field field = {me->field, {.type = TW_FLOAT, .as.f = value}};
      tw_point point = {.name = me->name, .fields = &field, .n_fields = 1, .time_ns = TW_NOW};
      sink->add(sink, &point, 1);
      good++;
    } else if (len && !bad) {
      bad = true;
      snprintf(error->message, sizeof error->message, "\"%.*s\" is no number", (int)(len < 40 ? len : 40), line);
    }
  }
  return !bad ? TW_OK : good ? TW_PARTIAL : TW_E_INVALID;
}

static tw_status serialize(tw_instance* me, const tw_batch* batch, const tw_writer* writer, tw_error* error) {
  (void)me;
  (void)error;
  for (size_t i = 0; i < batch->count; i++)
    for (uint32_t f = 0; f < batch->points[i].n_fields; f++) {
      const tw_value* value = &batch->points[i].fields[f].value;
      char text[64];
      int len = 0;
      if (value->type == TW_FLOAT) len = snprintf(text, sizeof text, "%.17g\n", value->as.f);
      if (value->type == TW_INT) len = snprintf(text, sizeof text, "%" PRId64 "\n", value->as.i);
      if (value->type == TW_UINT) len = snprintf(text, sizeof text, "%" PRIu64 "\n", value->as.u);
      const tw_status status = len ? writer->write(writer, (tw_str){text, (size_t)len}) : TW_OK;
      if (status < 0) return status;
    }
  return TW_OK;
}

static const tw_parser parser = {sizeof parser, parse};
static const tw_serializer serializer = {sizeof serializer, serialize};
static const tw_option options[] = {
    {"default_name", TW_OPT_STRING, 0, "\"@NAME@\"", "Measurement; inputs give their own name"},
    {"field", TW_OPT_STRING, 0, "\"value\"", "Field for a number that is read"}, {0}};
static const tw_ext exts[] = {{TW_PARSER, &parser}, {TW_SERIALIZER, &serializer}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "A number a line", options, exts, create, NULL, NULL,
                                 destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
