// SPDX-License-Identifier: MIT
#include "isolate/serve_data.hpp"

#include <tickwork/tickwork.h>

#include <utility>

#include "graph/guard.hpp"
#include "isolate/callee.hpp"
#include "isolate/columns.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

// ---- what is given ----

class StreamObject final : public Object {
 public:
  explicit StreamObject(const ArrowArrayStream& stream) : stream_{stream} {}
  ~StreamObject() override {
    if (stream_.release) stream_.release(&stream_);
  }
  StreamObject(const StreamObject&) = delete;
  StreamObject& operator=(const StreamObject&) = delete;

  // Asks for the schema, once, before the other side knows the stream.
  tw_status describe(Packer& to, tw_error* error) {
    ArrowSchema schema{};
    if (stream_.get_schema(&stream_, &schema) != 0) return failed(error);
    type_ = type_of(schema);
    if (schema.release) schema.release(&schema);
    if (!known_type(type_)) return fail(error, TW_E_UNSUPPORTED, "a column's type cannot cross");
    pack_type(to, type_);
    return TW_OK;
  }

  Outcome call(Served& call) override {
    tw_error error = empty_error();
    ArrowArray array{};
    if (stream_.get_next(&stream_, &array) != 0) {
      const tw_status status = failed(&error);
      return {status, false, error.message, 0, {}};
    }
    if (!array.release) return {TW_DONE, false, {}, 0, {}};
    pack_array(call.object(), array, type_);
    array.release(&array);
    return {};
  }

 private:
  tw_status failed(tw_error* error) {
    const char* why = stream_.get_last_error(&stream_);
    return fail(error, TW_E_IO, why ? why : "the table cannot be read");
  }

  ArrowArrayStream stream_;
  ColumnType type_;
};

class ScannerObject final : public Object {
 public:
  explicit ScannerObject(const tw_scanner& scanner) : scanner_{scanner} {}
  ~ScannerObject() override { scanner_.release(&scanner_); }
  ScannerObject(const ScannerObject&) = delete;
  ScannerObject& operator=(const ScannerObject&) = delete;

  tw_status describe(Packer& to, tw_error* error) {
    ArrowSchema schema{};
    const tw_status status = scanner_.schema(&scanner_, &schema, error);
    if (status < 0) return status;
    type_ = type_of(schema);
    if (schema.release) schema.release(&schema);
    if (!known_type(type_)) return fail(error, TW_E_UNSUPPORTED, "a column's type cannot cross");
    pack_type(to, type_);
    return TW_OK;
  }

  Outcome call(Served& call) override {
    tw_error error = empty_error();
    tw_rows rows{};
    rows.size = sizeof rows;
    const tw_status status = scanner_.next(&scanner_, &rows, &error);
    if (status != TW_OK) return {status, false, error.message, 0, {}};
    Packer& to = call.object();
    to.put(rows.series);
    pack_tags(to, rows.tags, rows.n_tags);
    pack_array(to, rows.array, type_);
    if (rows.array.release) rows.array.release(&rows.array);
    return {};
  }

 private:
  tw_scanner scanner_;
  ColumnType type_;
};

class ResultsObject final : public Object {
 public:
  ResultsObject(const tw_results& results, Objects& objects)
      : results_{results}, objects_{objects} {}
  ~ResultsObject() override { results_.release(&results_); }
  ResultsObject(const ResultsObject&) = delete;
  ResultsObject& operator=(const ResultsObject&) = delete;

  Outcome call(Served& call) override {
    if (call.method() == Method::cancel) {
      results_.cancel(&results_);
      return {};
    }
    tw_error error = empty_error();
    tw_result result{};
    result.size = sizeof result;
    tw_status status = results_.next(&results_, &result, &error);
    Outcome outcome{status, false, error.message, 0, {}};
    if (status != TW_OK) return outcome;
    Packer& to = call.object();
    to.put(result.statement);
    for (const tw_str& text : {result.name, result.error, result.message}) to.text(text);
    pack_tags(to, result.tags, result.n_tags);
    if (!result.rows.release) return outcome;
    auto rows = std::make_shared<StreamObject>(result.rows);
    status = rows->describe(to, &error);
    if (status < 0) return {status, false, error.message, 0, {}};
    outcome.value = objects_.keep(std::move(rows));
    return outcome;
  }

