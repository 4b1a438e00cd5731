// SPDX-License-Identifier: MIT
// From a class to constant tables: which kinds a class has, and the functions that the host calls.
//
//   kind           member functions (void may also be tw_status)
//   any            start(), stop(), both optional
//   tw.input       void gather(Sink)
//   tw.output      void write(Batch)
//   tw.processor   void process(Batch, Sink)
//   tw.aggregator  void add(Batch) and void push(Sink)
//   tw.parser      size_t parse(std::string_view text, bool final, Sink), the bytes used;
//                  a bad record among good ones: return Parsed{used, TW_PARTIAL, why}
//   tw.serializer  void serialize(Batch, Writer)
//   tw.storage     void write(std::string_view database, std::string_view retention, Batch)
//                  void scan(const tw_scan&, tw_scanner&)
//                  void list(uint32_t what, const tw_scan&, ArrowArrayStream&)
//                  void define(const tw_definition&) and void drop(uint32_t what, const tw_scan&);
//                  see storage.hpp
//   tw.storage-aggregate  void aggregate(const tw_aggregation&, tw_scanner&)
//   tw.feed        void listen(const tw_listener*) and void unlisten(const tw_listener*), or derive
//                  from Feed in storage.hpp
//   tw.query       void run(const tw_request&, tw_results&), static constexpr language, optional
//                  static constexpr example; see answers.hpp
//   tw.stream      void points(const tw_group&, Batch, Sink); optional open/close(group, Sink)
//   tw.handler     void handle(const tw_event&)
//   tw.http-server void route(const tw_http_route&), void unroute(void*), tw_str address()
//   tw.service     start() and stop(), and none of the kinds above
//   tw.snapshot    void save(Writer) and void load(std::string_view)
//   tw.interrupt   void wake() noexcept
//   tw.memory      uint64_t memory() const noexcept, bytes held, from any thread
//   tw.draft.command  static constexpr tw_command commands[], see draft/command.hpp
//
// With TICKWORK_CHECKED defined, calls in the wrong state and overlapping [work] calls are logged
// as the host's misbehaviour.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "../draft/command.hpp"
#include "../kind/aggregator.h"
#include "../kind/handler.h"
#include "../kind/http.h"
#include "../kind/input.h"
#include "../kind/interrupt.h"
#include "../kind/memory.h"
#include "../kind/output.h"
#include "../kind/parser.h"
#include "../kind/processor.h"
#include "../kind/query.h"
#include "../kind/serializer.h"
#include "../kind/service.h"
#include "../kind/snapshot.h"
#include "../kind/storage.h"
#include "../kind/storage_aggregate.h"
#include "../kind/stream.h"
#include "../module.h"
#include "batch.hpp"
#include "config.hpp"
#include "error.hpp"
#include "host.hpp"
#include "point.hpp"

namespace tickwork {

// What parse did when some records were bad.
struct Parsed {
  size_t used = 0;
  tw_status status = TW_OK;  // TW_PARTIAL, or TW_E_INVALID when no record was good
  std::string message = {};

