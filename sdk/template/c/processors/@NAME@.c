/* @ID@: gives points a tag that they lack. Replace process by what you want to do with points. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_str key, value;
  tw_tag* tags; /* kept, so that a batch allocates next to nothing */
  size_t room;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  const tw_str key = config->str(config, "key", 0), value = config->str(config, "value", 0);
  if (!key.len || !value.len) {
    snprintf(error->message, sizeof error->message, "key and value must not be empty");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->key = key;
  (*out)->value = value;
  return TW_OK;
}

static void destroy(tw_instance* me) {
  free(me->tags);
  free(me);
}

static bool has_tag(const tw_point* point, tw_str key) {
  for (uint32_t i = 0; i < point->n_tags; i++)
    if (point->tags[i].key.len == key.len && memcmp(point->tags[i].key.data, key.data, key.len) == 0) return true;
  return false;
}

/* The point's tags and one more; NULL: no memory. */
static const tw_tag* with_tag(tw_instance* me, const tw_point* point) {
  if (me->room <= point->n_tags) {
    tw_tag* more = realloc(me->tags, (point->n_tags + 8) * sizeof *more);
    if (!more) return NULL;
    me->tags = more;
    me->room = point->n_tags + 8;
  }
  if (point->n_tags) memcpy(me->tags, point->tags, point->n_tags * sizeof *me->tags);
  me->tags[point->n_tags] = (tw_tag){me->key, me->value};
  return me->tags;
}

/* What is not added to the sink goes no further. */
static tw_status process(tw_instance* me, const tw_batch* batch, const tw_sink* sink, tw_error* error) {
  (void)error;
  for (size_t i = 0; i < batch->count; i++) {
    tw_point point = batch->points[i];
    if (!has_tag(&point, me->key)) {
      if (!(point.tags = with_tag(me, &point))) return TW_E_NOMEM;
      point.n_tags++;
      point.series = (tw_str){0}; /* the text that it came from has other tags */
    }
    sink->add(sink, &point, 1);
  }
  return TW_OK;
}

static const tw_processor processor = {sizeof processor, process};
static const tw_option options[] = {{"key", TW_OPT_STRING, 0, "\"place\"", "Key of the tag"},
                                    {"value", TW_OPT_STRING, 0, "\"here\"", "Its value"},
                                    {0}};
static const tw_ext exts[] = {{TW_PROCESSOR, &processor}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Gives points a tag that they lack", options, exts, create,
                                 NULL, NULL, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
