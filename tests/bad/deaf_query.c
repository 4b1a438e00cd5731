/* SPDX-License-Identifier: MIT */
/* A query engine that reads its storage to the end, whatever its caller says meanwhile. */
#include "sin.h"

static tw_ref storage_of(const tw_host* host, tw_error* e) {
  const tw_services* services = host->ext(host, TW_SERVICES);
  tw_ref ref;
  memset(&ref, 0, sizeof ref);
  if (services) services->find(host, TW_STORAGE, TW_STR(""), &ref, e);
  return ref;
}

static tw_status next(tw_results* r, tw_result* out, tw_error* e) {
  tw_instance* me = r->self;
  const tw_ref ref = storage_of(me->host, e);
  tw_scan scan;
  tw_scanner scanner;
  tw_rows rows;
  (void)out;
  memset(&scan, 0, sizeof scan);
  memset(&scanner, 0, sizeof scanner);
  memset(&rows, 0, sizeof rows);
  scan.size = sizeof scan;
  scan.database = TW_STR("check");
  scan.measurement = TW_STR("cpu");
  scan.from_ns = INT64_MIN;
  scan.to_ns = INT64_MAX;
  scanner.size = sizeof scanner;
  rows.size = sizeof rows;
  if (!ref.vtable || ((const tw_storage*)ref.vtable)->scan(ref.self, &scan, &scanner, e) < 0)
    return TW_DONE;
  while (scanner.next(&scanner, &rows, e) == TW_OK) {
    rows.array.release(&rows.array);
    rest_ms(1);
  }
  scanner.release(&scanner);
  return TW_DONE;
}
static void cancel(tw_results* r) { (void)r; }
static void release(tw_results* r) { r->release = NULL; }
static tw_status run(tw_instance* me, const tw_request* q, tw_results* out, tw_error* e) {
  (void)q;
  (void)e;
  out->self = me;
  out->next = next;
  out->cancel = cancel;
  out->release = release;
  return TW_OK;
}
static const tw_query query = {sizeof query, "deaf", run, "all of cpu"};
EXT(TW_QUERY, &query);
SINNER("query.deaf", no_options, plain_create, NULL, NULL, plain_destroy);
