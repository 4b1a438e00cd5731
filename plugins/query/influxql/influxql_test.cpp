// SPDX-License-Identifier: MIT
// The engine over a storage in memory, against answers recorded from InfluxDB 1.6.7 (cases/).
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include <fstream>
#include <sstream>

#include "kit/gojson/gojson.hpp"
#include "memory_storage.hpp"
#include "query_list.hpp"

namespace tickwork::query {
namespace {

void append_cell(std::string& out, const Column& column, size_t row) {
  Value v = column.at(row);
  switch (v.type) {
    case DataType::float_:
      return gojson::append(out, v.f);
    case DataType::integer:
      return gojson::append(out, v.i);
    case DataType::boolean:
      return gojson::append(out, v.b);
    case DataType::string:
      return gojson::append(out, v.s);
    default:
      out += "null";
  }
}

// The column itself, or that of the struct's columns that has the row's value.
Column column_at(const ArrowSchema& schema, const ArrowArray& array, size_t row) {
  Column out = column_of(array, type_of_format(schema.format), 0);
  for (int64_t i = 0; i < schema.n_children && !out.has(row); ++i) {
    out = column_at(*schema.children[i], *array.children[i], row);
  }
  return out;
}

void append_rows(std::string& out, ArrowStream& stream, const ArrowSchema& schema) {
  Array array;
  bool first = true;
  for (stream->get_next(&*stream, array.out()); array; stream->get_next(&*stream, array.out())) {
    for (int64_t row = 0; row < array->length; ++row, first = false) {
      out += first ? ",\"values\":[[" : ",[";
      for (int64_t c = 0; c < schema.n_children; ++c) {
        if (c > 0) out += ',';
        const auto at = static_cast<size_t>(row);
        append_cell(out, column_at(*schema.children[c], *array->children[c], at), at);
      }
      out += ']';
    }
  }
  if (!first) out += ']';
}

// A series as InfluxDB's JSON with epoch=ns has it.
std::string series_of(tw_result& result) {
  std::string out = "{";
  if (result.name.len > 0) {
    out += "\"name\":";
    gojson::append(out, view(result.name));
    out += ',';
  }
  for (size_t i = 0; i < result.n_tags; ++i) {
    out += i == 0 ? "\"tags\":{" : ",";
    gojson::append(out, view(result.tags[i].key));
    out += ':';
    gojson::append(out, view(result.tags[i].value));
    if (i + 1 == result.n_tags) out += "},";
  }
  ArrowStream stream;
  *stream.out() = result.rows;
  Schema schema;
  stream->get_schema(&*stream, schema.out());
  for (int64_t i = 0; i < schema->n_children; ++i) {
    out += i == 0 ? "\"columns\":[" : ",";
    gojson::append(out, schema->children[i]->name);
  }
  out += ']';
  append_rows(out, stream, *schema);
  return out + "}";
}

class Engine : public ::testing::Test {
 protected:
  explicit Engine(const char* data = "cases/data.lp", const char* options = "",
                  bool aggregates = false) {
    std::ifstream in(data);
    std::stringstream text;
    text << in.rdbuf();
    storage_.write(testing::Points(text.str()).batch());
    host_.provide(TW_STORAGE, "", MemoryStorage::vtable(), &storage_);
    if (aggregates) host_.provide(TW_STORAGE_AGGREGATE, "", MemoryStorage::aggregates(), &storage_);
    query_ = std::make_unique<testing::Instance>(host_.create("query.influxql", options));
    EXPECT_TRUE(*query_) << query_->error();
    EXPECT_EQ(query_->start(), "");
  }

  Results run(const std::string& text, tw_error& error, uint32_t flags = 0) {
    tw_request request{};
    request.size = sizeof request;
    request.flags = flags;
    request.text = str(text);
    request.database = TW_STR("t");
    Results results;
    results.out()->size = sizeof(tw_results);
    auto* engine = query_->ext<tw_query>(TW_QUERY);
    if (engine->run(query_->self(), &request, &*results, &error) < 0) return {};
    return results;
  }