 private:
  tw_results results_;
  Objects& objects_;
};

// A listener of the other side, as this side's feed sees it.
class ListenerObject final : public Object {
 public:
  ListenerObject(Channel& channel, uint64_t key, const tw_feed& feed, tw_instance* self)
      : own_{sizeof own_, this, written}, channel_{channel}, key_{key}, feed_{feed}, self_{self} {}
  ~ListenerObject() override { feed_.unlisten(self_, &own_); }
  ListenerObject(const ListenerObject&) = delete;
  ListenerObject& operator=(const ListenerObject&) = delete;

  tw_status listen(tw_error* error) { return feed_.listen(self_, &own_, error); }
  Outcome call(Served&) override { return {TW_E_UNSUPPORTED, false, {}, 0, {}}; }

 private:
  static void written(const tw_listener* own, tw_str database, tw_str retention,
                      const tw_batch* batch) {
    auto& self = *static_cast<ListenerObject*>(own->self);
    Packer request = request_of(Method::written, self.key_);
    request.text(database);
    request.text(retention);
    pack_points(request, {batch->points, batch->count});
    self.channel_.call(request);
  }

  tw_listener own_;
  Channel& channel_;
  const uint64_t key_;
  const tw_feed& feed_;
  tw_instance* const self_;
};

// ---- what is asked ----

struct Asked {
  Served& call;
  const Target& target;
  Objects& objects;
  Outcome& outcome;
  tw_error* error;

  template <class Vtable>
  const Vtable* ext(const char* id) const {
    return static_cast<const Vtable*>(target.ext(id));
  }
  Unpacker& in() const { return call.in(); }
  tw_status lacks(const char* id) const {
    return fail(error, TW_E_UNSUPPORTED, std::string{"does not offer this function of "} + id);
  }
};

tw_status store(Asked& a) {
  const tw_str database = a.in().text(), retention = a.in().text();
  const auto points = unpack_points(a.in());
  const auto* storage = a.ext<tw_storage>(TW_STORAGE);
  if (!TW_HAS(storage, write)) return a.lacks(TW_STORAGE);
  if (!a.in().ok()) return TW_E_INVALID;
  const tw_batch batch{points.data(), points.size()};
  return storage->write(a.target.self, database, retention, &batch, a.error);
}

// What begin(scanner) fills is kept.
template <class Begin>
tw_status keep_scanner(Asked& a, Begin&& begin) {
  tw_scanner scanner{};
  scanner.size = sizeof scanner;
  tw_status status = begin(&scanner);
  if (status < 0) return status;
  auto object = std::make_shared<ScannerObject>(scanner);
  if (status = object->describe(a.call.object(), a.error); status < 0) return status;
  a.outcome.value = a.objects.keep(std::move(object));
  return status;
}

tw_status scan(Asked& a) {
  const UnpackedScan wanted = unpack_scan(a.in());
  const auto* storage = a.ext<tw_storage>(TW_STORAGE);
  if (!TW_HAS(storage, scan)) return a.lacks(TW_STORAGE);
  if (!a.in().ok()) return TW_E_INVALID;
  return keep_scanner(a, [&](tw_scanner* scanner) {
    return storage->scan(a.target.self, &wanted.scan, scanner, a.error);
  });
}

tw_status aggregate(Asked& a) {
  const UnpackedAggregation wanted = unpack_aggregation(a.in());
  const auto* storage = a.ext<tw_storage_aggregate>(TW_STORAGE_AGGREGATE);
  if (!TW_HAS(storage, aggregate)) return a.lacks(TW_STORAGE_AGGREGATE);
  if (!a.in().ok()) return TW_E_INVALID;
  return keep_scanner(a, [&](tw_scanner* scanner) {
    return storage->aggregate(a.target.self, &wanted.aggregation, scanner, a.error);
  });
}

