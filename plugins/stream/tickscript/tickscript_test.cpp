// SPDX-License-Identifier: MIT
// The plugin on a fake host: HTTP API, feed, handlers, functions, restarts.
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>
#include <tickwork/testing/http.hpp>
#include <tickwork/tickwork.hpp>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace {

using tickwork::string;

/// A handler that keeps the JSON of what it hears; waited for because handlers have threads.
struct Ear {
  std::mutex mutex;
  std::condition_variable heard;
  std::vector<std::string> events;

  static const tw_handler* table() {
    static const tw_handler handler{
        sizeof(tw_handler), [](tw_instance* self, const tw_event* event, tw_error*) -> tw_status {
          auto& ear = *reinterpret_cast<Ear*>(self);
          std::lock_guard lock{ear.mutex};
          ear.events.push_back(string(event->json));
          ear.heard.notify_all();
          return TW_OK;
        }};
    return &handler;
  }
  bool wait(size_t count) {
    std::unique_lock lock{mutex};
    return heard.wait_for(lock, std::chrono::seconds{10}, [&] { return events.size() >= count; });
  }
};

/// A storage that only has a feed.
struct Store {
  const tw_listener* listener = nullptr;
  std::string written;
  static tw_status write(tw_instance* self, tw_str db, tw_str rp, const tw_batch* batch,
                         tw_error*) {
    auto& store = *reinterpret_cast<Store*>(self);
    store.written += string(db) + "." + string(rp) + " " + std::to_string(batch->count) + ";";
    return TW_OK;
  }
  static const tw_storage* storage() {
    static tw_storage table{};
    table.size = sizeof table;
    table.write = &write;
    return &table;
  }
  static const tw_feed* feed() {
    static const tw_feed table{sizeof(tw_feed),
                               [](tw_instance* self, const tw_listener* l, tw_error*) -> tw_status {
                                 reinterpret_cast<Store*>(self)->listener = l;
                                 return TW_OK;
                               },
                               [](tw_instance* self, const tw_listener*) {
                                 reinterpret_cast<Store*>(self)->listener = nullptr;
                               }};
    return &table;
  }
};

struct Tickscript : testing::Test {
  tickwork::testing::Host host;
  tickwork::testing::HttpServer http;
  Ear ear;
  Store store;
  std::optional<tickwork::testing::Instance> engine;