  // The answer as InfluxDB's JSON with epoch=ns; the error text if it was refused.
  std::string ask(const std::string& text, uint32_t flags = 0) {
    tw_error error = empty_error();
    Results results = run(text, error, flags);
    if (!results) return error.message;
    std::string out = "{\"results\":[";
    int32_t statement = -1;
    bool series = false;
    auto close = [&] { out += statement < 0 ? "" : series ? "]}" : "}"; };
    for (;;) {
      tw_result result{};
      result.size = sizeof result;
      if (results->next(&*results, &result, &error) != TW_OK) break;
      if (result.statement != statement) {
        close();
        if (statement >= 0) out += ',';
        out += "{\"statement_id\":" + std::to_string(result.statement);
        statement = result.statement;
        series = false;
      }
      append_text(out, "error", result.error);
      append_text(out, "message", result.message);
      if (!result.rows.release) continue;
      out += series ? "," : ",\"series\":[";
      out += series_of(result);
      series = true;
    }
    close();
    return out + "]}";
  }

  // Every query of a file against the answer in the line below it.
  size_t compare(const char* file) {
    std::ifstream in(file);
    size_t n = 0;
    for (std::string query, expected; std::getline(in, query) && std::getline(in, expected); ++n) {
      EXPECT_EQ(ask(query), expected) << query;
    }
    return n;
  }

  void tick(std::chrono::nanoseconds by) { host_.advance(by); }
  testing::Host& host() { return host_; }
  MemoryStorage& storage() { return storage_; }

 private:
  static void append_text(std::string& out, const char* key, tw_str text) {
    if (text.len == 0) return;
    out += ",\"" + std::string(key) + "\":";
    gojson::append(out, view(text));
  }

