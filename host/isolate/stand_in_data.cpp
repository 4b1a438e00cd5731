// SPDX-License-Identifier: MIT
// Stand-ins of storages, feeds and query engines, and of the scanners, streams and results that
// they give. The other end is serve_data.cpp.
#include <tickwork/kind/query.h>
#include <tickwork/kind/storage.h>

#include <cerrno>
#include <utility>

#include "graph/guard.hpp"
#include "isolate/aggregate_shape.hpp"
#include "isolate/callee.hpp"
#include "isolate/columns.hpp"
#include "isolate/image.hpp"
#include "isolate/listeners.hpp"
#include "isolate/stand_in_data.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

// What a reply says of an object; behind it the types of its columns.
Unpacker object_in(Answer& answer) {
  answer.rest.align();
  return answer.rest;
}

std::shared_ptr<const void> owner_of(Payload payload) {
  return std::shared_ptr<char[]>{std::move(payload.bytes)};
}

tw_status garbled(tw_error* error) {
  return fail(error, TW_E_INVALID, "answered with what is no table");
}

// ---- streams ----

struct Stream {
  std::unique_ptr<Callee> source;
  ColumnType type;
  std::string error;

  static Stream& of(ArrowArrayStream* stream) {
    return *static_cast<Stream*>(stream->private_data);
  }
};

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  make_schema(Stream::of(stream).type, out);
  return 0;
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  Stream& self = Stream::of(stream);
  *out = {};
  Answer answer = self.source->ask(self.source->request(Method::next), nullptr);
  if (answer.status == TW_DONE) return 0;
  self.error = answer.message;
  if (answer.status != TW_OK) return EIO;
  Unpacker in = object_in(answer);
  if (unpack_array(in, self.type, owner_of(std::move(answer.payload)), out)) return 0;
  self.error = "answered with what is no table";
  return EIO;
}

const char* stream_error(ArrowArrayStream* stream) {
  const std::string& error = Stream::of(stream).error;
  return error.empty() ? nullptr : error.c_str();
}

void stream_release(ArrowArrayStream* stream) {
  auto* self = &Stream::of(stream);
  self->source->call(self->source->request(Method::release), nullptr);
  delete self;
  stream->release = nullptr;
}

bool make_stream(std::unique_ptr<Callee> source, Unpacker& in, ArrowArrayStream* out) {
  auto made = std::make_unique<Stream>(Stream{std::move(source), unpack_type(in), {}});
  if (!in.ok() || !known_type(made->type)) return false;
  *out = {stream_schema, stream_next, stream_error, stream_release, made.release()};
  return true;
}

// ---- scanners ----

struct Scanner {
  std::unique_ptr<Callee> source;
  ColumnType type;
  std::shared_ptr<const void> last;  // what the tags of the last rows point into
  std::vector<tw_tag> tags;

  static Scanner& of(tw_scanner* scanner) { return *static_cast<Scanner*>(scanner->self); }
};

tw_status scanner_schema(tw_scanner* scanner, ArrowSchema* out, tw_error*) {
  make_schema(Scanner::of(scanner).type, out);
  return TW_OK;
}

tw_status scanner_next(tw_scanner* scanner, tw_rows* rows, tw_error* error) {
  Scanner& self = Scanner::of(scanner);
  Answer answer = self.source->ask(self.source->request(Method::next), error);
  if (answer.status != TW_OK) return answer.status;
  Unpacker in = object_in(answer);
  self.last = owner_of(std::move(answer.payload));
  rows->series = in.take<uint64_t>();
  self.tags = unpack_tags(in);
  rows->tags = self.tags.data();
  rows->n_tags = static_cast<uint32_t>(self.tags.size());
  const bool good = in.ok() && unpack_array(in, self.type, self.last, &rows->array);
  return good ? TW_OK : garbled(error);
}

void scanner_release(tw_scanner* scanner) {
  auto* self = &Scanner::of(scanner);
  self->source->call(self->source->request(Method::release), nullptr);
  delete self;
  scanner->self = nullptr;
  scanner->release = nullptr;
}

// ---- results ----

struct Results {
  std::unique_ptr<Callee> source;
  std::shared_ptr<const void> last;
  std::vector<tw_tag> tags;

  static Results& of(tw_results* results) { return *static_cast<Results*>(results->self); }
};

