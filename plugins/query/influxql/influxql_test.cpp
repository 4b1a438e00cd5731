// SPDX-License-Identifier: MIT
// The engine over a storage in memory, against answers recorded from InfluxDB 1.6.7 (cases/).
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "memory_storage.hpp"

namespace tickwork::query {
namespace {

namespace json = boost::json;

json::value cell(const Column& column, size_t row, bool time) {
  Value v = column.at(row);
  if (time) return v.i;
  switch (v.type) {
    case DataType::float_:
      return v.f;
    case DataType::integer:
      return v.i;
    case DataType::boolean:
      return v.b;
    case DataType::string:
      return json::string(v.s.data(), v.s.size());
    default:
      return nullptr;
  }
}

json::object series_of(tw_result& result) {
  json::object out;
  if (result.name.len > 0) out["name"] = string(result.name);
  for (size_t i = 0; i < result.n_tags; ++i) {
    if (!out.contains("tags")) out["tags"] = json::object();
    out["tags"].as_object()[string(result.tags[i].key)] = string(result.tags[i].value);
  }
  ArrowStream stream;
  *stream.out() = result.rows;
  Schema schema;
  stream->get_schema(&*stream, schema.out());
  json::array columns, values;
  for (int64_t i = 0; i < schema->n_children; ++i) columns.push_back(schema->children[i]->name);
  Array array;
  for (stream->get_next(&*stream, array.out()); array; stream->get_next(&*stream, array.out())) {
    for (int64_t row = 0; row < array->length; ++row) {
      json::array cells;
      for (int64_t c = 0; c < schema->n_children; ++c) {
        const char* format = schema->children[c]->format;
        Column column = column_of(*array->children[c], type_of_format(format), 0);
        cells.push_back(cell(column, static_cast<size_t>(row), format[0] == 't'));
      }
      values.push_back(cells);
    }
  }
  out["columns"] = columns;
  if (!values.empty()) out["values"] = values;
  return out;
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

  // The answer in the shape of InfluxDB's JSON with epoch=ns; the error text if it was refused.
  json::value ask(const std::string& text, uint32_t flags = 0) {
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
    json::array answers;
    for (;;) {
      tw_result result{};
      result.size = sizeof result;
      if (results->next(&*results, &result, &error) != TW_OK) break;
      add(answers, result);
    }
    return json::object{{"results", answers}};
  }

 private:
  static void add(json::array& answers, tw_result& result) {
    if (answers.size() <= static_cast<size_t>(result.statement)) {
      answers.push_back(json::object{{"statement_id", result.statement}});
    }
    json::object& answer = answers.back().as_object();
    if (result.error.len > 0) answer["error"] = string(result.error);
    if (result.message.len > 0) answer["message"] = string(result.message);
    if (!result.rows.release) return;
    if (!answer.contains("series")) answer["series"] = json::array();
    answer["series"].as_array().push_back(series_of(result));
  }

  MemoryStorage storage_{"t"};
  testing::Host host_;
  std::unique_ptr<testing::Instance> query_;
};

TEST_F(Engine, AnswersLikeInfluxDb) {
  std::ifstream in("cases/answers.txt");
  size_t n = 0;
  for (std::string query, expected; std::getline(in, query) && std::getline(in, expected); ++n) {
    EXPECT_EQ(ask(query), json::parse(expected)) << query;
  }
  EXPECT_GT(n, 300u);
}

TEST_F(Engine, RefusesTextThatDoesNotParse) {
  EXPECT_EQ(ask("SELECT v FROM cpu; FOO").as_string(),
            "error parsing query: found FOO, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, "
            "GRANT, REVOKE, ALTER, SET, KILL at line 1, char 20");
}

TEST_F(Engine, FirstFailureStopsTheRest) {
  auto answer = ask("SELECT bogus(v) FROM cpu; SHOW DATABASES").as_object();
  auto& results = answer["results"].as_array();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].as_object()["error"], "undefined function bogus()");
  EXPECT_EQ(results[1].as_object()["error"], "not executed");
}

TEST_F(Engine, WarnsOfChangesByReadingMethods) {
  auto answer = ask("SELECT v INTO y FROM mem", TW_QUERY_READ_ONLY).as_object();
  EXPECT_EQ(answer["results"].as_array()[0].as_object()["message"],
            "deprecated use of 'SELECT v INTO t.autogen.y FROM t.autogen.mem' in a read only "
            "context, please use a POST request instead");
}

TEST_F(Engine, WritesRowsIntoMeasurements) {
  ask("SELECT used, free INTO y FROM mem GROUP BY host");
  auto answer = ask("SELECT count(used) FROM y GROUP BY host");
  EXPECT_EQ(answer, json::parse(R"({"results":[{"statement_id":0,"series":[
    {"name":"y","tags":{"host":"a"},"columns":["time","count"],"values":[[0,4]]},
    {"name":"y","tags":{"host":"b"},"columns":["time","count"],"values":[[0,2]]}]}]})"));
}

TEST_F(Engine, UnsupportedStatementsSaySo) {
  auto answer = ask("EXPLAIN SELECT v FROM cpu").as_object();
  EXPECT_EQ(answer["results"].as_array()[0].as_object()["error"],
            "EXPLAIN SELECT v FROM cpu is not supported");
}

}  // namespace
}  // namespace tickwork::query