  MemoryStorage storage_{"t"};
  testing::Host host_;
  std::unique_ptr<testing::Instance> query_;
};

TEST_F(Engine, AnswersLikeInfluxDb) { EXPECT_GT(compare("cases/answers.txt"), 300u); }

struct AggregatingEngine : Engine {
  AggregatingEngine() : Engine("cases/data.lp", "", true) {}
};

TEST_F(AggregatingEngine, AnswersLikeInfluxDb) {
  compare("cases/answers.txt");
  EXPECT_GT(storage().n_aggregated(), 80u);
}

TEST_F(Engine, RefusesTextThatDoesNotParse) {
  EXPECT_EQ(ask("SELECT v FROM cpu; FOO"),
            "error parsing query: found FOO, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, "
            "GRANT, REVOKE, ALTER, SET, KILL at line 1, char 20");
}

TEST_F(Engine, FirstFailureStopsTheRest) {
  EXPECT_EQ(ask("SELECT bogus(v) FROM cpu; SHOW DATABASES"),
            "{\"results\":[{\"statement_id\":0,\"error\":\"undefined function bogus()\"},"
            "{\"statement_id\":1,\"error\":\"not executed\"}]}");
}

TEST_F(Engine, WarnsOfChangesByReadingMethods) {
  std::string answer = ask("SELECT v INTO y FROM mem", TW_QUERY_READ_ONLY);
  EXPECT_NE(answer.find("\"message\":\"deprecated use of 'SELECT v INTO t.autogen.y FROM "
                        "t.autogen.mem' in a read only context, please use a POST request "
                        "instead\""),
            std::string::npos)
      << answer;
}

TEST_F(Engine, WritesRowsIntoMeasurements) {
  ask("SELECT used, free INTO y FROM mem GROUP BY host");
  EXPECT_EQ(ask("SELECT count(used) FROM y GROUP BY host"),
            "{\"results\":[{\"statement_id\":0,\"series\":["
            "{\"name\":\"y\",\"tags\":{\"host\":\"a\"},\"columns\":[\"time\",\"count\"],"
            "\"values\":[[0,4]]},"
            "{\"name\":\"y\",\"tags\":{\"host\":\"b\"},\"columns\":[\"time\",\"count\"],"
            "\"values\":[[0,2]]}]}]}");
}

TEST_F(Engine, WritesAgainWhatAFullStorageDidNotTake) {
  storage().refuse(2);
  EXPECT_EQ(
      ask("SELECT used INTO y FROM mem WHERE host = 'b'"),
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"result\",\"columns\":[\"time\","
      "\"written\"],\"values\":[[0,2]]}]}]}");
  EXPECT_EQ(ask("SELECT used FROM y"),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"y\",\"columns\":[\"time\","
            "\"used\"],"
            "\"values\":[[10000000000,50],[30000000000,60]]}]}]}");
}

TEST_F(Engine, RunningQueriesAreShown) {
  EXPECT_EQ(ask("SHOW QUERIES"),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"columns\":[\"qid\",\"query\","
            "\"database\",\"duration\",\"status\"],"
            "\"values\":[[1,\"SHOW QUERIES\",\"t\",\"0s\",\"running\"]]}]}]}");
  EXPECT_EQ(ask("KILL QUERY 999"),
            "{\"results\":[{\"statement_id\":0,\"error\":\"no such query id: 999\"}]}");
}

struct TechnicalEngine : Engine {
  TechnicalEngine() : Engine("cases/technical.lp") {}
};

TEST_F(TechnicalEngine, AnswersLikeInfluxDb) { EXPECT_GT(compare("cases/technical.txt"), 80u); }

// The numbers after "values", in order.
std::vector<double> numbers(const std::string& answer) {
  std::vector<double> out;
  size_t at = answer.find("\"values\"");
  while (at < answer.size()) {
    at = answer.find_first_of("-0123456789", at);
    if (at == std::string::npos) break;
    size_t end = answer.find_first_not_of("-+.e0123456789", at);
    out.push_back(std::stod(answer.substr(at, end - at)));
    at = end;
  }
  return out;
}

// The search for the weights has many local minima; InfluxDB ends in others.
TEST_F(TechnicalEngine, ForecastsCloseToInfluxDb) {
  std::ifstream in("cases/holt_winters.txt");
  size_t n = 0;
  for (std::string query, expected; std::getline(in, query) && std::getline(in, expected); ++n) {
    std::vector<double> got = numbers(ask(query)), wanted = numbers(expected);
    ASSERT_EQ(got.size(), wanted.size()) << query;
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], wanted[i], 0.1 * std::fabs(wanted[i]) + 0.05) << query << " " << i;
    }
  }
  EXPECT_GT(n, 8u);
}

std::string lines(const char* title, const std::vector<std::string>& texts) {
  std::string out = "{\"results\":[{\"statement_id\":0,\"series\":[{\"columns\":[\"" +
                    std::string(title) + "\"],\"values\":[";
  for (size_t i = 0; i < texts.size(); ++i) {
    out += std::string(i ? "," : "") + "[\"" + texts[i] + "\"]";
  }
  return out + "]}]}]}";
}