tw_status results_next(tw_results* results, tw_result* out, tw_error* error) {
  Results& self = Results::of(results);
  Answer answer = self.source->ask(self.source->request(Method::next), error);
  if (answer.status != TW_OK) return answer.status;
  Unpacker in = object_in(answer);
  const uint64_t stream = answer.value;
  self.last = owner_of(std::move(answer.payload));
  out->statement = in.take<int32_t>();
  out->name = in.text();
  out->error = in.text();
  out->message = in.text();
  self.tags = unpack_tags(in);
  out->tags = self.tags.data();
  out->n_tags = self.tags.size();
  out->rows = {};
  if (!in.ok()) return garbled(error);
  if (stream == 0) return TW_OK;
  return make_stream(self.source->object(stream), in, &out->rows) ? TW_OK : garbled(error);
}

void results_cancel(tw_results* results) {
  Callee& source = *Results::of(results).source;
  source.call(source.request(Method::cancel), nullptr);
}

void results_release(tw_results* results) {
  auto* self = &Results::of(results);
  self->source->call(self->source->request(Method::release), nullptr);
  delete self;
  results->self = nullptr;
  results->release = nullptr;
}

// ---- the vtables ----

tw_status write(tw_instance* self, tw_str database, tw_str retention, const tw_batch* batch,
                tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::store);
  request.text(database);
  request.text(retention);
  pack_points(request, {batch->points, batch->count});
  return callee.call(request, error);
}

// aggregation: what the rows answer, NULL: they are as they lie.
tw_status scanner_of(Callee& callee, const Packer& request, const tw_aggregation* aggregation,
                     tw_scanner* out, tw_error* error) {
  Answer answer = callee.ask(request, error);
  if (answer.status < 0) return answer.status;
  Unpacker in = object_in(answer);
  auto made = std::make_unique<Scanner>();
  made->source = callee.object(answer.value);
  made->type = unpack_type(in);
  if (!in.ok() || !known_type(made->type)) return garbled(error);
  if (aggregation && !has_shape_of(made->type, *aggregation)) return garbled(error);
  *out = {sizeof *out, made.release(), scanner_schema, scanner_next, scanner_release};
  return answer.status;
}

tw_status scan(tw_instance* self, const tw_scan* wanted, tw_scanner* out, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::scan);
  pack_scan(request, *wanted);
  return scanner_of(callee, request, nullptr, out, error);
}

tw_status aggregate(tw_instance* self, const tw_aggregation* wanted, tw_scanner* out,
                    tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::aggregate);
  pack_aggregation(request, *wanted);
  return scanner_of(callee, request, wanted, out, error);
}

tw_status list(tw_instance* self, uint32_t what, const tw_scan* wanted, ArrowArrayStream* out,
               tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::list);
  request.put(what);
  pack_scan(request, *wanted);
  Answer answer = callee.ask(request, error);
  if (answer.status < 0) return answer.status;
  Unpacker in = object_in(answer);
  return make_stream(callee.object(answer.value), in, out) ? answer.status : garbled(error);
}

tw_status define(tw_instance* self, const tw_definition* definition, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::define);
  pack_definition(request, *definition);
  return callee.call(request, error);
}

tw_status drop(tw_instance* self, uint32_t what, const tw_scan* wanted, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::remove);
  request.put(what);
  pack_scan(request, *wanted);
  return callee.call(request, error);
}

// The listener is there before the other side may call it, and as long as it may.
tw_status listen(tw_instance* self, const tw_listener* listener, tw_error* error) {
  Callee& callee = Callee::of(self);
  callee.listeners().add(listener);
  Packer request = callee.request(Method::listen);
  request.put(Listeners::key_of(listener));
  const tw_status status = callee.call(request, error);
  if (status < 0) callee.listeners().remove(listener);
  return status;
}

void unlisten(tw_instance* self, const tw_listener* listener) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::unlisten);
  request.put(Listeners::key_of(listener));
  callee.call(request, nullptr);
  callee.listeners().remove(listener);
}

}  // namespace

tw_status run_query(tw_instance* self, const tw_request* wanted, tw_results* out, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::run);
  pack_request(request, *wanted);
  const Answer answer = callee.ask(request, error);
  if (answer.status < 0) return answer.status;
  auto made = std::make_unique<Results>();
  made->source = callee.object(answer.value);
  *out = {sizeof *out, made.release(), results_next, results_cancel, results_release};
  return answer.status;
}

const tw_storage storage_stand_in{sizeof(tw_storage), write, scan, list, define, drop};
const tw_storage_aggregate aggregate_stand_in{sizeof(tw_storage_aggregate), aggregate};
const tw_feed feed_stand_in{sizeof(tw_feed), listen, unlisten};
const tw_query query_stand_in{sizeof(tw_query), "", run_query, nullptr};

}  // namespace tickwork::host
