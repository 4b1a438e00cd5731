// SPDX-License-Identifier: MIT
// The engine over a storage in memory, against answers recorded from InfluxDB 1.6.7 (cases/).
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include <fstream>
#include <sstream>

#include "kit/gojson/gojson.hpp"
#include "memory_storage.hpp"

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

void append_rows(std::string& out, ArrowStream& stream, const ArrowSchema& schema) {
  Array array;
  bool first = true;
  for (stream->get_next(&*stream, array.out()); array; stream->get_next(&*stream, array.out())) {
    for (int64_t row = 0; row < array->length; ++row, first = false) {
      out += first ? ",\"values\":[[" : ",[";
      for (int64_t c = 0; c < schema.n_children; ++c) {
        if (c > 0) out += ',';
        DataType type = type_of_format(schema.children[c]->format);
        append_cell(out, column_of(*array->children[c], type, 0), static_cast<size_t>(row));
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
  Engine() {
    std::ifstream in("cases/data.lp");
    std::stringstream text;
    text << in.rdbuf();
    storage_.write(testing::Points(text.str()).batch());
    host_.provide(TW_STORAGE, "", MemoryStorage::vtable(), &storage_);
    query_ = std::make_unique<testing::Instance>(host_.create("query.influxql"));
    EXPECT_TRUE(*query_) << query_->error();
    EXPECT_EQ(query_->start(), "");
  }

  // The answer as InfluxDB's JSON with epoch=ns; the error text if it was refused.
  std::string ask(const std::string& text, uint32_t flags = 0) {
    tw_request request{};
    request.size = sizeof request;
    request.flags = flags;
    request.text = str(text);
    request.database = TW_STR("t");
    Results results;
    results.out()->size = sizeof(tw_results);
    tw_error error = empty_error();
    auto* engine = query_->ext<tw_query>(TW_QUERY);
    if (engine->run(query_->self(), &request, &*results, &error) < 0) return error.message;
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

TEST_F(Engine, AnswersLikeInfluxDb) {
  std::ifstream in("cases/answers.txt");
  size_t n = 0;
  for (std::string query, expected; std::getline(in, query) && std::getline(in, expected); ++n) {
    EXPECT_EQ(ask(query), expected) << query;
  }
  EXPECT_GT(n, 300u);
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

TEST_F(Engine, RunningQueriesAreShown) {
  EXPECT_EQ(ask("SHOW QUERIES"),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"columns\":[\"qid\",\"query\","
            "\"database\",\"duration\",\"status\"],"
            "\"values\":[[1,\"SHOW QUERIES\",\"t\",\"0s\",\"running\"]]}]}]}");
  EXPECT_EQ(ask("KILL QUERY 999"),
            "{\"results\":[{\"statement_id\":0,\"error\":\"no such query id: 999\"}]}");
}

TEST_F(Engine, UnsupportedStatementsSaySo) {
  EXPECT_EQ(ask("EXPLAIN SELECT v FROM cpu"),
            "{\"results\":[{\"statement_id\":0,"
            "\"error\":\"EXPLAIN SELECT v FROM cpu is not supported\"}]}");
}

}  // namespace
}  // namespace tickwork::query