TEST_F(Engine, ExplainsWhatWouldBeRead) {
  auto counts = [](std::vector<std::string> head, const std::string& series) {
    head.insert(head.end(),
                {"NUMBER OF SHARDS: 1", "NUMBER OF SERIES: " + series, "SIZE OF SHARDS: 0"});
    return lines("QUERY PLAN", head);
  };
  EXPECT_EQ(
      ask("EXPLAIN SELECT i, v FROM cpu"),
      counts({"EXPRESSION: \\u003cnil\\u003e", "AUXILIARY FIELDS: i::integer, v::float"}, "5"));
  EXPECT_EQ(ask("EXPLAIN SELECT mean(v) FROM cpu WHERE host = 'a' GROUP BY time(1m), host"),
            counts({"EXPRESSION: mean(v::float)"}, "1"));
  EXPECT_EQ(ask("EXPLAIN SELECT max(v), host, i FROM cpu"),
            counts({"EXPRESSION: max(v::float)", "AUXILIARY FIELDS: host::tag, i::integer"}, "5"));
  EXPECT_EQ(ask("EXPLAIN SELECT top(v, host, 2) FROM cpu"),
            counts({"EXPRESSION: max(v::float)", "AUXILIARY FIELDS: host::tag"}, "5"));
  EXPECT_EQ(ask("EXPLAIN SELECT percentile(v, 50) FROM cpu"),
            counts({"EXPRESSION: v::float"}, "5"));
  EXPECT_EQ(ask("EXPLAIN SELECT max(v) FROM (SELECT mean(v) AS v FROM cpu GROUP BY host)"),
            counts({"EXPRESSION: mean(v::float)"}, "5"));
  EXPECT_EQ(ask("EXPLAIN SELECT v FROM nosuch"), lines("QUERY PLAN", {""}));
  EXPECT_EQ(ask("EXPLAIN SELECT bogus(v) FROM cpu"),
            "{\"results\":[{\"statement_id\":0,\"error\":\"undefined function bogus()\"}]}");
}

TEST_F(Engine, AnalyzesByRunning) {
  std::string answer = ask("EXPLAIN ANALYZE SELECT v INTO copy FROM cpu WHERE host = 'a'");
  for (const char* part :
       {"[\".\"],[\"└── select\"],[\"    ├── execution_time: 0s\"]", "rows_answered: 5",
        "statement: SELECT v FROM t.autogen.cpu WHERE host = 'a'", "auxiliary_fields: v::float",
        "measurement: cpu", "series: 1"}) {
    EXPECT_NE(answer.find(part), std::string::npos) << part << "\n" << answer;
  }
  EXPECT_EQ(ask("SELECT v FROM copy"), "{\"results\":[{\"statement_id\":0}]}");
}

std::string series(const std::string& columns, const std::string& values) {
  return "{\"results\":[{\"statement_id\":0,\"series\":[{" + columns +
         (values.empty() ? "" : ",\"values\":[" + values + "]") + "}]}]}";
}
std::string error(const std::string& text) {
  return "{\"results\":[{\"statement_id\":0,\"error\":\"" + text + "\"}]}";
}
const std::string done = "{\"results\":[{\"statement_id\":0}]}";

// InfluxDB's numbers of shards are the store's own, so that the differential test cannot tell.
TEST_F(Engine, DeletesByTagsOnly) {
  const std::string refused =
      error("shard 1: fields not supported in WHERE clause during deletion");
  for (const char* condition : {"v = 1", "host = 1", "host = true", "host = 1s",
                                "host = 'a' OR i > 2", "region = 'west' AND (s = 'one')"}) {
    EXPECT_EQ(ask(std::string("DELETE FROM cpu WHERE ") + condition), refused) << condition;
    EXPECT_EQ(ask(std::string("DROP SERIES FROM cpu WHERE ") + condition), refused) << condition;
  }
  const std::string before = ask("SELECT v FROM cpu WHERE host != 'a'");
  EXPECT_EQ(ask("DELETE FROM cpu WHERE false"), done);
  EXPECT_EQ(ask("DELETE FROM cpu WHERE host = nosuch"), done);
  EXPECT_EQ(ask("DELETE FROM cpu WHERE host = 'a' + ''"), done);
  EXPECT_EQ(ask("SELECT v FROM cpu"), before);
}

