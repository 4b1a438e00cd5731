// SPDX-License-Identifier: MIT
// The Arrow structs here own nothing: their release only clears itself.
#include "check/empty_database.hpp"

namespace tickwork::host::check {
namespace {

template <class T>
void forget(T* object) {
  object->release = nullptr;
}

ArrowSchema column(const char* format, const char* name) {
  ArrowSchema s{};
  s.format = format;
  s.name = name;
  s.release = forget<ArrowSchema>;
  return s;
}

// A struct of one column. The child lives as long as the program; a receiver may release it twice.
ArrowSchema table(const char* format, const char* name) {
  thread_local ArrowSchema child;
  thread_local ArrowSchema* children[1];
  child = column(format, name);
  children[0] = &child;
  ArrowSchema s = column("+s", "");
  s.n_children = 1;
  s.children = children;
  return s;
}

int stream_schema(ArrowArrayStream*, ArrowSchema* out) { return *out = table("u", "name"), 0; }
int stream_next(ArrowArrayStream*, ArrowArray* out) { return *out = ArrowArray{}, 0; }
const char* stream_error(ArrowArrayStream*) { return nullptr; }

tw_status write(tw_instance*, tw_str, tw_str, const tw_batch*, tw_error*) { return TW_OK; }

tw_status scan_schema(tw_scanner*, ArrowSchema* out, tw_error*) {
  return *out = table("tsn:", "time"), TW_OK;
}
tw_status scan_next(tw_scanner*, tw_rows*, tw_error*) { return TW_DONE; }
tw_status scan(tw_instance*, const tw_scan*, tw_scanner* out, tw_error*) {
  *out = {sizeof *out, nullptr, scan_schema, scan_next, forget<tw_scanner>};
  return TW_OK;
}
tw_status list(tw_instance*, uint32_t, const tw_scan*, ArrowArrayStream* out, tw_error*) {
  *out = {stream_schema, stream_next, stream_error, forget<ArrowArrayStream>, nullptr};
  return TW_OK;
}
tw_status define(tw_instance*, const tw_definition*, tw_error*) { return TW_OK; }
tw_status drop(tw_instance*, uint32_t, const tw_scan*, tw_error*) { return TW_OK; }

tw_status listen(tw_instance*, const tw_listener*, tw_error*) { return TW_OK; }
void unlisten(tw_instance*, const tw_listener*) {}

tw_status results_next(tw_results*, tw_result*, tw_error*) { return TW_DONE; }
tw_status run(tw_instance*, const tw_request*, tw_results* out, tw_error*) {
  *out = {sizeof *out, nullptr, results_next, [](tw_results*) {}, forget<tw_results>};
  return TW_OK;
}

constexpr tw_storage storage{sizeof(tw_storage), write, scan, list, define, drop};
constexpr tw_feed feed{sizeof(tw_feed), listen, unlisten};
constexpr tw_query query{sizeof(tw_query), "influxql", run, nullptr};

}  // namespace

void provide_empty_database(testing::Host& host) {
  host.provide(TW_STORAGE, "", &storage, nullptr);
  host.provide(TW_FEED, "", &feed, nullptr);
  host.provide(TW_QUERY, "", &query, nullptr);
}

}  // namespace tickwork::host::check