  Parsed(size_t bytes) : used{bytes} {}
  Parsed(size_t bytes, tw_status code, std::string why)
      : used{bytes}, status{code}, message{std::move(why)} {}
};

namespace detail {

template <class T>
concept HasStart = requires(T t) {
  t.start();
};
template <class T>
concept HasStop = requires(T t) {
  t.stop();
};
template <class T>
concept IsInput = requires(T t, Sink s) {
  t.gather(s);
};
template <class T>
concept IsOutput = requires(T t, Batch b) {
  t.write(b);
};
template <class T>
concept IsProcessor = requires(T t, Batch b, Sink s) {
  t.process(b, s);
};
template <class T>
concept IsAggregator = requires(T t, Batch b, Sink s) {
  t.add(b);
  t.push(s);
};
template <class T>
concept IsParser = requires(T t, std::string_view v, Sink s) {
  Parsed{t.parse(v, true, s)};
};
template <class T>
concept IsSerializer = requires(T t, Batch b, Writer w) {
  t.serialize(b, w);
};
template <class T>
concept IsStorage = requires(T t, std::string_view v, Batch b, const tw_scan& scan, tw_scanner& out,
                             ArrowArrayStream& rows, const tw_definition& d) {
  t.write(v, v, b);
  t.scan(scan, out);
  t.list(0u, scan, rows);
  t.define(d);
  t.drop(0u, scan);
};
template <class T>
concept IsStorageAggregate = requires(T t, const tw_aggregation& a, tw_scanner& out) {
  t.aggregate(a, out);
};
template <class T>
concept IsFeed = requires(T t, const tw_listener* l) {
  t.listen(l);
  t.unlisten(l);
};
template <class T>
concept IsQuery = requires(T t, const tw_request& r, tw_results& out) {
  t.run(r, out);
  T::language;
};
template <class T>
concept IsStream = requires(T t, const tw_group& g, Batch b, Sink s) {
  t.points(g, b, s);
};
template <class T>
concept HasBatchEdges = requires(T t, const tw_group& g, Sink s) {
  t.open(g, s);
  t.close(g, s);
};
template <class T>
concept IsHandler = requires(T t, const tw_event& e) {
  t.handle(e);
};
template <class T>
concept IsHttpServer = requires(T t, const tw_http_route& r, void* self) {
  t.route(r);
  t.unroute(self);
  t.address();
};
template <class T>
concept IsSnapshot = requires(T t, Writer w, std::string_view v) {
  t.save(w);
  t.load(v);
};
template <class T>
concept IsMemory = requires(const T t) {
  { t.memory() }
  noexcept->std::convertible_to<uint64_t>;
};
template <class T>
concept IsInterrupt = requires(T t) {
  t.wake();
};

// A plugin's object and, in checked builds, what may be called on it.
template <class T>
struct Box {
  Box(const tw_host* h, const tw_config* c) : object{Host{h}, Config{c}}, host{h} {}
  T object;
  const tw_host* host;
  std::atomic<bool> started{false};
  std::atomic<int> working{0};
};

template <class T>
Box<T>& box(tw_instance* self) {
  return *reinterpret_cast<Box<T>*>(self);
}

// Marks a [work] call for its duration.
template <class T>
class Turn {
 public:
  explicit Turn([[maybe_unused]] Box<T>& b) : box_{b} {
#ifdef TICKWORK_CHECKED
    if (!box_.started) Host{box_.host}.error("called in the wrong state: not started");
    if (box_.working.fetch_add(1) > 0) Host{box_.host}.warn("two [work] calls overlap");
#endif
  }
  ~Turn() {
#ifdef TICKWORK_CHECKED
    box_.working.fetch_sub(1);
#endif
  }
  Turn(const Turn&) = delete;

