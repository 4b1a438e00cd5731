/* SPDX-License-Identifier: MIT */
/* A C plugin of every kind, built from the headers beside it and run by today's host. Each does the
 * least that shows that its calls arrive: see ../previous_test.cpp. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  const tw_host* host;
  char greeting[64];
  int64_t count, started;
  const tw_listener* listener;
};

static tw_status create(const tw_host* h, const tw_config* c, tw_instance** out, tw_error* e) {
  tw_str greeting = c->str(c, "greeting", 0);
  if (greeting.len >= sizeof(*out)->greeting) {
    snprintf(e->message, sizeof e->message, "greeting is longer than 63 bytes");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->host = h;
  (*out)->count = c->num(c, "count", 0);
  memcpy((*out)->greeting, greeting.data, greeting.len);
  return TW_OK;
}
static tw_status start(tw_instance* me, tw_error* e) {
  (void)e;
  me->started = 1;
  me->host->log(me->host, TW_LOG_INFO, TW_STR("started"));
  return TW_OK;
}
static tw_status stop(tw_instance* me, tw_error* e) {
  (void)e;
  me->started = 0;
  return TW_OK;
}
static void destroy(tw_instance* me) { free(me); }

static tw_status add_count(const tw_instance* me, const tw_sink* sink, const char* name) {
  tw_field field;
  tw_point point;
  memset(&field, 0, sizeof field);
  memset(&point, 0, sizeof point);
  field.key = TW_STR("count");
  field.value.type = TW_INT;
  field.value.as.i = me->count;
  point.name.data = name;
  point.name.len = strlen(name);
  point.fields = &field;
  point.n_fields = 1;
  point.time_ns = me->host->now(me->host);
  return sink->add(sink, &point, 1);
}

static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  (void)e;
  return add_count(me, sink, me->greeting);
}
static const tw_input input = {sizeof input, gather};

static tw_status take(tw_instance* me, const tw_batch* batch, tw_error* e) {
  (void)e;
  me->count += (int64_t)batch->count;
  return TW_OK;
}
static const tw_output output = {sizeof output, take};

static tw_status process(tw_instance* me, const tw_batch* batch, const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)e;
  return sink->add(sink, batch->points, batch->count);
}
static const tw_processor processor = {sizeof processor, process};

static tw_status push(tw_instance* me, const tw_sink* sink, tw_error* e) {
  tw_status status = add_count(me, sink, "sum");
  (void)e;
  me->count = 0;
  return status;
}
static const tw_aggregator aggregator = {sizeof aggregator, take, push};

/* Every complete line is a point of that name. */
static tw_status parse(tw_instance* me, tw_str text, uint32_t flags, size_t* used,
                       const tw_sink* sink, tw_error* e) {
  size_t at = 0;
  (void)e;
  *used = 0;
  for (; at < text.len; ++at) {
    char name[32] = "";
    if (text.data[at] != '\n' && !(at + 1 == text.len && (flags & TW_PARSE_FINAL))) continue;
    if (at - *used < sizeof name) memcpy(name, text.data + *used, at - *used);
    *used = at + 1;
    if (name[0]) add_count(me, sink, name);
  }
  return TW_OK;
}
static const tw_parser parser = {sizeof parser, parse};

static tw_status serialize(tw_instance* me, const tw_batch* batch, const tw_writer* w,
                           tw_error* e) {
  size_t i;
  (void)me;
  (void)e;
  for (i = 0; i < batch->count; ++i) {
    tw_status status = w->write(w, batch->points[i].name);
    if (status == TW_OK) status = w->write(w, TW_STR("\n"));
    if (status < 0) return status;
  }
  return TW_OK;
}
static const tw_serializer serializer = {sizeof serializer, serialize};

static tw_status storage_write(tw_instance* me, tw_str db, tw_str rp, const tw_batch* batch,
                               tw_error* e) {
  (void)rp;
  if (db.len == 0) {
    snprintf(e->message, sizeof e->message, "database not found: ");
    return TW_E_NOT_FOUND;
  }
  if (me->listener) me->listener->written(me->listener, db, rp, batch);
  return take(me, batch, e);
}
static tw_status scan(tw_instance* me, const tw_scan* s, tw_scanner* out, tw_error* e) {
  (void)me;
  (void)s;
  (void)out;
  (void)e;
  return TW_E_UNSUPPORTED;
}
static tw_status list(tw_instance* me, uint32_t what, const tw_scan* s,
                      struct ArrowArrayStream* out, tw_error* e) {
  (void)me;
  (void)what;
  (void)s;
  (void)out;
  (void)e;
  return TW_E_UNSUPPORTED;
}
static tw_status define(tw_instance* me, const tw_definition* d, tw_error* e) {
  (void)e;
  me->count = (int64_t)d->name.len;
  return TW_OK;
}
static tw_status drop(tw_instance* me, uint32_t what, const tw_scan* s, tw_error* e) {
  (void)e;
  me->count = what == TW_ROWS ? s->to_ns - s->from_ns : 0;
  return TW_OK;
}
static const tw_storage storage = {sizeof storage, storage_write, scan, list, define, drop};

static tw_status feed_listen(tw_instance* me, const tw_listener* l, tw_error* e) {
  (void)e;
  me->listener = l;
  return TW_OK;
}
static void feed_unlisten(tw_instance* me, const tw_listener* l) {
  if (me->listener == l) me->listener = NULL;
}
static const tw_feed feed = {sizeof feed, feed_listen, feed_unlisten};