tw_status list(Asked& a) {
  const auto what = a.in().take<uint32_t>();
  const UnpackedScan wanted = unpack_scan(a.in());
  const auto* storage = a.ext<tw_storage>(TW_STORAGE);
  if (!TW_HAS(storage, list)) return a.lacks(TW_STORAGE);
  if (!a.in().ok()) return TW_E_INVALID;
  ArrowArrayStream stream{};
  tw_status status = storage->list(a.target.self, what, &wanted.scan, &stream, a.error);
  if (status < 0) return status;
  auto object = std::make_shared<StreamObject>(stream);
  if (status = object->describe(a.call.object(), a.error); status < 0) return status;
  a.outcome.value = a.objects.keep(std::move(object));
  return status;
}

tw_status define(Asked& a) {
  const UnpackedDefinition wanted = unpack_definition(a.in());
  const auto* storage = a.ext<tw_storage>(TW_STORAGE);
  if (!TW_HAS(storage, define)) return a.lacks(TW_STORAGE);
  return a.in().ok() ? storage->define(a.target.self, &wanted.definition, a.error) : TW_E_INVALID;
}

tw_status remove(Asked& a) {
  const auto what = a.in().take<uint32_t>();
  const UnpackedScan wanted = unpack_scan(a.in());
  const auto* storage = a.ext<tw_storage>(TW_STORAGE);
  if (!TW_HAS(storage, drop)) return a.lacks(TW_STORAGE);
  return a.in().ok() ? storage->drop(a.target.self, what, &wanted.scan, a.error) : TW_E_INVALID;
}

tw_status listen(Asked& a) {
  const auto key = a.in().take<uint64_t>() & ~Objects::mark;
  const auto* feed = a.ext<tw_feed>(TW_FEED);
  if (!TW_HAS(feed, listen) || !TW_HAS(feed, unlisten)) return a.lacks(TW_FEED);
  if (!a.in().ok()) return TW_E_INVALID;
  auto object = std::make_shared<ListenerObject>(a.call.channel(), key, *feed, a.target.self);
  const tw_status status = object->listen(a.error);
  if (status >= 0) a.objects.keep_as(key, std::move(object));
  return status;
}

tw_status unlisten(Asked& a) {
  a.objects.drop(a.in().take<uint64_t>() & ~Objects::mark);
  return TW_OK;
}

tw_status run(Asked& a) {
  const UnpackedRequest wanted = unpack_request(a.in());
  const auto* query = a.ext<tw_query>(TW_QUERY);
  if (!TW_HAS(query, run)) return a.lacks(TW_QUERY);
  if (!a.in().ok()) return TW_E_INVALID;
  tw_results results{};
  results.size = sizeof results;
  const tw_status status = query->run(a.target.self, &wanted.request, &results, a.error);
  if (status < 0) return status;
  a.outcome.value = a.objects.keep(std::make_shared<ResultsObject>(results, a.objects));
  return status;
}

}  // namespace

bool is_data_method(Method method) {
  return method >= Method::store && method <= Method::aggregate;
}

tw_status serve_data(Served& call, const Target& target, Objects& objects, Outcome& outcome,
                     tw_error* error) {
  Asked asked{call, target, objects, outcome, error};
  switch (call.method()) {
    case Method::store:
      return store(asked);
    case Method::scan:
      return scan(asked);
    case Method::list:
      return list(asked);
    case Method::define:
      return define(asked);
    case Method::remove:
      return remove(asked);
    case Method::listen:
      return listen(asked);
    case Method::unlisten:
      return unlisten(asked);
    case Method::run:
      return run(asked);
    case Method::aggregate:
      return aggregate(asked);
    default:
      return TW_E_UNSUPPORTED;
  }
}

}  // namespace tickwork::host
