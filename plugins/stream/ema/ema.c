/* SPDX-License-Identifier: MIT */
/* stream.ema: exponential moving average of a field, per group; a user-defined function in C.
 * In a TICKscript: stream|from().groupBy('host')@ema().field('usage').span(10)|... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

typedef struct average {
  struct average* next;
  double value;
  size_t len;
  char key[];
} average;

struct tw_instance {
  tw_str field, as;
  double weight; /* of the newest value: 2 / (span + 1) */
  average* groups;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out,
                        tw_error* error) {
  (void)host;
  int64_t span = config->num(config, "span", 0);
  if (span < 1) {
    snprintf(error->message, sizeof error->message, "span must be at least 1");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->field = config->str(config, "field", 0);
  (*out)->as = config->str(config, "as", 0);
  (*out)->weight = 2.0 / ((double)span + 1.0);
  return TW_OK;
}

static void destroy(tw_instance* self) {
  while (self->groups) {
    average* next = self->groups->next;
    free(self->groups);
    self->groups = next;
  }
  free(self);
}

/* The group's average, made with first if it is new. The key is name and tags, NUL between. */
static average* find(tw_instance* self, const tw_group* group, double first) {
  size_t len = group->name.len + 1;
  for (size_t i = 0; i < group->n_tags; ++i)
    len += group->tags[i].key.len + group->tags[i].value.len + 2;
  average* fresh = malloc(sizeof *fresh + len);
  if (!fresh) return NULL;
  char* at = fresh->key;
#define APPEND(s) (memcpy(at, (s).data, (s).len), at += (s).len, *at++ = '\0')
  APPEND(group->name);
  for (size_t i = 0; i < group->n_tags; ++i) {
    APPEND(group->tags[i].key);
    APPEND(group->tags[i].value);
  }
#undef APPEND
  for (average* a = self->groups; a; a = a->next)
    if (a->len == len && memcmp(a->key, fresh->key, len) == 0) {
      free(fresh);
      return a;
    }
  fresh->len = len;
  fresh->value = first;
  fresh->next = self->groups;
  return self->groups = fresh;
}

static bool number(const tw_field* field, double* out) {
  if (field->value.type == TW_FLOAT)
    *out = field->value.as.f;
  else if (field->value.type == TW_INT)
    *out = (double)field->value.as.i;
  else
    return false;
  return true;
}

static tw_status one(tw_instance* self, const tw_group* group, const tw_point* point,
                     const tw_sink* sink) {
  for (uint32_t i = 0; i < point->n_fields; ++i) {
    const tw_field* field = &point->fields[i];
    double value;
    if (field->key.len != self->field.len ||
        memcmp(field->key.data, self->field.data, field->key.len) != 0 || !number(field, &value))
      continue;
    average* a = find(self, group, value);
    if (!a) return TW_E_NOMEM;
    a->value += self->weight * (value - a->value);
    tw_field* fields = malloc((point->n_fields + 1) * sizeof *fields);
    if (!fields) return TW_E_NOMEM;
    memcpy(fields, point->fields, point->n_fields * sizeof *fields);
    fields[point->n_fields] = (tw_field){self->as, {.type = TW_FLOAT, .as.f = a->value}};
    tw_point out = *point;
    out.fields = fields;
    out.n_fields = point->n_fields + 1;
    tw_status status = sink->add(sink, &out, 1);
    free(fields);
    return status;
  }
  return TW_OK; /* a point without the field goes no further */
}

static tw_status points(tw_instance* self, const tw_group* group, const tw_batch* batch,
                        const tw_sink* sink, tw_error* error) {
  (void)error;
  for (size_t i = 0; i < batch->count; ++i) {
    tw_status status = one(self, group, &batch->points[i], sink);
    if (status < 0) return status;
  }
  return TW_OK;
}

static const tw_stream stream = {sizeof stream, points, NULL, NULL};
static const tw_option options[] = {
    {"field", TW_OPT_STRING, TW_REQUIRED, NULL, "Field to average"},
    {"as", TW_OPT_STRING, 0, "\"ema\"", "Field for the average"},
    {"span", TW_OPT_INT, 0, "10", "Number of points that weigh most"},
    {0}};
static const tw_ext exts[] = {{TW_STREAM, &stream}, {0}};
static const tw_plugin plugin = {
    sizeof plugin, 0,      "stream.ema", "Exponential moving average of a field",
    options,       exts,   create,       NULL,
    NULL,          destroy};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module),
                                    TW_ABI_MINOR,
                                    0,
                                    "tickwork.stream.ema",
                                    "1.0.0",
                                    "MIT",
                                    (const tw_plugin* const[]){&plugin, NULL}};
