/* @ID@: reads a number from a file. Replace gather by what you want to measure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_str path;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  (void)error;
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->path = config->str(config, "path", 0); /* lives until destroy returns */
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* error) {
  double value = 0;
  FILE* file = fopen(me->path.data, "r");
  int got = file ? fscanf(file, "%lf", &value) : 0;
  if (file) fclose(file);
  if (got != 1) {
    snprintf(error->message, sizeof error->message, "cannot read a number from %.400s", me->path.data);
    return TW_E_IO;
  }
  tw_tag tag = {TW_STR("source"), me->path};
  tw_field field = {TW_STR("value"), {.type = TW_FLOAT, .as.f = value}};
  tw_point point = {.name = TW_STR("@NAME@"),
                    .tags = &tag,
                    .n_tags = 1,
                    .fields = &field,
                    .n_fields = 1,
                    .time_ns = TW_NOW};
  return sink->add(sink, &point, 1);
}

static const tw_input input = {sizeof input, gather};
static const tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"/proc/uptime\"", "File that begins with a number"}, {0}};
static const tw_ext exts[] = {{TW_INPUT, &input}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0,    "@ID@", "Reads a number from a file",
                                 options,       exts, create, NULL,
                                 NULL,          destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