 private:
  [[maybe_unused]] Box<T>& box_;
};

// A [work] call: f gets the object.
template <class T, class F>
tw_status work(tw_instance* self, tw_error* error, F&& f) noexcept {
  return guard(error, [&] {
    Turn<T> turn{box<T>(self)};
    return f(box<T>(self).object);
  });
}
// An [any] or [setup] call.
template <class T, class F>
tw_status any(tw_instance* self, tw_error* error, F&& f) noexcept {
  return guard(error, [&] { return f(box<T>(self).object); });
}

template <class T>
constexpr tw_input input_table() {
  return {sizeof(tw_input), [](tw_instance* self, const tw_sink* sink, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.gather(Sink{sink}); });
          }};
}
template <class T>
constexpr tw_output output_table() {
  return {sizeof(tw_output), [](tw_instance* self, const tw_batch* batch, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.write(Batch{batch}); });
          }};
}
template <class T>
constexpr tw_processor processor_table() {
  return {sizeof(tw_processor),
          [](tw_instance* self, const tw_batch* batch, const tw_sink* sink, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.process(Batch{batch}, Sink{sink}); });
          }};
}
template <class T>
constexpr tw_aggregator aggregator_table() {
  return {sizeof(tw_aggregator),
          [](tw_instance* self, const tw_batch* batch, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.add(Batch{batch}); });
          },
          [](tw_instance* self, const tw_sink* sink, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.push(Sink{sink}); });
          }};
}
template <class T>
constexpr tw_parser parser_table() {
  return {sizeof(tw_parser), [](tw_instance* self, tw_str input, uint32_t flags, size_t* used,
                                const tw_sink* sink, tw_error* error) {
            *used = 0;
            return work<T>(self, error, [&](T& t) {
              Parsed parsed{t.parse(view(input), (flags & TW_PARSE_FINAL) != 0, Sink{sink})};
              *used = parsed.used;
              return parsed.status ? fail(error, parsed.status, parsed.message) : TW_OK;
            });
          }};
}
template <class T>
constexpr tw_serializer serializer_table() {
  return {sizeof(tw_serializer),
          [](tw_instance* self, const tw_batch* batch, const tw_writer* writer, tw_error* error) {
            return work<T>(self, error,
                           [&](T& t) { return t.serialize(Batch{batch}, Writer{writer}); });
          }};
}
template <class T>
constexpr tw_storage storage_table() {
  return {sizeof(tw_storage),
          [](tw_instance* self, tw_str db, tw_str rp, const tw_batch* batch, tw_error* error) {
            return work<T>(self, error,
                           [&](T& t) { return t.write(view(db), view(rp), Batch{batch}); });
          },
          [](tw_instance* self, const tw_scan* scan, tw_scanner* out, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.scan(*scan, *out); });
          },
          [](tw_instance* self, uint32_t what, const tw_scan* scan, ArrowArrayStream* out,
             tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.list(what, *scan, *out); });
          },
          [](tw_instance* self, const tw_definition* definition, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.define(*definition); });
          },
          [](tw_instance* self, uint32_t what, const tw_scan* scan, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.drop(what, *scan); });
          }};
}
template <class T>
constexpr tw_storage_aggregate storage_aggregate_table() {
  return {sizeof(tw_storage_aggregate),
          [](tw_instance* self, const tw_aggregation* wanted, tw_scanner* out, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.aggregate(*wanted, *out); });
          }};
}
template <class T>
constexpr tw_feed feed_table() {
  return {sizeof(tw_feed),
          [](tw_instance* self, const tw_listener* listener, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.listen(listener); });
          },
          [](tw_instance* self, const tw_listener* listener) {
            any<T>(self, nullptr, [&](T& t) { t.unlisten(listener); });
          }};
}
template <class T>
constexpr tw_query query_table() {
  tw_query table{
      sizeof(tw_query), T::language,
      [](tw_instance* self, const tw_request* request, tw_results* out, tw_error* error) {
        return any<T>(self, error, [&](T& t) { return t.run(*request, *out); });
      },
      nullptr};
  if constexpr (requires { T::example; }) table.example = T::example;
  return table;
}
template <class T>
constexpr tw_stream stream_table() {
  tw_stream table{sizeof(tw_stream),
                  [](tw_instance* self, const tw_group* group, const tw_batch* batch,
                     const tw_sink* sink, tw_error* error) {
                    return work<T>(self, error, [&](T& t) {
                      return t.points(*group, Batch{batch}, Sink{sink});
                    });
                  },
                  nullptr, nullptr};
  if constexpr (HasBatchEdges<T>) {
    table.open = [](tw_instance* self, const tw_group* group, const tw_sink* sink,
                    tw_error* error) {
      return work<T>(self, error, [&](T& t) { return t.open(*group, Sink{sink}); });
    };
    table.close = [](tw_instance* self, const tw_group* group, const tw_sink* sink,
                     tw_error* error) {
      return work<T>(self, error, [&](T& t) { return t.close(*group, Sink{sink}); });
    };
  }
  return table;
}
template <class T>
constexpr tw_handler handler_table() {
  return {sizeof(tw_handler), [](tw_instance* self, const tw_event* event, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.handle(*event); });
          }};
}
template <class T>
constexpr tw_http_server http_server_table() {
  return {sizeof(tw_http_server),
          [](tw_instance* self, const tw_http_route* route, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.route(*route); });
          },
          [](tw_instance* self, void* owner) {
            any<T>(self, nullptr, [&](T& t) { t.unroute(owner); });
          },
          [](tw_instance* self) -> tw_str { return box<T>(self).object.address(); }};
}
template <class T>
constexpr tw_snapshot snapshot_table() {
  return {sizeof(tw_snapshot),
          [](tw_instance* self, const tw_writer* writer, tw_error* error) {
            return work<T>(self, error, [&](T& t) { return t.save(Writer{writer}); });
          },
          [](tw_instance* self, tw_str bytes, tw_error* error) {
            return any<T>(self, error, [&](T& t) { return t.load(view(bytes)); });
          }};
}
template <class T>
constexpr tw_interrupt interrupt_table() {
  return {sizeof(tw_interrupt), [](tw_instance* self) { box<T>(self).object.wake(); }};
}
template <class T>
constexpr tw_memory memory_table() {
  return {sizeof(tw_memory), [](tw_instance* self) -> uint64_t {
            return static_cast<const Box<T>&>(box<T>(self)).object.memory();
          }};
}

template <class T>
inline constexpr auto input = input_table<T>();
template <class T>
inline constexpr auto output = output_table<T>();
template <class T>
inline constexpr auto processor = processor_table<T>();
template <class T>
inline constexpr auto aggregator = aggregator_table<T>();
template <class T>
inline constexpr auto parser = parser_table<T>();
template <class T>
inline constexpr auto serializer = serializer_table<T>();
template <class T>
inline constexpr auto storage = storage_table<T>();
template <class T>
inline constexpr auto storage_aggregate = storage_aggregate_table<T>();
template <class T>
inline constexpr auto feed = feed_table<T>();
template <class T>
inline constexpr auto query = query_table<T>();
template <class T>
inline constexpr auto stream = stream_table<T>();
template <class T>
inline constexpr auto handler = handler_table<T>();
template <class T>
inline constexpr auto http_server = http_server_table<T>();
inline constexpr tw_service service{sizeof(tw_service)};
template <class T>
inline constexpr auto snapshot = snapshot_table<T>();
template <class T>
inline constexpr auto interrupt = interrupt_table<T>();
template <class T>
inline constexpr auto memory = memory_table<T>();

