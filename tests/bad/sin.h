/* SPDX-License-Identifier: MIT */
/* What every sinner does right: an instance, a point, and the tables of a module with one plugin.
 */
#ifndef TICKWORK_TESTS_BAD_SIN_H
#define TICKWORK_TESTS_BAD_SIN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>
#include <time.h>

struct tw_instance {
  const tw_host* host;
  void* extra;
};

#define UNUSED __attribute__((unused))

static UNUSED tw_status plain_create(const tw_host* h, const tw_config* c, tw_instance** out,
                                     tw_error* e) {
  (void)c;
  (void)e;
  if (!(*out = (tw_instance*)calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->host = h;
  return TW_OK;
}
static UNUSED void plain_destroy(tw_instance* me) { free(me); }

static UNUSED void rest_ms(long ms) {
  struct timespec t = {ms / 1000, (ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

/* One point "name v=1". */
static UNUSED tw_status add_one(const tw_sink* sink, const char* name) {
  tw_field field;
  tw_point point;
  memset(&field, 0, sizeof field);
  memset(&point, 0, sizeof point);
  field.key = TW_STR("v");
  field.value.type = TW_FLOAT;
  field.value.as.f = 1;
  point.name.data = name;
  point.name.len = strlen(name);
  point.fields = &field;
  point.n_fields = 1;
  point.time_ns = TW_NOW;
  return sink->add(sink, &point, 1);
}
static UNUSED tw_status plain_gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)e;
  return add_one(sink, "plain");
}

static const tw_option no_options[] UNUSED = {{NULL, 0, 0, NULL, NULL}};

#define EXT(id, table) static const tw_ext exts[] = {{id, table}, {NULL, NULL}}

/* plugin_id: "inputs.x"; the functions may be NULL where the ABI allows it. */
#define SINNER(plugin_id, options, create, start, stop, destroy)                             \
  static const tw_plugin plugin = {sizeof plugin, 0,      plugin_id, "Does something wrong", \
                                   options,       exts,   create,    start,                  \
                                   stop,          destroy};                                  \
  static const tw_plugin* const plugins[] = {&plugin, NULL};                                 \
  const tw_module TW_MODULE_SYMBOL = {                                                       \
      sizeof(tw_module), TW_ABI_MINOR, 0, "org.example." plugin_id, "1.0.0", "MIT", plugins}

#define PLAIN_INPUT(plugin_id)                                \
  static const tw_input input = {sizeof input, plain_gather}; \
  EXT(TW_INPUT, &input);                                      \
  SINNER(plugin_id, no_options, plain_create, NULL, NULL, plain_destroy)

#endif
