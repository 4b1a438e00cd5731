// SPDX-License-Identifier: MIT
// The whole plugin against a fake HTTP server and a query engine of canned answers.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <deque>
#include <memory>

#include "tickwork/testing.hpp"
#include "tickwork/testing/http.hpp"
#include "tickwork/tickwork.hpp"

namespace {

using namespace tickwork;

// A table of one number column, as an Arrow stream that owns its memory.
struct Canned {
  std::string name;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<int64_t> times;
  std::vector<double> values;
};

struct StreamState {
  Canned rows;
  bool given = false;
};

struct ArrayState {
  Canned rows;
  const void* time_buffers[2] = {nullptr, nullptr};
  const void* value_buffers[2] = {nullptr, nullptr};
  const void* top_buffers[1] = {nullptr};
  ArrowArray time{}, value{};
  ArrowArray* children[2] = {&time, &value};
};

struct SchemaState {
  ArrowSchema time{}, value{};
  ArrowSchema* children[2] = {&time, &value};
};

void quiet(ArrowSchema* schema) { schema->release = nullptr; }
void quiet(ArrowArray* array) { array->release = nullptr; }

int give_schema(ArrowArrayStream*, ArrowSchema* out) {
  auto* state = new SchemaState;
  state->time = {.format = "tsn:", .name = "time", .release = &quiet};
  state->value = {.format = "g", .name = "last", .release = &quiet};
  *out = {.format = "+s",
          .name = "",
          .n_children = 2,
          .children = state->children,
          .release =
              [](ArrowSchema* self) {
                delete static_cast<SchemaState*>(self->private_data);
                self->release = nullptr;
              },
          .private_data = state};
  return 0;
}

int give_array(ArrowArrayStream* stream, ArrowArray* out) {
  auto* from = static_cast<StreamState*>(stream->private_data);
  *out = {};
  if (from->given) return 0;
  from->given = true;
  auto* state = new ArrayState;
  state->rows = from->rows;
  state->time_buffers[1] = state->rows.times.data();
  state->value_buffers[1] = state->rows.values.data();
  const auto length = static_cast<int64_t>(state->rows.times.size());
  state->time = {
      .length = length, .n_buffers = 2, .buffers = state->time_buffers, .release = &quiet};
  state->value = {
      .length = length, .n_buffers = 2, .buffers = state->value_buffers, .release = &quiet};
  *out = {.length = length,
          .n_buffers = 1,
          .n_children = 2,
          .buffers = state->top_buffers,
          .children = state->children,
          .release =
              [](ArrowArray* self) {
                delete static_cast<ArrayState*>(self->private_data);
                self->release = nullptr;
              },
          .private_data = state};
  return 0;
}

ArrowArrayStream stream_of(const Canned& rows) {
  return {.get_schema = &give_schema,
          .get_next = &give_array,
          .get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; },
          .release =
              [](ArrowArrayStream* self) {
                delete static_cast<StreamState*>(self->private_data);
                self->release = nullptr;
              },
          .private_data = new StreamState{rows}};
}

// Answers each text that contains a key with its tables; remembers what it was asked.
struct FakeEngine {
  std::deque<std::pair<std::string, std::vector<Canned>>> answers;
  std::vector<std::string> asked;
  std::string refusal;

  struct Answer {
    std::vector<Canned> tables;
    std::vector<tw_tag> tags;
    size_t next = 0;
  };

  static tw_status run(tw_instance* self, const tw_request* request, tw_results* out,
                       tw_error* error) {
    auto& engine = *reinterpret_cast<FakeEngine*>(self);
    const std::string text = string(request->text);
    engine.asked.push_back(text);
    if (!engine.refusal.empty()) return fail(error, TW_E_INVALID, engine.refusal);
    auto answer = std::make_unique<Answer>();
    for (const auto& [part, tables] : engine.answers)
      if (text.find(part) != std::string::npos) answer->tables = tables;
    out->self = answer.release();
    out->next = &FakeEngine::next;
    out->cancel = [](tw_results*) {};
    out->release = [](tw_results* results) {
      delete static_cast<Answer*>(results->self);
      results->release = nullptr;
    };
    return TW_OK;
  }