inline constexpr size_t most_kinds = 18;

// The extension rows of a class, ended by a {0} row.
template <class T>
constexpr std::array<tw_ext, most_kinds + 1> ext_rows() {
  std::array<tw_ext, most_kinds + 1> rows{};
  size_t n = 0;
  if constexpr (IsInput<T>) rows[n++] = {TW_INPUT, &input<T>};
  if constexpr (IsOutput<T>) rows[n++] = {TW_OUTPUT, &output<T>};
  if constexpr (IsProcessor<T>) rows[n++] = {TW_PROCESSOR, &processor<T>};
  if constexpr (IsAggregator<T>) rows[n++] = {TW_AGGREGATOR, &aggregator<T>};
  if constexpr (IsParser<T>) rows[n++] = {TW_PARSER, &parser<T>};
  if constexpr (IsSerializer<T>) rows[n++] = {TW_SERIALIZER, &serializer<T>};
  if constexpr (IsStorage<T>) rows[n++] = {TW_STORAGE, &storage<T>};
  if constexpr (IsStorageAggregate<T>) rows[n++] = {TW_STORAGE_AGGREGATE, &storage_aggregate<T>};
  if constexpr (IsFeed<T>) rows[n++] = {TW_FEED, &feed<T>};
  if constexpr (IsQuery<T>) rows[n++] = {TW_QUERY, &query<T>};
  if constexpr (IsStream<T>) rows[n++] = {TW_STREAM, &stream<T>};
  if constexpr (IsHandler<T>) rows[n++] = {TW_HANDLER, &handler<T>};
  if constexpr (IsHttpServer<T>) rows[n++] = {TW_HTTP_SERVER, &http_server<T>};
  if constexpr (HasStart<T> && HasStop<T>)
    if (n == 0) rows[n++] = {TW_SERVICE, &service};
  if constexpr (IsSnapshot<T>) rows[n++] = {TW_SNAPSHOT, &snapshot<T>};
  if constexpr (IsInterrupt<T>) rows[n++] = {TW_INTERRUPT, &interrupt<T>};
  if constexpr (IsMemory<T>) rows[n++] = {TW_MEMORY, &memory<T>};
  if constexpr (HasCommands<T>) rows[n++] = {TW_COMMANDS, &command_table<T>};
  return rows;
}
template <class T>
inline constexpr auto exts = ext_rows<T>();

inline constexpr tw_option no_options[] = {{}};

template <class T>
tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  return guard(error, [&] { *out = reinterpret_cast<tw_instance*>(new Box<T>{host, config}); });
}
template <class T>
tw_status start(tw_instance* self, tw_error* error) {
  Box<T>& b = box<T>(self);
  b.started = true;  // before start(), whose threads may be called back at once
  if constexpr (HasStart<T>) {
    const tw_status status = any<T>(self, error, [](T& t) { return t.start(); });
    if (status < 0) b.started = false;
    return status;
  }
  return TW_OK;
}
template <class T>
tw_status stop(tw_instance* self, tw_error* error) {
  tw_status status = TW_OK;
  if constexpr (HasStop<T>) status = any<T>(self, error, [](T& t) { return t.stop(); });
  box<T>(self).started = false;
  return status;
}
template <class T>
void destroy(tw_instance* self) {
  guard(nullptr, [&] { delete &box<T>(self); });
}

template <size_t N>
constexpr std::array<const tw_plugin*, N + 1> plugin_rows(const tw_plugin (&plugins)[N]) {
  std::array<const tw_plugin*, N + 1> rows{};
  for (size_t i = 0; i < N; ++i) rows[i] = &plugins[i];
  return rows;
}

}  // namespace detail

// The constant description of plugin class T. options ends with a {} row; flags are TW_CONCURRENT,
// TW_ISOLATE, TW_EXCLUSIVE.
template <class T>
constexpr tw_plugin plugin(const char* id, const char* summary,
                           const tw_option* options = detail::no_options, uint32_t flags = 0) {
  static_assert(std::is_constructible_v<T, Host, Config>,
                "a plugin class needs a constructor (tickwork::Host, tickwork::Config)");
  static_assert(detail::exts<T>[0].id != nullptr,
                "this class has no kind: it needs gather, write, process, add and push, parse, "
                "serialize, run, points, handle, route, or start and stop");
  return {sizeof(tw_plugin),
          flags,
          id,
          summary,
          options,
          detail::exts<T>.data(),
          &detail::create<T>,
          &detail::start<T>,
          &detail::stop<T>,
          &detail::destroy<T>};
}

}  // namespace tickwork