static tw_status next(tw_results* r, tw_result* out, tw_error* e) {
  tw_instance* me = (tw_instance*)r->self;
  (void)e;
  if (me->count == 0) return TW_DONE;
  me->count = 0;
  out->statement = 0;
  out->name.data = me->greeting;
  out->name.len = strlen(me->greeting);
  return TW_OK;
}
static void cancel(tw_results* r) { ((tw_instance*)r->self)->count = 0; }
static void release(tw_results* r) { r->release = NULL; }
static tw_status run(tw_instance* me, const tw_request* q, tw_results* out, tw_error* e) {
  if (q->text.len == 0) {
    snprintf(e->message, sizeof e->message, "no query");
    return TW_E_INVALID;
  }
  out->self = me;
  out->next = next;
  out->cancel = cancel;
  out->release = release;
  return TW_OK;
}
static const tw_query query = {sizeof query, "every", run};

static tw_status points(tw_instance* me, const tw_group* g, const tw_batch* batch,
                        const tw_sink* sink, tw_error* e) {
  (void)g;
  return process(me, batch, sink, e);
}
static tw_status open_group(tw_instance* me, const tw_group* g, const tw_sink* sink, tw_error* e) {
  (void)sink;
  (void)e;
  me->count = g->end_ns;
  return TW_OK;
}
static tw_status close_group(tw_instance* me, const tw_group* g, const tw_sink* sink, tw_error* e) {
  (void)g;
  (void)e;
  return add_count(me, sink, "end");
}
static const tw_stream stream = {sizeof stream, points, open_group, close_group};

static tw_status handle(tw_instance* me, const tw_event* event, tw_error* e) {
  (void)e;
  me->host->log(me->host, TW_LOG_WARN, event->message);
  return TW_OK;
}
static const tw_handler handler = {sizeof handler, handle};

static const tw_service service = {sizeof service};

static tw_status save(tw_instance* me, const tw_writer* w, tw_error* e) {
  tw_str bytes;
  (void)e;
  bytes.data = (const char*)&me->count;
  bytes.len = sizeof me->count;
  return w->write(w, bytes);
}
static tw_status load(tw_instance* me, tw_str bytes, tw_error* e) {
  if (bytes.len != sizeof me->count) {
    snprintf(e->message, sizeof e->message, "a snapshot has 8 bytes");
    return TW_E_INVALID;
  }
  memcpy(&me->count, bytes.data, bytes.len);
  return TW_OK;
}
static const tw_snapshot snapshot = {sizeof snapshot, save, load};

static void wake(tw_instance* me) { me->host->log(me->host, TW_LOG_DEBUG, TW_STR("woken")); }
static const tw_interrupt interrupt = {sizeof interrupt, wake};

static const char script[] =
    "export default class extends HTMLElement {}\ncustomElements.define('tw-one', X);\n";
static const tw_file files[] = {{"panel.js", "text/javascript", script, sizeof script - 1},
                                {NULL, NULL, NULL, 0}};
static const tw_panel panel = {sizeof panel,
                               "id = \"org.example.one\"\nname = \"One\"\napi = 1\n"
                               "element = \"tw-one\"\nmodule = \"panel.js\"\n",
                               files};

static const tw_option options[] = {
    {"greeting", TW_OPT_STRING, 0, "\"hello\"", "Name of the points"},
    {"count", TW_OPT_INT, 0, "3", "First value"},
    {NULL, 0, 0, NULL, NULL}};

#define PLUGIN(var, plugin_id, ...)                               \
  static const tw_ext var##_exts[] = {__VA_ARGS__, {NULL, NULL}}; \
  static const tw_plugin var##_plugin = {sizeof(tw_plugin),       \
                                         0,                       \
                                         plugin_id,               \
                                         "From headers 1.0",      \
                                         options,                 \
                                         var##_exts,              \
                                         create,                  \
                                         start,                   \
                                         stop,                    \
                                         destroy}

PLUGIN(input, "inputs.v1", {TW_INPUT, &input}, {TW_SNAPSHOT, &snapshot},
       {TW_INTERRUPT, &interrupt});
PLUGIN(output, "outputs.v1", {TW_OUTPUT, &output});
PLUGIN(processor, "processors.v1", {TW_PROCESSOR, &processor});
PLUGIN(aggregator, "aggregators.v1", {TW_AGGREGATOR, &aggregator});
PLUGIN(format, "formats.v1", {TW_PARSER, &parser}, {TW_SERIALIZER, &serializer});
PLUGIN(storage, "storage.v1", {TW_STORAGE, &storage}, {TW_FEED, &feed});
PLUGIN(query, "query.v1", {TW_QUERY, &query});
PLUGIN(stream, "stream.v1", {TW_STREAM, &stream});
PLUGIN(handler, "handlers.v1", {TW_HANDLER, &handler});
PLUGIN(service, "services.v1", {TW_SERVICE, &service});
PLUGIN(panel, "panels.v1", {TW_PANEL, &panel});

static const tw_plugin* const plugins[] = {&input_plugin,      &output_plugin, &processor_plugin,
                                           &aggregator_plugin, &format_plugin, &storage_plugin,
                                           &query_plugin,      &stream_plugin, &handler_plugin,
                                           &service_plugin,    &panel_plugin,  NULL};

const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0,      "org.example.v1",
                                    "1.0.0",           "MIT",        plugins};