  Tickscript() {
    http.provide(host);
    host.provide(TW_HANDLER, "handlers.log", Ear::table(), &ear);
    host.provide(TW_STORAGE, "main", Store::storage(), &store);
    host.provide(TW_FEED, "main", Store::feed(), &store);
    open();
  }
  void open(const std::string& options = "http = 'k'\nstorage = 'main'") {
    engine.reset();
    engine.emplace(host.create("stream.tickscript", options));
    ASSERT_TRUE(*engine) << engine->error();
    ASSERT_EQ(engine->start(), "");
  }
  std::string call(const char* method, const std::string& path, const std::string& body,
                   uint32_t code) {
    auto reply = http.request(method, "/kapacitor/v1" + path, body);
    EXPECT_EQ(reply.code, code) << method << " " << path << ": " << reply.body;
    return reply.body;
  }
  std::string task(const std::string& id, const std::string& script, uint32_t code = 200,
                   const std::string& more = "") {
    std::string quoted;
    for (char c : script) quoted += c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string{c};
    return call(
        "POST", "/tasks",
        "{\"id\":\"" + id +
            "\",\"type\":\"stream\",\"dbrps\":[{\"db\":\"d\",\"rp\":\"autogen\"}],\"script\":\"" +
            quoted + "\",\"status\":\"enabled\"" + more + "}",
        code);
  }
  void write(const std::string& lines) {
    call("POST", "/write?db=d&rp=autogen&precision=s", lines, 204);
  }
  /// The endpoint's answer once it has data.
  std::string endpoint(const std::string& path) {
    for (int i = 0; i < 500; ++i) {
      auto reply = http.request("GET", "/kapacitor/v1/tasks/" + path);
      if (reply.body.find("null") == std::string::npos) return reply.body;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return "no data";
  }
};

TEST_F(Tickscript, PingAndUnknownPaths) {
  call("GET", "/ping", "", 204);
  EXPECT_NE(call("GET", "/nothing", "", 404).find("\"error\": \"Not Found\""), std::string::npos);
  EXPECT_FALSE(http.request("GET", "/kapacitor/v1/ping").header("X-Kapacitor-Version").empty());
}

TEST_F(Tickscript, DefinesRunsAndDeletesATask) {
  auto body = task("t1", "stream|from().measurement('cpu')|httpOut('top')");
  EXPECT_NE(body.find("\"script\": \"stream\\n    |from()\\n        .measurement('cpu')\\n    "
                      "|httpOut('top')\\n\""),
            std::string::npos)
      << body;
  EXPECT_NE(body.find("\"executing\": true"), std::string::npos);
  EXPECT_NE(body.find("from1 -\\u003e http_out2"), std::string::npos);
  write("cpu v=1 10");
  EXPECT_EQ(endpoint("t1/top"),
            "{\n    \"series\": [\n        {\n            \"name\": \"cpu\",\n            "
            "\"columns\": [\n                \"time\",\n"
            "                \"v\"\n            ],\n            \"values\": [\n                [\n "
            "                   \"1970-01-01T00:00:10Z\",\n"
            "                    1\n                ]\n            ]\n        }\n    ]\n}\n");
  call("DELETE", "/tasks/t1", "", 204);
  call("DELETE", "/tasks/t1", "", 204);
  EXPECT_NE(call("GET", "/tasks/t1", "", 404).find("no task exists"), std::string::npos);
}

TEST_F(Tickscript, RefusesWithKapacitorsSentences) {
  EXPECT_NE(task("a b", "stream|from()", 400)
                .find("task ID must contain only letters, numbers, '-', '.' and '_'. \\\"a b\\\""),
            std::string::npos);
  EXPECT_NE(task("x", "stream|foo()", 400)
                .find("invalid TICKscript: line 1 char 8: no method or property \\\"foo\\\" on "
                      "*pipeline.StreamNode"),
            std::string::npos);
  EXPECT_NE(task("x", "stream|", 400).find("\"error\": \"parser: unexpected EOF"),
            std::string::npos);
  EXPECT_NE(task("x", "var y = 1", 400).find("invalid task type"), std::string::npos);
  task("x", "stream|from()");
  EXPECT_NE(task("x", "stream|from()", 400).find("task x already exists"), std::string::npos);
  EXPECT_NE(task("y", "dbrp \"a\".\"b\"\nstream|from()", 400)
                .find("cannot specify dbrp in both implicitly and explicitly"),
            std::string::npos);
  EXPECT_NE(call("POST", "/tasks", R"j({"id":"z","script":"stream|from()"})j", 400)
                .find("must specify dbrp"),
            std::string::npos);
  EXPECT_NE(call("PATCH", "/tasks/none", "{}", 404).find("task does not exist, cannot update"),
            std::string::npos);
  EXPECT_NE(call("GET", "/tasks?fields=colour", "", 400).find("unsupported field \\\"colour\\\""),
            std::string::npos);
  EXPECT_EQ(http.request("POST", "/kapacitor/v1/write", "cpu v=1").body, "database is required\n");
  EXPECT_EQ(http.request("POST", "/kapacitor/v1/write?db=d", "cpu").code, 400u);
}

TEST_F(Tickscript, ListsWithPatternFieldsAndPages) {
  for (auto id : {"a1", "a2", "b1"}) task(id, "stream|from()");
  EXPECT_EQ(call("GET", "/tasks?pattern=a*&fields=status&offset=1&limit=1", "", 200),
            "{\n    \"tasks\": [\n        {\n            \"id\": \"a2\",\n            \"link\": "
            "{\n                \"rel\": \"self\",\n"
            "                \"href\": \"/kapacitor/v1/tasks/a2\"\n            },\n            "
            "\"status\": \"enabled\"\n        }\n    ]\n}\n");
}

TEST_F(Tickscript, PatchDisablesAndEnables) {
  task("t", "stream|from()|httpOut('o')");
  EXPECT_NE(
      call("PATCH", "/tasks/t", R"j({"status":"disabled"})j", 200).find("\"executing\": false"),
      std::string::npos);
  call("GET", "/tasks/t/o", "", 404);
  EXPECT_NE(call("PATCH", "/tasks/t", R"j({"status":"enabled"})j", 200).find("\"executing\": true"),
            std::string::npos);
  call("GET", "/tasks/t/o", "", 200);
}

TEST_F(Tickscript, SetUpErrorsKeepTheTaskStored) {
  EXPECT_NE(task("w", "stream|from()|window()|count('v')", 500)
                .find("period or periodCount must be greater than zero"),
            std::string::npos);
  auto body = call("GET", "/tasks/w", "", 200);
  EXPECT_NE(body.find("\"status\": \"enabled\""), std::string::npos);
  EXPECT_NE(body.find("\"executing\": false"), std::string::npos);
}

TEST_F(Tickscript, AlertsReachHandlersAndTopics) {
  task("alarm",
       "stream|from().measurement('cpu').groupBy('host')|alert().crit(lambda: \"v\" > "
       "5.0).stateChangesOnly().topic('team').log('/tmp/x')");
  write("cpu,host=a v=9 10");
  ASSERT_TRUE(ear.wait(1));
  EXPECT_NE(ear.events[0].find("\"id\":\"cpu:host=a\",\"message\":\"cpu:host=a is CRITICAL\""),
            std::string::npos);
  call("PATCH", "/tasks/alarm", R"j({"status":"disabled"})j", 200);  // waits for the task's thread
  EXPECT_NE(call("GET", "/alerts/topics/team", "", 200).find("\"level\": \"CRITICAL\""),
            std::string::npos);
  EXPECT_NE(call("GET", "/alerts/topics/team/events/cpu:host=a", "", 200)
                .find("\"time\": \"1970-01-01T00:00:10Z\""),
            std::string::npos);
  EXPECT_NE(call("GET", "/alerts/topics/none", "", 404).find("unknown topic: \\\"none\\\""),
            std::string::npos);
}

TEST_F(Tickscript, TopicHandlersOverHttp) {
  call("POST", "/alerts/topics/team/handlers",
       R"j({"id":"h","kind":"log","match":"level() == CRITICAL","options":{"path":"/tmp/y"}})j",
       200);
  EXPECT_NE(call("POST", "/alerts/topics/team/handlers",
                 R"j({"id":"h","kind":"log","options":{"path":"/tmp/y"}})j", 500)
                .find("failed to create handler"),
            std::string::npos);
  task("alarm",
       "stream|from()|alert().warn(lambda: \"v\" > 1.0).crit(lambda: \"v\" > 5.0).topic('team')");
  write("cpu v=2 1\ncpu v=9 2");
  ASSERT_TRUE(ear.wait(1));
  EXPECT_NE(ear.events[0].find("\"level\":\"CRITICAL\""), std::string::npos);
  EXPECT_NE(call("GET", "/alerts/topics/team/handlers/h", "", 200).find("\"kind\": \"log\""),
            std::string::npos);
  open();
  EXPECT_NE(call("GET", "/alerts/topics/team/handlers/h", "", 200).find("level() == CRITICAL"),
            std::string::npos);
  call("DELETE", "/alerts/topics/team/handlers/h", "", 204);
  call("GET", "/alerts/topics/team/handlers/h", "", 404);
}

TEST_F(Tickscript, TasksAndAlertStatesSurviveARestart) {
  task("alarm", "stream|from()|alert().crit(lambda: \"v\" > 5.0).stateChangesOnly().log('/tmp/x')");
  write("cpu v=9 1");
  ASSERT_TRUE(ear.wait(1));
  open();
  EXPECT_NE(call("GET", "/tasks/alarm", "", 200).find("\"executing\": true"), std::string::npos);
  write("cpu v=9 2\ncpu v=1 3");
  ASSERT_TRUE(ear.wait(2));
  EXPECT_NE(ear.events[1].find("\"level\":\"OK\""), std::string::npos);
  EXPECT_NE(ear.events[1].find("\"previousLevel\":\"CRITICAL\""), std::string::npos);
}

TEST_F(Tickscript, FollowsTheFeedOfAStorage) {
  task("f", "stream|from()|httpOut('o')");
  ASSERT_NE(store.listener, nullptr);
  tickwork::Row row{"mem"};
  row.field("used", int64_t{7}).time(5'000'000'000);
  tw_batch batch{&row.raw(), 1};
  store.listener->written(store.listener, TW_STR("d"), TW_STR("autogen"), &batch);
  EXPECT_NE(endpoint("f/o").find("\"mem\""), std::string::npos);
}

TEST_F(Tickscript, InfluxDBOutWritesToTheStorage) {
  task("w", "stream|from()|influxDBOut().database('o').retentionPolicy('r').measurement('m')");
  write("cpu v=1 1\ncpu v=2 2");
  call("PATCH", "/tasks/w", R"j({"status":"disabled"})j", 200);
  EXPECT_EQ(store.written, "o.r 2;");
}

TEST_F(Tickscript, VarsAndTemplates) {
  call(
      "POST", "/templates",
      R"j({"id":"tpl","type":"stream","script":"// the limit\nvar limit = 5.0\nvar name string\nstream|from().measurement(name).where(lambda: \"v\" > limit)|httpOut('o')"})j",
      200);
  auto shown = call("GET", "/templates/tpl", "", 200);
  EXPECT_NE(shown.find("\"description\": \"the limit\""), std::string::npos) << shown;
  EXPECT_NE(call("POST", "/tasks",
                 R"j({"id":"x","template-id":"tpl","dbrps":[{"db":"d","rp":"autogen"}]})j", 400)
                .find("missing value for var \\\"name\\\"."),
            std::string::npos);
  EXPECT_NE(
      call(
          "POST", "/tasks",
          R"j({"id":"x","template-id":"tpl","dbrps":[{"db":"d","rp":"autogen"}],"vars":{"name":{"type":"string","value":"cpu"},"limit":{"type":"int","value":1}}})j",
          400)
          .find("invalid type supplied for limit, got int exp float"),
      std::string::npos);
  call(
      "POST", "/tasks",
      R"j({"id":"x","template-id":"tpl","status":"enabled","dbrps":[{"db":"d","rp":"autogen"}],"vars":{"name":{"type":"string","value":"cpu"},"limit":{"type":"float","value":1}}})j",
      200);
  write("cpu v=2 1");
  EXPECT_NE(endpoint("x/o").find("\"cpu\""), std::string::npos);
}

/// A user-defined function: multiplies the first field by its option.
struct Times {
  double by;
  Times(tickwork::Host, tickwork::Config config) : by{config.real("by")} {}
  void points(const tw_group&, tickwork::Batch batch, tickwork::Sink sink) {
    for (auto& point : batch)
      sink.point("product").field("v", point.fields[0].value.as.f * by).time(point.time_ns).send();
  }
};
constexpr tw_option times_options[] = {{"by", TW_OPT_FLOAT, TW_REQUIRED, nullptr, "Factor"}, {}};
constexpr tw_plugin times_plugin =
    tickwork::plugin<Times>("stream.times", "Multiplies", times_options);
constexpr const tw_plugin* times_rows[] = {&times_plugin, nullptr};
constexpr tw_module times_module{sizeof(tw_module), TW_ABI_MINOR, 0,         "test.times",
                                 "1.0.0",           "MIT",        times_rows};

TEST_F(Tickscript, CallsFunctionsOfOtherPlugins) {
  host.add_module(times_module);
  EXPECT_NE(task("n", "stream|from()@nothing()", 400).find("no UDF or method named"),
            std::string::npos);
  task("u", "stream|from()@times().by(2.0)|httpOut('o')");
  write("cpu v=4 1");
  EXPECT_NE(endpoint("u/o").find("8"), std::string::npos);
  EXPECT_NE(
      task("b",
           "stream|from()|window().period(1s).every(1s)@times().by(3.0)|sum('v')|httpOut('o')"),
      "");
  write("cpu v=4 10\ncpu v=5 10\ncpu v=1 11");
  EXPECT_NE(endpoint("b/o").find("27"), std::string::npos);
}

TEST_F(Tickscript, RunsTheFilesOfAFolder) {
  namespace fs = std::filesystem;
  std::string name = "/tmp/tickwork-tasks-XXXXXX";
  fs::path folder = mkdtemp(name.data());
  std::ofstream{folder / "disk.tick"} << "dbrp \"d\".\"autogen\"\nstream|from()|httpOut('o')";
  open("http = 'k'\nstorage = 'main'\nsync_interval = '1s'\ntask_dir = '" + folder.string() + "'");
  EXPECT_NE(call("GET", "/tasks/disk", "", 200).find("\"executing\": true"), std::string::npos);
  std::ofstream{folder / "disk.tick"} << "dbrp \"d\".\"autogen\"\nstream|from()|httpOut('other')";
  host.advance(std::chrono::seconds{1});
  call("GET", "/tasks/disk/other", "", 200);
  fs::remove(folder / "disk.tick");
  host.advance(std::chrono::seconds{1});
  call("GET", "/tasks/disk", "", 404);
  fs::remove_all(folder);
}

}  // namespace