TEST_F(Engine, KeepsUsers) {
  const std::string columns = "\"columns\":[\"user\",\"admin\"]";
  EXPECT_EQ(ask("SHOW USERS"), series(columns, ""));
  EXPECT_EQ(ask("CREATE USER root WITH PASSWORD 'secret' WITH ALL PRIVILEGES"), done);
  EXPECT_EQ(ask("CREATE USER bob WITH PASSWORD 'b'"), done);
  EXPECT_EQ(ask("CREATE USER bob WITH PASSWORD 'b'"), done);
  EXPECT_EQ(ask("CREATE USER bob WITH PASSWORD 'c'"), error("user already exists"));
  EXPECT_EQ(ask("CREATE USER bob WITH PASSWORD 'b' WITH ALL PRIVILEGES"),
            error("user already exists"));
  EXPECT_EQ(ask("CREATE USER \"\" WITH PASSWORD 'b'"), error("username required"));
  EXPECT_EQ(ask("SHOW USERS"), series(columns, "[\"root\",true],[\"bob\",false]"));
  EXPECT_EQ(ask("GRANT ALL TO bob"), done);
  EXPECT_EQ(ask("SHOW USERS"), series(columns, "[\"root\",true],[\"bob\",true]"));
  EXPECT_EQ(ask("DROP USER root"), done);
  EXPECT_EQ(ask("DROP USER root"), error("user not found"));
  EXPECT_EQ(ask("SHOW USERS"), series(columns, "[\"bob\",true]"));
}

TEST_F(Engine, PasswordsAreKeptAsSaltedHashes) {
  ask("CREATE USER a WITH PASSWORD 'secret'; CREATE USER b WITH PASSWORD 'secret'");
  std::string first = storage().hash_of("a");
  EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << first;
  EXPECT_NE(first, storage().hash_of("b"));
  EXPECT_EQ(first.find("secret"), std::string::npos);
  ask("SET PASSWORD FOR a = 'other'");
  EXPECT_NE(first, storage().hash_of("a"));
  EXPECT_EQ(ask("SET PASSWORD FOR c = 'other'"), error("user not found"));
}

TEST_F(Engine, GrantsReplaceAndRevokesTakeAway) {
  ask("CREATE USER bob WITH PASSWORD 'b'");
  auto grants = [&] { return ask("SHOW GRANTS FOR bob"); };
  auto row = [](const std::string& level) {
    return series("\"columns\":[\"database\",\"privilege\"]",
                  level.empty() ? "" : "[\"t\",\"" + level + "\"]");
  };
  EXPECT_EQ(grants(), row(""));
  ask("GRANT READ ON t TO bob");
  EXPECT_EQ(grants(), row("READ"));
  ask("GRANT WRITE ON t TO bob");
  EXPECT_EQ(grants(), row("WRITE"));
  ask("GRANT ALL ON t TO bob");
  EXPECT_EQ(grants(), row("ALL PRIVILEGES"));
  ask("REVOKE WRITE ON t FROM bob");
  EXPECT_EQ(grants(), row("READ"));
  ask("REVOKE READ ON t FROM bob");
  EXPECT_EQ(grants(), row("NO PRIVILEGES"));
  EXPECT_EQ(ask("GRANT READ ON nodb TO bob"), error("database not found: nodb"));
  EXPECT_EQ(ask("GRANT READ ON t TO eve"), error("user not found"));
  EXPECT_EQ(ask("SHOW GRANTS FOR eve"), error("user not found"));
}