  static tw_status next(tw_results* results, tw_result* out, tw_error*) {
    auto& answer = *static_cast<Answer*>(results->self);
    if (answer.next == answer.tables.size()) return TW_DONE;
    const Canned& rows = answer.tables[answer.next++];
    answer.tags.clear();
    for (const auto& [key, value] : rows.tags) answer.tags.push_back({str(key), str(value)});
    out->name = str(rows.name);
    out->tags = answer.tags.data();
    out->n_tags = answer.tags.size();
    out->rows = stream_of(rows);
    return TW_OK;
  }
};

class WebuiTest : public ::testing::Test {
 protected:
  WebuiTest() {
    http_.provide(host_);
    static constexpr tw_query table = {sizeof(tw_query), "influxql", &FakeEngine::run, nullptr};
    host_.provide(TW_QUERY, "", &table, &engine_);
    const int64_t now = host_.now();
    engine_.answers = {{"FROM cpu", {{"cpu", {{"host", "m1"}}, {now - 5'000'000'000}, {70}}}},
                       {"FROM mem", {{"mem", {{"host", "m1"}}, {now - 5'000'000'000}, {50}}}}};
  }

  tickwork::testing::Instance started(const std::string& options = "") {
    auto page = host_.create("services.webui", "assets = '.'\npanels = '../../panels'\n" + options);
    EXPECT_TRUE(page) << page.error();
    EXPECT_EQ(page.start(), "");
    return page;
  }

  // The JSON lines of an answer of /api/query.
  std::vector<boost::json::value> lines(const std::string& subscription) {
    const auto reply =
        http_.request("POST", "/api/query", subscription, {{"Accept", "application/x-ndjson"}});
    EXPECT_EQ(reply.code, 200u) << reply.body;
    std::vector<boost::json::value> out;
    std::istringstream in{reply.body};
    for (std::string line; std::getline(in, line);) out.push_back(boost::json::parse(line));
    return out;
  }

  tickwork::testing::Host host_;
  tickwork::testing::HttpServer http_;
  FakeEngine engine_;
};

TEST_F(WebuiTest, ThePageCarriesItsPolicyAndItsBoot) {
  auto page = started();
  const auto reply = http_.request("GET", "/hosts/m1");
  EXPECT_EQ(reply.code, 200u);
  EXPECT_EQ(reply.header("Content-Type"), "text/html; charset=utf-8");
  const std::string policy = reply.header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self' 'sha256-"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  const size_t at = reply.body.find("id=\"boot\">") + 10;
  const auto boot = boost::json::parse(reply.body.substr(at, reply.body.find('<', at) - at));
  EXPECT_EQ(boot.at("board").at("slug"), "machine");
  EXPECT_EQ(boot.at("board").at("variables").at(0).at("values"), boost::json::array{"m1"});
  EXPECT_GE(boot.at("panels").as_array().size(), 5u);
}

TEST_F(WebuiTest, PanelFilesAreServedForEver) {
  auto page = started();
  const auto panels = boost::json::parse(http_.request("GET", "/api/panels").body);
  const std::string url{panels.at(0).at("url").as_string()};
  const auto reply = http_.request("GET", url);
  EXPECT_EQ(reply.code, 200u);
  EXPECT_NE(reply.header("Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(reply.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(http_.request("GET", url + "/../../webui.cpp").code, 404u);
  EXPECT_EQ(http_.request("GET", "/panels/nobody/0/panel.js").code, 404u);
}

TEST_F(WebuiTest, TheFrameNamesTheExactOrigin) {
  auto page = started();
  const auto reply = http_.request("GET", "/panels/frame.html", "", {{"Host", "127.0.0.1:8888"}});
  EXPECT_NE(reply.header("Content-Security-Policy").find("sandbox allow-scripts;"),
            std::string::npos);
  EXPECT_NE(reply.header("Content-Security-Policy").find("http://127.0.0.1:8888 "),
            std::string::npos);
  EXPECT_EQ(http_.request("GET", "/panels/frame.html", "", {{"Host", "a; x"}}).code, 400u);
}

TEST_F(WebuiTest, HostsAreListedUnhealthyFirst) {
  engine_.answers.push_back({"FROM cpu",
                             {{"cpu", {{"host", "m1"}}, {host_.now()}, {70}},
                              {"cpu", {{"host", "zz"}}, {host_.now() - 600'000'000'000}, {90}}}});
  auto page = started();
  const auto hosts = boost::json::parse(http_.request("GET", "/api/hosts").body);
  ASSERT_EQ(hosts.as_array().size(), 2u);
  EXPECT_EQ(hosts.at(0).at("host"), "zz");
  EXPECT_EQ(hosts.at(0).at("status"), "crit");
  EXPECT_TRUE(hosts.at(0).at("cpu").is_null());
  EXPECT_EQ(hosts.at(1).at("cpu"), 30.0);
  EXPECT_EQ(hosts.at(1).at("status"), "ok");
}

TEST_F(WebuiTest, ThisMachineIsTheFirstChoiceOfABoard) {
  char own[256] = {};
  gethostname(own, sizeof own - 1);
  engine_.answers.push_back({"FROM cpu",
                             {{"cpu", {{"host", "a"}}, {host_.now()}, {70}},
                              {"cpu", {{"host", own}}, {host_.now()}, {70}}}});
  auto page = started();
  const auto board = boost::json::parse(http_.request("GET", "/api/boards/machine").body);
  EXPECT_EQ(board.at("variables").at(0).at("values"), (boost::json::array{own, "a", "m1"}));
}

TEST_F(WebuiTest, BoardQueriesAreFilledInAndAnswered) {
  auto page = started();
  const auto messages = lines(
      R"({"board":"machine","vars":{"host":"m'1"},"range":{"last":900},"panels":[{"id":"busy","width":300}]})");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].at("kind"), "beat");
  EXPECT_EQ(messages[1].at("panel"), "busy");
  EXPECT_EQ(messages[1].at("kind"), "full");
  EXPECT_EQ(messages[1].at("frames").at(0).at("columns").at(1).at("values"),
            boost::json::array{70.0});
  EXPECT_NE(engine_.asked.back().find(R"(host = 'm\'1')"), std::string::npos);
  EXPECT_NE(engine_.asked.back().find("GROUP BY time(10s)"), std::string::npos);
}

TEST_F(WebuiTest, AHostThatDoesNotTellHasNoChangesAndNoLibraries) {
  auto page = started();
  EXPECT_EQ(http_.request("GET", "/api/changes").body, "[]");
  EXPECT_EQ(http_.request("GET", "/api/libraries").body, "[]");
  const auto messages = lines(
      R"({"range":{"last":900},"panels":[{"id":"changes","source":"changes"},{"id":"l","source":"libraries"}]})");
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].at("frames").at(0).at("columns").at(0).at("name"), "instance");
  EXPECT_EQ(messages[2].at("frames").at(0).at("columns").at(4).at("name"), "bytes");
}

TEST_F(WebuiTest, AFailedQueryIsThePanelsErrorOnly) {
  auto page = started();
  engine_.refusal = "error parsing query: found x";
  const auto messages = lines(
      R"({"board":"machine","range":{"last":900},"panels":[{"id":"busy"},{"id":"plugins"}]})");
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].at("kind"), "error");
  EXPECT_EQ(messages[1].at("error"), "error parsing query: found x");
  EXPECT_EQ(messages[2].at("kind"), "full");
}

TEST_F(WebuiTest, BadSubscriptionsAreRefusedWithAReason) {
  auto page = started();
  const auto code = [&](const char* body) {
    return http_.request("POST", "/api/query", body).code;
  };
  EXPECT_EQ(code("{"), 400u);
  EXPECT_EQ(code(R"({"range":{"last":0},"panels":[]})"), 400u);
  EXPECT_EQ(code(R"({"range":{"last":9},"board":"none","panels":[]})"), 404u);
  EXPECT_EQ(code(R"({"range":{"last":9},"panels":[{"id":"x","source":"secrets"}]})"), 400u);
  EXPECT_EQ(http_.request("GET", "/api/boards/none").code, 404u);
}

TEST_F(WebuiTest, ALiveStreamEndsWithTheClientAndWithStop) {
  auto page = started();
  http_.set_gone(true);
  const char* body = R"({"range":{"last":900},"panels":[{"id":"plugins","source":"plugins"}]})";
  EXPECT_EQ(http_.request("POST", "/api/live", body).code, 200u);
  EXPECT_EQ(page.stop(), "");
  EXPECT_TRUE(http_.routes().empty());
}

TEST_F(WebuiTest, WithoutItsFilesItSaysWhatIsMissing) {
  auto page = host_.create("services.webui", "assets = '/nowhere'");
  EXPECT_NE(page.start().find("option assets"), std::string::npos);
}

}  // namespace
