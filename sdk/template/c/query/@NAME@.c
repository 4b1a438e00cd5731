/* @ID@: answers every text with a row that holds it. Replace run by your language: what it answers
 * is the same, a result for each statement with columns as Arrow arrays. */
#include <stdlib.h>
#include <string.h>
#include <tickwork/kind/query.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  char unused;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  (void)config;
  (void)error;
  return (*out = calloc(1, sizeof **out)) ? TW_OK : TW_E_NOMEM;
}

static void destroy(tw_instance* me) { free(me); }

/* Two columns: "time" (nanoseconds) and "text". A block of memory each for schema and row, freed by
 * the release of the outer struct. */
typedef struct columns {
  struct ArrowSchema child[2], *children[2];
} columns;

static void keep_schema(struct ArrowSchema* schema) { schema->release = NULL; }

static void free_schema(struct ArrowSchema* schema) {
  free(schema->private_data);
  schema->release = NULL;
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  (void)stream;
  columns* c = calloc(1, sizeof *c);
  if (!c) return 12; /* ENOMEM */
  c->child[0] = (struct ArrowSchema){.format = "tsn:", .name = "time", .release = keep_schema};
  c->child[1] = (struct ArrowSchema){.format = "u", .name = "text", .release = keep_schema};
  c->children[0] = &c->child[0];
  c->children[1] = &c->child[1];
  *out = (struct ArrowSchema){
      .format = "+s", .name = "", .n_children = 2, .children = c->children, .release = free_schema, .private_data = c};
  return 0;
}

typedef struct row {
  struct ArrowArray child[2], *children[2];
  const void *none[1], *time_buffers[2], *text_buffers[3];
  int64_t time;
  int32_t ends[2];
  char text[];
} row;

static void keep_array(struct ArrowArray* array) { array->release = NULL; }

static void free_array(struct ArrowArray* array) {
  free(array->private_data);
  array->release = NULL;
}

static row* make_row(int64_t time, tw_str text) {
  row* r = calloc(1, sizeof *r + text.len);
  if (!r) return NULL;
  r->time = time;
  r->ends[1] = (int32_t)text.len;
  if (text.len) memcpy(r->text, text.data, text.len);
  r->time_buffers[1] = &r->time;
  r->text_buffers[1] = r->ends;
  r->text_buffers[2] = r->text;
  r->child[0] =
      (struct ArrowArray){.length = 1, .n_buffers = 2, .buffers = r->time_buffers, .release = keep_array};
  r->child[1] =
      (struct ArrowArray){.length = 1, .n_buffers = 3, .buffers = r->text_buffers, .release = keep_array};
  r->children[0] = &r->child[0];
  r->children[1] = &r->child[1];
  return r;
}

/* The stream owns the row until it has handed it out. */
static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  row* r = stream->private_data;
  stream->private_data = NULL;
  *out = (struct ArrowArray){0}; /* without release: the end */
  if (r)
    *out = (struct ArrowArray){.length = 1, .n_buffers = 1, .buffers = r->none, .n_children = 2,
                               .children = r->children, .release = free_array, .private_data = r};
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  (void)stream;
  return NULL;
}

static void free_stream(struct ArrowArrayStream* stream) {
  free(stream->private_data);
  stream->release = NULL;
}

/* An answer under way: its only result waits in self. */
static tw_status next(tw_results* results, tw_result* out, tw_error* error) {
  (void)error;
  if (!results->self) return TW_DONE;
  out->statement = 0;
  out->name = TW_STR("@NAME@");
  out->tags = NULL;
  out->n_tags = 0;
  out->rows = (struct ArrowArrayStream){get_schema, get_next, get_last_error, free_stream, results->self};
  out->error = out->message = (tw_str){0};
  results->self = NULL;
  return TW_OK;
}

/* Nothing takes long enough to be given up. */
static void cancel(tw_results* results) { (void)results; }

static void release(tw_results* results) {
  free(results->self);
  results->release = NULL;
}

static tw_status run(tw_instance* me, const tw_request* request, tw_results* out, tw_error* error) {
  (void)me;
  (void)error;
  row* r = make_row(request->now_ns, request->text);
  if (!r) return TW_E_NOMEM;
  out->self = r;
  out->next = next;
  out->cancel = cancel;
  out->release = release;
  return TW_OK;
}

static const tw_query query = {sizeof query, "@NAME@", run};
static const tw_ext exts[] = {{TW_QUERY, &query}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Answers every text with itself", NULL, exts, create, NULL,
                                 NULL, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
