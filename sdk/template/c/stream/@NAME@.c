/* @ID@: passes on the points whose field is above a limit. Replace points by your function; in a
 * TICKscript it is @@NAME@(). */
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_str field;
  double above;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  (void)error;
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->field = config->str(config, "field", 0); /* lives until destroy returns */
  (*out)->above = config->real(config, "above", 0);
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

static bool is_above(const tw_instance* me, const tw_field* field) {
  if (field->key.len != me->field.len || memcmp(field->key.data, me->field.data, me->field.len) != 0) return false;
  if (field->value.type == TW_FLOAT) return field->value.as.f > me->above;
  return field->value.type == TW_INT && (double)field->value.as.i > me->above;
}

/* Points of one group in time order. What is not added to the sink goes no further. */
static tw_status points(tw_instance* me, const tw_group* group, const tw_batch* batch, const tw_sink* sink,
                        tw_error* error) {
  (void)group;
  (void)error;
  for (size_t i = 0; i < batch->count; i++)
    for (uint32_t f = 0; f < batch->points[i].n_fields; f++)
      if (is_above(me, &batch->points[i].fields[f])) sink->add(sink, &batch->points[i], 1);
  return TW_OK;
}

static const tw_stream stream = {sizeof stream, points, NULL, NULL};
static const tw_option options[] = {{"field", TW_OPT_STRING, 0, "\"value\"", "Field to look at"},
                                    {"above", TW_OPT_FLOAT, 0, "0.0", "The limit"},
                                    {0}};
static const tw_ext exts[] = {{TW_STREAM, &stream}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Passes on points above a limit", options, exts, create,
                                 NULL, NULL, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