// Continuous queries; the clock begins at a full minute.
struct LiveEngine : Engine {
  LiveEngine() : begin{host().now() / 1'000'000'000} {}
  void write(const std::string& value, int64_t second) {
    std::string line = "live v=" + value + " " + std::to_string(begin + second) + "000000000";
    storage().write(testing::Points(line).batch());
  }
  // Rows of second and sum, as ask answers them.
  std::string sums(const std::vector<std::pair<int64_t, int>>& rows) const {
    std::string values;
    for (auto& [second, sum] : rows) {
      values += (values.empty() ? "[" : ",[") + std::to_string(begin + second) + "000000000," +
                std::to_string(sum) + "]";
    }
    return series("\"name\":\"sums\",\"columns\":[\"time\",\"sum\"]", values);
  }
  const int64_t begin;
};

TEST_F(LiveEngine, RunsContinuousQueriesForTheWindowJustClosed) {
  using namespace std::chrono_literals;
  EXPECT_EQ(ask("CREATE CONTINUOUS QUERY c ON t BEGIN SELECT sum(v) INTO sums FROM live "
                "WHERE time > 0 GROUP BY time(1m) END"),
            done);
  EXPECT_EQ(ask("SHOW CONTINUOUS QUERIES"),
            series("\"name\":\"t\",\"columns\":[\"name\",\"query\"]",
                   "[\"c\",\"CREATE CONTINUOUS QUERY c ON t BEGIN SELECT sum(v) INTO "
                   "t.autogen.sums FROM t.autogen.live WHERE time \\u003e 0 GROUP BY time(1m) "
                   "END\"]"));
  write("1", 10);
  write("2", 50);
  tick(59s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), done);
  tick(1s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{0, 3}}));
  write("5", 30);  // too late
  write("7", 70);
  tick(61s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{0, 3}, {60, 7}}));
  EXPECT_EQ(ask("DROP CONTINUOUS QUERY c ON t"), done);
  write("9", 130);
  tick(120s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{0, 3}, {60, 7}}));
  EXPECT_NE(ask("SHOW STATS FOR 'cq'").find("[[0,2]]"), std::string::npos);
}

TEST_F(LiveEngine, AContinuousQueryWithANewTextRunsThat) {
  using namespace std::chrono_literals;
  ask("CREATE CONTINUOUS QUERY c ON t BEGIN SELECT sum(v) INTO sums FROM live GROUP BY time(1m) "
      "END");
  write("1", 10);
  tick(60s);
  ask("DROP CONTINUOUS QUERY c ON t; CREATE CONTINUOUS QUERY c ON t BEGIN SELECT sum(v) * 10 AS "
      "sum INTO sums FROM live GROUP BY time(1m) END");
  write("2", 70);
  tick(60s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{0, 1}, {60, 20}}));
}

TEST_F(LiveEngine, ResampledContinuousQueriesRunOftenerAndFurtherBack) {
  using namespace std::chrono_literals;
  ask("CREATE CONTINUOUS QUERY c ON t RESAMPLE EVERY 30s FOR 2m BEGIN SELECT sum(v) INTO sums FROM "
      "live GROUP BY time(1m) END");
  write("1", -90);
  write("2", -30);
  tick(1s);
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{-60, 2}}));
  write("3", 5);
  write("4", -20);
  tick(30s);  // half a minute: the open window counts as well
  EXPECT_EQ(ask("SELECT sum FROM sums"), sums({{-60, 6}, {0, 3}}));
}

TEST_F(Engine, ABrokenContinuousQueryIsToldAndOthersRun) {
  using namespace std::chrono_literals;
  ask("CREATE CONTINUOUS QUERY a ON t BEGIN SELECT bogus(v) INTO x FROM live GROUP BY time(1m) "
      "END");
  tick(1min);
  EXPECT_TRUE(host().logged("continuous query a on t: undefined function bogus()"));
}

struct LimitedEngine : Engine {
  LimitedEngine()
      : Engine("cases/data.lp",
               "max_select_series = 3\nmax_select_point = 9\nmax_select_buckets = 5\n"
               "max_concurrent_queries = 1\nlog_queries_after = '1s'") {}
};

TEST_F(LimitedEngine, RefusesTooMuch) {
  EXPECT_EQ(ask("SELECT v FROM cpu WHERE time < 20s"),
            error("max-select-series limit exceeded: (4/3)"));
  EXPECT_EQ(ask("SELECT mean(v) FROM cpu WHERE time < 20s"),
            error("max-select-series limit exceeded: (4/3)"));
  EXPECT_EQ(ask("SELECT v FROM cpu WHERE host = 'nosuch'"), done);
  EXPECT_EQ(ask("SELECT * FROM cpu WHERE host = 'a' OR host = 'b'"),
            error("max-select-point limit exceeed: (10/9)"));
  EXPECT_EQ(ask("SELECT mean(v) FROM cpu WHERE host = 'a' AND time >= 5s AND time < 60s "
                "GROUP BY time(10s, 3s)"),
            error("max-select-buckets limit exceeded: (6/5)"));
  EXPECT_NE(ask("SELECT mean(v) FROM cpu WHERE host = 'a' AND time >= 0 AND time < 50s "
                "GROUP BY time(10s)")
                .find("values"),
            std::string::npos);
}

