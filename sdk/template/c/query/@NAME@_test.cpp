#include <gtest/gtest.h>

#include <string>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

// The answer to a text, as "time text" lines.
static std::string answer(std::string_view text) {
  tickwork::testing::Host host;
  auto engine = host.create("@ID@");
  EXPECT_EQ(engine.start(), "");
  const auto& query = *engine.ext<tw_query>(TW_QUERY);
  tw_request request{};
  request.size = sizeof request;
  request.text = tickwork::str(text);
  request.now_ns = 7;
  tickwork::Results results;
  results->size = sizeof(tw_results);
  EXPECT_EQ(engine.call([&](tw_error* e) { return query.run(engine.self(), &request, &*results, e); }), "");
  std::string lines;
  tw_error error{};
  error.size = sizeof error;
  tw_result result{};
  result.size = sizeof result;
  while (results->next(&*results, &result, &error) == TW_OK) {
    tickwork::ArrowStream rows;
    *rows = result.rows;
    tickwork::Schema schema;
    EXPECT_EQ(rows->get_schema(&*rows, schema.out()), 0);
    EXPECT_STREQ(schema->children[1]->name, "text");
    for (tickwork::Array array; rows->get_next(&*rows, array.out()) == 0 && array;) {
      const auto* time = static_cast<const int64_t*>(array->children[0]->buffers[1]);
      const auto* ends = static_cast<const int32_t*>(array->children[1]->buffers[1]);
      const auto* bytes = static_cast<const char*>(array->children[1]->buffers[2]);
      for (int64_t i = 0; i < array->length; i++)
        lines += std::to_string(time[i]) + " " + std::string{bytes + ends[i], bytes + ends[i + 1]} + "\n";
    }
  }
  return lines;
}

TEST(@CLASS@, AnswersWithTheText) { EXPECT_EQ(answer("hello"), "7 hello\n"); }

TEST(@CLASS@, TakesAnEmptyText) { EXPECT_EQ(answer(""), "7 \n"); }
