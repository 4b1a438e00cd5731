// SPDX-License-Identifier: MIT
// Storage, feed, query and HTTP through the host's proxies: what a finder gets instead of the
// plugin's own tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>
#include <tickwork/tickwork.hpp>

#include "check/arrow_table.hpp"
#include "graph_plugins.hpp"

namespace tickwork::host::test {
namespace {

using namespace std::chrono_literals;

// What the shelf was asked, and what it has from others.
struct ShelfRecord {
  std::mutex lock;
  std::vector<std::string> events;
  std::set<const tw_listener*> listeners;
  std::vector<tw_http_route> routes;  // of the newest shelf; texts are the proxy's

  void note(const std::string& event) {
    const std::lock_guard held{lock};
    events.push_back(event);
  }
  size_t at(const std::string& event) {
    const std::lock_guard held{lock};
    return static_cast<size_t>(std::find(events.begin(), events.end(), event) - events.begin());
  }
  bool has(const std::string& event) { return at(event) < events.size(); }
};
ShelfRecord* record = nullptr;

// A storage, feed, query and HTTP server that keeps nothing.
class Shelf {
 public:
  static constexpr const char* language = "shelfql";
  static constexpr const char* example = "everything";

  Shelf(Host, Config) {}
  ~Shelf() { record->note("destroyed"); }

  void write(std::string_view database, std::string_view, tickwork::Batch batch) {
    if (database == "throw") throw std::runtime_error{"boom"};
    if (database == "full") throw Error{TW_E_INVALID, "the shelf is full"};
    record->note("wrote " + std::to_string(batch.size()));
    for (const tw_listener* l : record->listeners) l->written(l, str(database), {}, batch.raw());
  }
  void scan(const tw_scan&, tw_scanner& out) {
    out.self = nullptr;
    out.schema = [](tw_scanner*, ArrowSchema* schema, tw_error*) -> tw_status {
      return check::export_schema(numbers(), schema), TW_OK;
    };
    out.next = [](tw_scanner*, tw_rows* rows, tw_error*) -> tw_status {
      return check::export_array(numbers(), &rows->array), TW_OK;
    };
    out.release = [](tw_scanner* scanner) {
      record->note("scan released");
      scanner->release = nullptr;
    };
  }
  void list(uint32_t, const tw_scan&, ArrowArrayStream& out) {
    check::export_stream(numbers(), &out);
  }
  void define(const tw_definition&) { record->note("defined"); }
  void drop(uint32_t, const tw_scan&) { record->note("dropped"); }

  void listen(const tw_listener* listener) { record->listeners.insert(listener); }
  void unlisten(const tw_listener* listener) { record->listeners.erase(listener); }

  void run(const tw_request& request, tw_results& out) {
    if (view(request.text) == "bad") throw Error{TW_E_INVALID, "no such book"};
    out.self = nullptr;
    out.next = [](tw_results*, tw_result* result, tw_error*) -> tw_status {
      check::export_stream(numbers(), &result->rows);
      return TW_OK;
    };
    out.cancel = [](tw_results*) { record->note("cancelled"); };
    out.release = [](tw_results* results) {
      record->note("answer released");
      results->release = nullptr;
    };
  }

  void route(const tw_http_route& route) { record->routes.push_back(route); }
  void unroute(void* self) {
    std::erase_if(record->routes, [&](const tw_http_route& r) { return r.self == self; });
  }
  tw_str address() { return TW_STR("127.0.0.1:1"); }

 private:
  static std::shared_ptr<const check::ArrowTable> numbers() {
    auto table = std::make_shared<check::ArrowTable>(check::ArrowTable{{"n", "l"}});
    for (int64_t i = 0; i < 3; ++i) table->front().integer(i);
    return table;
  }
};

// Whoever looks for the shelf.
class Reader {
 public:
  Reader(Host host, Config) : storage_{host.find<tw_storage>("")} { raw = host.raw(); }
  void start() {}
  void stop() {}
  static const tw_host* raw;

 private:
  Ref<tw_storage> storage_;  // found at its making: it starts after the shelf and ends before it
};
const tw_host* Reader::raw = nullptr;

constexpr tw_option options[] = {{"knob", TW_OPT_STRING, 0, "\"\"", "Anything"}, {}};
constexpr tw_plugin shelf = plugin<Shelf>("storage.shelf", "for tests", options, TW_CONCURRENT);
constexpr tw_plugin reader = plugin<Reader>("services.reader", "for tests", options);
constexpr const tw_plugin* plugins[] = {&shelf, &reader, nullptr};
constexpr tw_module module{sizeof module, TW_ABI_MINOR, 0,      "org.example.shelf",
                           "1.0.0",       "MIT",        plugins};

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest() { record = &record_; }

