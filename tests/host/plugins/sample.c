/* SPDX-License-Identifier: MIT */
/* An input whose tables are set by definitions, so that one file makes good and bad libraries. */
#include <stdlib.h>
#include <tickwork/tickwork.h>

#ifndef PLUGIN_ID
#define PLUGIN_ID "inputs.sample"
#endif
#ifndef MODULE_SIZE
#define MODULE_SIZE sizeof(tw_module)
#endif
#ifndef NEEDS_MINOR
#define NEEDS_MINOR 0
#endif
#ifndef GATHER
#define GATHER gather
#endif

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out,
                        tw_error* error) {
  (void)host, (void)config, (void)error;
  *out = malloc(1);
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

tw_status gather(tw_instance*, const tw_sink*, tw_error*);
tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* error) {
  (void)me, (void)error;
  tw_field field = {TW_STR("value"), {.type = TW_INT, .as.i = 1}};
  return sink->add(
      sink,
      &(tw_point){.name = TW_STR("sample"), .fields = &field, .n_fields = 1, .time_ns = TW_NOW}, 1);
}

#ifdef CRASH
__attribute__((constructor)) static void crash(void) { abort(); }
#endif
#ifdef HANG
#include <unistd.h>
__attribute__((constructor)) static void hang(void) {
  for (;;) pause();
}
#endif
#ifdef UNDEFINED
void missing_dependency(void);
void use_it(void);
void use_it(void) { missing_dependency(); }
#endif

static const tw_input input = {sizeof input, GATHER};
static const tw_option options[] = {{"path", TW_OPT_STRING, 0, "\"/proc/uptime\"", "File to read"},
                                    {0}};
static const tw_ext exts[] = {{TW_INPUT, &input}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0,      PLUGIN_ID, "A sample", options,
                                 exts,          create, 0,         0,          destroy};
const tw_module TW_MODULE_SYMBOL = {MODULE_SIZE,
                                    TW_ABI_MINOR,
                                    NEEDS_MINOR,
                                    MODULE_ID,
                                    "1.2.0",
                                    "MIT",
                                    (const tw_plugin* const[]){&plugin, 0}};