TEST_F(LimitedEngine, RunsOneStatementAtATime) {
  EXPECT_EQ(ask("SHOW DATABASES; SHOW DATABASES").find("error"), std::string::npos);
  QueryList list(1);
  std::atomic<bool> cancelled{false};
  uint64_t first = list.add({"a", "", 0, &cancelled});
  EXPECT_THROW(list.add({"b", "", 0, &cancelled}), StatementError);
  EXPECT_TRUE(list.kill(first));
  EXPECT_TRUE(cancelled);
  list.remove(first, 5);
  EXPECT_EQ(list.add({"b", "", 0, &cancelled}), 2u);
}

// Holds so few rows at a time that answers take many passes.
struct SmallEngine : Engine {
  explicit SmallEngine(const char* data = "cases/data.lp") : Engine(data, "raw_memory = '1KiB'") {}
};

TEST_F(SmallEngine, AnswersLikeInfluxDb) { EXPECT_GT(compare("cases/answers.txt"), 300u); }

// Lines of some hosts in some regions at uneven times, with gaps, text and booleans.
std::string uneven_lines(int64_t hosts, int64_t rows) {
  std::string out;
  for (int64_t host = 0; host < hosts; ++host) {
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t x = (host * 7919 + row * 104729) % 1009,
                    time = (row * row / 7 + row) * 10 + x % 3;
      out += "many,host=h" + std::to_string(host);
      if (host % 5 != 0) out += ",region=r" + std::to_string(host * 3 % 7);
      out += " n=" + std::to_string(x) + "i";
      if (x % 3 == 0) out += ",f=" + std::to_string(static_cast<double>(x) / 8);
      if (x % 4 == 0) out += ",s=\"text " + std::to_string(x) + "\"";
      if (x % 5 == 0) out += x % 2 == 0 ? ",b=true" : ",b=false";
      out += " " + std::to_string(time) + "\n";
    }
  }
  return out;
}

const std::vector<std::string> raw_queries = {
    "SELECT * FROM many",
    "SELECT * FROM many ORDER BY time DESC",
    "SELECT n, s FROM many WHERE n > 700",
    "SELECT f, host, f FROM many WHERE time >= 1000 AND time < 30000 ORDER BY time DESC",
    "SELECT s, b FROM many GROUP BY region",
    "SELECT s, b FROM many GROUP BY region ORDER BY time DESC",
    "SELECT n FROM many GROUP BY *",
    "SELECT n FROM many GROUP BY host, region ORDER BY time DESC",
    "SELECT n FROM many LIMIT 900 OFFSET 100",
    "SELECT n FROM many ORDER BY time DESC LIMIT 50",
    "SELECT n FROM many GROUP BY region LIMIT 3 OFFSET 100",
    "SELECT n FROM many GROUP BY region OFFSET 5",
    "SELECT n FROM many GROUP BY host LIMIT 2 SLIMIT 3 SOFFSET 4",
    "SELECT n FROM many GROUP BY host SOFFSET 4",
    "SELECT n FROM many GROUP BY host ORDER BY time DESC LIMIT 2 SLIMIT 3",
    "SELECT s FROM /many|cpu|mem/ WHERE nosuch = 1",
    "SELECT * FROM /many|cpu|mem/ ORDER BY time DESC"};

struct Beside : SmallEngine {
  using Engine::ask;
  using Engine::storage;
  void TestBody() override {}
};