  void start() {
    auto made = RunningGraph::make(wanted(), catalogue_, log_, {}, short_deadlines());
    ASSERT_TRUE(made) << made.failure().message;
    graph_ = std::move(*made);
    ASSERT_TRUE(graph_->start());
  }
  static Configuration wanted(const std::string& knob = "") {
    auto callee = instance("storage.shelf");
    callee.raw = {{"knob", Value{knob, {}}}};
    return configuration({instance("services.reader"), callee});
  }
  template <class Vtable>
  std::pair<const Vtable*, tw_instance*> find(const char* ext) {
    const tw_host* host = Reader::raw;
    tw_ref ref{};
    const auto* services = static_cast<const tw_services*>(host->ext(host, TW_SERVICES));
    EXPECT_EQ(services->find(host, ext, {}, &ref, &error_), TW_OK) << error_.message;
    return {static_cast<const Vtable*>(ref.vtable), ref.self};
  }

  ShelfRecord record_;
  Log log_{{"/dev/null", TW_LOG_DEBUG, false}};
  Catalogue catalogue_ = Catalogue::of({&module});
  std::unique_ptr<RunningGraph> graph_;
  tw_error error_ = tickwork::empty_error();
};

TEST_F(ProxyTest, AStorageTakesWritesAndItsErrorsComeBack) {
  start();
  const auto [storage, self] = find<tw_storage>(TW_STORAGE);
  const OnePoint one{"m"};
  const tw_point point = one.point();
  const tw_batch batch{&point, 1};
  EXPECT_EQ(storage->write(self, TW_STR("db"), {}, &batch, &error_), TW_OK);
  EXPECT_TRUE(record_.has("wrote 1"));
  EXPECT_EQ(storage->write(self, TW_STR("full"), {}, &batch, &error_), TW_E_INVALID);
  EXPECT_STREQ(error_.message, "the shelf is full");
  EXPECT_EQ(storage->write(self, TW_STR("throw"), {}, &batch, &error_), TW_E_INTERNAL);
  EXPECT_NE(std::string{error_.message}.find("boom"), std::string::npos);
  tw_definition definition{};
  EXPECT_EQ(storage->define(self, &definition, &error_), TW_OK);
  tw_scan all{};
  EXPECT_EQ(storage->drop(self, TW_ROWS, &all, &error_), TW_OK);
  EXPECT_TRUE(record_.has("defined"));
  EXPECT_TRUE(record_.has("dropped"));
  EXPECT_TRUE(graph_->stop(5s));
  EXPECT_EQ(storage->write(self, TW_STR("db"), {}, &batch, &error_), TW_E_NOT_FOUND);
}

TEST_F(ProxyTest, AnOpenScanKeepsItsStorageAlive) {
  start();
  const auto [storage, self] = find<tw_storage>(TW_STORAGE);
  tw_scan all{};
  tw_scanner scanner{};
  scanner.size = sizeof scanner;
  ASSERT_EQ(storage->scan(self, &all, &scanner, &error_), TW_OK);
  ArrowSchema schema{};
  ASSERT_EQ(scanner.schema(&scanner, &schema, &error_), TW_OK);
  tw_rows rows{};
  rows.size = sizeof rows;
  ASSERT_EQ(scanner.next(&scanner, &rows, &error_), TW_OK);
  EXPECT_EQ(check::row_text(schema, rows.array, 2), "n=2");
  auto end = std::async(std::launch::async, [&] { return graph_->stop(5s); });
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(record_.has("destroyed"));
  EXPECT_EQ(check::row_text(schema, rows.array, 1), "n=1");
  schema.release(&schema);
  rows.array.release(&rows.array);
  EXPECT_EQ(rows.array.release, nullptr);
  scanner.release(&scanner);
  EXPECT_EQ(scanner.release, nullptr);
  EXPECT_TRUE(end.get());
  EXPECT_LT(record_.at("scan released"), record_.at("destroyed"));
}

TEST_F(ProxyTest, AListIsAStreamThatIsReleasedOnce) {
  start();
  const auto [storage, self] = find<tw_storage>(TW_STORAGE);
  tw_scan all{};
  ArrowStream stream;
  ASSERT_EQ(storage->list(self, TW_DATABASES, &all, stream.out(), &error_), TW_OK);
  tickwork::Array array;
  ASSERT_EQ(stream->get_next(&*stream, array.out()), 0);
  EXPECT_EQ(array->length, 3);
  stream.reset();
  array.reset();
  EXPECT_TRUE(graph_->stop(5s));
}

TEST_F(ProxyTest, AQueryTellsItsLanguageAndCanBeCancelled) {
  start();
  const auto [query, self] = find<tw_query>(TW_QUERY);
  EXPECT_STREQ(query->language, "shelfql");
  EXPECT_STREQ(query->example, "everything");
  tw_request request{};
  request.size = sizeof request;
  request.text = TW_STR("bad");
  Results results;
  results->size = sizeof(tw_results);
  EXPECT_EQ(query->run(self, &request, &*results, &error_), TW_E_INVALID);
  EXPECT_STREQ(error_.message, "no such book");
  request.text = TW_STR("everything");
  ASSERT_EQ(query->run(self, &request, &*results, &error_), TW_OK);
  tw_result result{};
  result.size = sizeof result;
  ASSERT_EQ(results->next(&*results, &result, &error_), TW_OK);
  tickwork::Array array;
  EXPECT_EQ(result.rows.get_next(&result.rows, array.out()), 0);
  EXPECT_EQ(array->length, 3);
  array.reset();
  result.rows.release(&result.rows);
  results->cancel(&*results);
  EXPECT_TRUE(record_.has("cancelled"));
  results.reset();
  EXPECT_TRUE(record_.has("answer released"));
  EXPECT_TRUE(graph_->stop(5s));
}

TEST_F(ProxyTest, AListenerMayThrowMovesWithAReloadAndIsTakenBack) {
  start();
  const auto [storage, shelf_self] = find<tw_storage>(TW_STORAGE);
  const auto [feed, feed_self] = find<tw_feed>(TW_FEED);
  std::atomic<int> heard{0};
  const tw_listener listener{sizeof listener, &heard,
                             [](const tw_listener* l, tw_str, tw_str, const tw_batch*) {
                               if (++*static_cast<std::atomic<int>*>(l->self) == 1)
                                 throw std::runtime_error{"deaf"};
                             }};
  ASSERT_EQ(feed->listen(feed_self, &listener, &error_), TW_OK);
  const OnePoint one{"m"};
  const tw_point point = one.point();
  const tw_batch batch{&point, 1};
  EXPECT_EQ(storage->write(shelf_self, TW_STR("db"), {}, &batch, &error_), TW_OK);
  EXPECT_EQ(heard, 1);
  record_.listeners.clear();  // the replaced shelf knows nobody
  ASSERT_TRUE(graph_->reload(wanted("other")));
  EXPECT_EQ(record_.listeners.size(), 1u);
  EXPECT_EQ(storage->write(shelf_self, TW_STR("db"), {}, &batch, &error_), TW_OK);
  EXPECT_EQ(heard, 2);
  EXPECT_TRUE(graph_->stop(5s));  // nobody called unlisten
  EXPECT_TRUE(record_.listeners.empty());
}

TEST_F(ProxyTest, ARouteMayThrowMovesWithAReloadAndIsTakenBack) {
  start();
  const auto [http, self] = find<tw_http_server>(TW_HTTP_SERVER);
  EXPECT_EQ(view(http->address(self)), "127.0.0.1:1");
  const tw_http_route route{sizeof route, TW_STR("GET"), TW_STR("/x"), this,
                            [](void*, const tw_http_request*, const tw_http_response*,
                               tw_error*) -> tw_status { throw std::runtime_error{"lost"}; }};
  ASSERT_EQ(http->route(self, &route, &error_), TW_OK);
  ASSERT_EQ(record_.routes.size(), 1u);
  const tw_http_route wrapped = record_.routes.front();
  EXPECT_EQ(view(wrapped.pattern), "/x");
  EXPECT_EQ(wrapped.handle(wrapped.self, nullptr, nullptr, &error_), TW_E_INTERNAL);
  EXPECT_STREQ(error_.message, "threw std::runtime_error: lost");
  record_.routes.clear();
  ASSERT_TRUE(graph_->reload(wanted("other")));
  EXPECT_EQ(record_.routes.size(), 1u);
  http->unroute(self, this);
  EXPECT_TRUE(record_.routes.empty());
  ASSERT_EQ(http->route(self, &route, &error_), TW_OK);
  EXPECT_TRUE(graph_->stop(5s));  // nobody called unroute
  EXPECT_TRUE(record_.routes.empty());
}

}  // namespace
}  // namespace tickwork::host::test
