// SPDX-License-Identifier: MIT
#include "shape.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstring>

#include "wire.hpp"

namespace {

using namespace tickwork::webui;

Table table(const std::string& host, std::vector<double> times, std::vector<double> values) {
  Column time = numbers("time", std::move(times));
  time.type = Column::Type::time;
  return {"cpu", {{"host", host}}, {std::move(time), numbers("mean", std::move(values))}};
}

TEST(Shape, SeriesShareOneTimeColumn) {
  Query query;
  query.label = "{host} {field}";
  const Frame frame =
      as_series({table("a", {10, 20, 30}, {1, 2, 3}), table("b", {20, 40}, {5, 6})}, query);
  ASSERT_EQ(frame.columns.size(), 3u);
  EXPECT_EQ(frame.columns[0].numbers, (std::vector<double>{10, 20, 30, 40}));
  EXPECT_EQ(frame.columns[1].name, "a mean");
  EXPECT_TRUE(std::isnan(frame.columns[1].numbers[3]));
  EXPECT_TRUE(std::isnan(frame.columns[2].numbers[0]));
  EXPECT_EQ(frame.columns[2].numbers[1], 5);
  EXPECT_EQ(frame.columns[2].numbers[3], 6);
}

TEST(Shape, SumAddsWhatIsThere) {
  Query query;
  query.sum = "all";
  const Frame frame =
      as_series({table("a", {10, 20}, {1, 2}), table("b", {20, 30}, {5, std::nan("")})}, query);
  ASSERT_EQ(frame.columns.size(), 2u);
  EXPECT_EQ(frame.columns[1].name, "all");
  EXPECT_EQ(frame.columns[1].numbers[0], 1);
  EXPECT_EQ(frame.columns[1].numbers[1], 7);
  EXPECT_TRUE(std::isnan(frame.columns[1].numbers[2]));
}

TEST(Shape, NothingIsAnEmptyFrame) {
  EXPECT_EQ(as_series({}, Query{}).rows(), 0u);
  EXPECT_EQ(as_table({}, Query{}).rows(), 0u);
}

TEST(Shape, TablesHaveTagsAsColumnsAndNoTime) {
  const Frame frame = as_table({table("a", {0}, {81}), table("b", {0}, {12})}, Query{});
  ASSERT_EQ(frame.columns.size(), 2u);
  EXPECT_EQ(frame.columns[0].texts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(frame.columns[1].numbers, (std::vector<double>{81, 12}));
}

TEST(Shape, ReductionKeepsPeaks) {
  std::vector<double> times(10'000), values(10'000, 1);
  for (size_t i = 0; i < times.size(); ++i) times[i] = static_cast<double>(i);
  values[4321] = 99;
  values[7777] = -99;
  Frame frame = as_series({table("a", times, values)}, Query{});
  ASSERT_TRUE(reduce(frame, 100));
  EXPECT_LE(frame.rows(), 400u);
  EXPECT_EQ(*std::max_element(frame.columns[1].numbers.begin(), frame.columns[1].numbers.end()),
            99);
  EXPECT_EQ(*std::min_element(frame.columns[1].numbers.begin(), frame.columns[1].numbers.end()),
            -99);
  EXPECT_EQ(frame.columns[0].numbers.front(), 0);
  EXPECT_EQ(frame.columns[0].numbers.back(), 9999);
  EXPECT_FALSE(reduce(frame, 100));
}

uint32_t number_at(const std::string& bytes, size_t at) {
  uint32_t value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

TEST(Wire, BuffersAreAlignedAndWhereTheHeaderSays) {
  Message message;
  message.panel = "p";
  message.kind = "full";
  Frame frame;
  frame.columns = {texts("host", {"a", "b", "a"}), numbers("v", {1.5, std::nan(""), -2}, "%")};
  message.frames = {frame};
  const std::string bytes = encode(message);
  const uint32_t head = number_at(bytes, 4);
  EXPECT_EQ(number_at(bytes, 0), bytes.size());
  EXPECT_EQ(head % 8, 0u);
  const auto parsed = boost::json::parse(bytes.substr(8, head));
  const auto& columns = parsed.at("frames").at(0).at("columns").as_array();
  EXPECT_EQ(parsed.at("frames").at(0).at("rows"), 3);
  EXPECT_EQ(columns[0].at("dictionary"), (boost::json::array{"a", "b"}));
  const size_t words = 8 + head + columns[0].at("at").to_number<size_t>();
  EXPECT_EQ(number_at(bytes, words + 4), 1u);
  EXPECT_EQ(number_at(bytes, words + 8), 0u);
  const auto at = columns[1].at("at").to_number<size_t>();
  EXPECT_EQ(at % 8, 0u);
  double value;
  std::memcpy(&value, bytes.data() + 8 + head + at + 16, sizeof value);
  EXPECT_EQ(value, -2);
}

TEST(Wire, JsonLinesHaveNullForMissing) {
  Message message;
  message.kind = "full";
  Frame frame;
  frame.columns = {numbers("v", {1.5, std::nan("")})};
  message.frames = {frame};
  const auto parsed = boost::json::parse(encode_json(message));
  EXPECT_EQ(parsed.at("frames").at(0).at("columns").at(0).at("values"),
            (boost::json::array{1.5, nullptr}));
}

}  // namespace