TEST_F(Engine, RawAnswersAreTheSameInAnyMemory) {
  Beside small;
  const std::string lines = uneven_lines(20, 80);
  storage().write(testing::Points(lines).batch());
  small.storage().write(testing::Points(lines).batch());
  for (const std::string& query : raw_queries) {
    EXPECT_TRUE(ask(query) == small.ask(query)) << query;
  }
  EXPECT_GT(ask("SELECT * FROM many").size(), 1'600u * 20);
}

int64_t rows_of(ArrowArrayStream& stream) {
  Array array;
  int64_t rows = 0;
  while (stream.get_next(&stream, array.out()) == 0 && array) rows += array->length;
  return rows;
}

struct ManyRows : Engine {
  ManyRows() { storage().write(testing::Points(uneven_lines(40, 300)).batch()); }
  tw_error error = empty_error();
};

TEST_F(ManyRows, RowsComeInBatches) {
  Results results = run("SELECT n FROM many", error);
  tw_result result{};
  result.size = sizeof result;
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  ArrowStream rows;
  *rows.out() = result.rows;
  Array batch;
  ASSERT_EQ(rows->get_next(&*rows, batch.out()), 0);
  EXPECT_EQ(batch->length, 8192);
  EXPECT_EQ(rows_of(*rows), 12'000 - 8192);
}

TEST_F(ManyRows, RowsOutliveTheirResults) {
  Results results = run("SELECT n FROM many; SELECT n FROM many LIMIT 10", error);
  tw_result result{};
  result.size = sizeof result;
  ArrowStream first, second;
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  *first.out() = result.rows;
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  *second.out() = result.rows;
  results.reset();
  EXPECT_EQ(rows_of(*first), 12'000);
  EXPECT_EQ(rows_of(*second), 10);
}

TEST_F(ManyRows, AStatementRunsUntilItsRowsAreRead) {
  Results results = run("SELECT n FROM many; SHOW DATABASES", error);
  tw_result result{};
  result.size = sizeof result;
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  ArrowStream rows;
  *rows.out() = result.rows;
  EXPECT_NE(ask("SHOW QUERIES").find("SELECT n FROM many"), std::string::npos);
  EXPECT_EQ(ask("KILL QUERY 1"), done);
  Array batch;
  ASSERT_EQ(rows->get_next(&*rows, batch.out()), 0);  // was made with the table
  EXPECT_NE(rows->get_next(&*rows, batch.out()), 0);
  EXPECT_STREQ(rows->get_last_error(&*rows), "query interrupted");
  EXPECT_EQ(ask("SHOW QUERIES").find("many"), std::string::npos);
  rows.reset();
  ASSERT_EQ(results->next(&*results, &result, &error), TW_OK);
  EXPECT_EQ(view(result.error), "not executed");
  EXPECT_EQ(results->next(&*results, &result, &error), TW_DONE);
}

// Each of them has its text from other rows, and the numbers' rows are not where that lies.
TEST_F(Engine, TextOfEveryFunctionIsKept) {
  EXPECT_EQ(ask("SELECT first(s), last(s), percentile(i, 50) FROM cpu WHERE host = 'a'"),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\","
            "\"first\",\"last\",\"percentile\"],\"values\":[[0,\"one\",\"three\",2]]}]}]}");
}

TEST_F(Engine, StatsCountQueries) {
  ask("SELECT v FROM cpu");
  EXPECT_EQ(
      ask("SHOW STATS FOR 'queryExecutor'"),
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"queryExecutor\",\"columns\":["
      "\"queriesActive\",\"queriesExecuted\",\"queriesFinished\",\"queryDurationNs\"],"
      "\"values\":[[1,2,1,0]]}]}]}");
  EXPECT_EQ(ask("SHOW STATS FOR 'nosuch'"), "{\"results\":[{\"statement_id\":0}]}");
  EXPECT_NE(ask("SHOW DIAGNOSTICS").find("\"name\":\"system\""), std::string::npos);
}

}  // namespace
}  // namespace tickwork::query
