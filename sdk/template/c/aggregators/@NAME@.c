/* @ID@: counts the points of each measurement. Replace add and push by the summary you want. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

typedef struct counter {
  struct counter* next;
  int64_t count;
  size_t len;
  char name[];
} counter;

struct tw_instance {
  tw_str field;
  counter* counters; /* in the order of their names */
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  const tw_str field = config->str(config, "field", 0);
  if (!field.len) {
    snprintf(error->message, sizeof error->message, "field must not be empty");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->field = field;
  return TW_OK;
}

static void clear(tw_instance* me) {
  while (me->counters) {
    counter* next = me->counters->next;
    free(me->counters);
    me->counters = next;
  }
}

static void destroy(tw_instance* me) {
  clear(me);
  free(me);
}

static int order(const counter* c, tw_str name) {
  const int d = memcmp(c->name, name.data, c->len < name.len ? c->len : name.len);
  return d ? d : (c->len > name.len) - (c->len < name.len);
}

/* Names are borrowed for the call, so the counter has a copy. */
static counter* counter_of(tw_instance* me, tw_str name) {
  counter** at = &me->counters;
  while (*at && order(*at, name) < 0) at = &(*at)->next;
  if (*at && order(*at, name) == 0) return *at;
  counter* fresh = calloc(1, sizeof *fresh + name.len);
  if (!fresh) return NULL;
  memcpy(fresh->name, name.data, name.len);
  fresh->len = name.len;
  fresh->next = *at;
  return *at = fresh;
}

static tw_status add(tw_instance* me, const tw_batch* batch, tw_error* error) {
  (void)error;
  for (size_t i = 0; i < batch->count; i++) {
    counter* c = counter_of(me, batch->points[i].name);
    if (!c) return TW_E_NOMEM;
    c->count++;
  }
  return TW_OK;
}

/* The window is over: its summary goes out, and the next one begins. */
static tw_status push(tw_instance* me, const tw_sink* sink, tw_error* error) {
  (void)error;
  for (const counter* c = me->counters; c; c = c->next) {
    tw_field field = {me->field, {.type = TW_INT, .as.i = c->count}};
    tw_point point = {.name = {c->name, c->len}, .fields = &field, .n_fields = 1, .time_ns = TW_NOW};
    sink->add(sink, &point, 1);
  }
  clear(me);
  return TW_OK;
}

static const tw_aggregator aggregator = {sizeof aggregator, add, push};
static const tw_option options[] = {{"field", TW_OPT_STRING, 0, "\"count\"", "Field for the number"}, {0}};
static const tw_ext exts[] = {{TW_AGGREGATOR, &aggregator}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Counts points by measurement", options, exts, create,
                                 NULL, NULL, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
