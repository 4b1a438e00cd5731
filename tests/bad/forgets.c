/* SPDX-License-Identifier: MIT */
/* A storage that says of every write that it is kept, and keeps nothing. */
#include "sin.h"

static tw_status storage_write(tw_instance* me, tw_str database, tw_str retention,
                               const tw_batch* batch, tw_error* e) {
  (void)me;
  (void)database;
  (void)retention;
  (void)batch;
  (void)e;
  return TW_OK;
}

static const char* no_text(struct ArrowArrayStream* s) {
  (void)s;
  return NULL;
}
static void release_schema(struct ArrowSchema* s) { s->release = NULL; }
static void release_stream(struct ArrowArrayStream* s) { s->release = NULL; }
static int no_columns(struct ArrowArrayStream* s, struct ArrowSchema* out) {
  (void)s;
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->release = release_schema;
  return 0;
}
static int no_rows(struct ArrowArrayStream* s, struct ArrowArray* out) {
  (void)s;
  memset(out, 0, sizeof *out);
  return 0;
}

static tw_status scan_schema(tw_scanner* s, struct ArrowSchema* out, tw_error* e) {
  (void)s;
  (void)e;
  return (tw_status)no_columns(NULL, out);
}
static tw_status scan_next(tw_scanner* s, tw_rows* rows, tw_error* e) {
  (void)s;
  (void)rows;
  (void)e;
  return TW_DONE;
}
static void scan_release(tw_scanner* s) { s->release = NULL; }
static tw_status scan(tw_instance* me, const tw_scan* what, tw_scanner* out, tw_error* e) {
  (void)what;
  (void)e;
  out->self = me;
  out->schema = scan_schema;
  out->next = scan_next;
  out->release = scan_release;
  return TW_OK;
}
static tw_status list(tw_instance* me, uint32_t what, const tw_scan* scan_,
                      struct ArrowArrayStream* out, tw_error* e) {
  (void)me;
  (void)what;
  (void)scan_;
  (void)e;
  memset(out, 0, sizeof *out);
  out->get_schema = no_columns;
  out->get_next = no_rows;
  out->get_last_error = no_text;
  out->release = release_stream;
  return TW_OK;
}
static tw_status define(tw_instance* me, const tw_definition* d, tw_error* e) {
  (void)me;
  (void)d;
  (void)e;
  return TW_OK;
}
static tw_status drop(tw_instance* me, uint32_t what, const tw_scan* scan_, tw_error* e) {
  (void)me;
  (void)what;
  (void)scan_;
  (void)e;
  return TW_OK;
}
static const tw_storage storage = {sizeof storage, storage_write, scan, list, define, drop};
EXT(TW_STORAGE, &storage);
SINNER("storage.forgets", no_options, plain_create, NULL, NULL, plain_destroy);
