// SPDX-License-Identifier: MIT
// The memory table: rows in any order, changing shapes and every type come back sorted, merged per
// time and field; a view stays what it was while rows are added.
#include "table.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>

#include "shard.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb {
namespace {

using lmdb_test::str;

struct TableTest : ::testing::Test {
  TableTest()
      : table(1), rows(table.shard(std::make_shared<Shard>(ShardInfo{1, 1, 1, 0, 1}, "", 0))) {
    stream = table.add_stream(rows, 7);
  }
  void append(const Shape& shape, int64_t time, const std::vector<tw_field>& fields) {
    std::string row;
    table.reserve_values(*stream, shape.fields.size());
    row.resize(row_bound(shape, fields.data()));
    row.resize(static_cast<size_t>(
        encode_row(stream->state, shape, time, fields.data(), row.data()) - row.data()));
    table.append(*stream, row);
  }
  Table table;
  ShardTable& rows;
  Stream* stream;
};

tw_field number(int64_t v) { return {TW_STR("n"), {TW_INT, 0, {.i = v}}}; }
tw_field real(double v) { return {TW_STR("f"), {TW_FLOAT, 0, {.f = v}}}; }
tw_field text(std::string_view v) {
  return {TW_STR("s"), {TW_STRING, static_cast<uint32_t>(v.size()), {.s = v.data()}}};
}

TEST_F(TableTest, RandomRowsComeBackSortedAndMerged) {
  const Shape* both = rows.add_shape("m", {{"n", 1, TW_INT}, {"f", 2, TW_FLOAT}});
  const Shape* one = rows.add_shape("m", {{"s", 3, TW_STRING}});
  std::mt19937_64 random(5);
  std::map<int64_t, std::map<FieldId, std::string>> model;
  for (int i = 0; i < 5000; ++i) {
    const int64_t time = i % 7 ? i * 1000 : static_cast<int64_t>(random() % 5'000'000);
    if (random() % 3) {
      const auto n = static_cast<int64_t>(random() >> (random() % 64));
      const double f = static_cast<double>(random() % 1000) / 7;
      append(*both, time, {number(n), real(f)});
      model[time][1] = std::to_string(static_cast<uint64_t>(n));
      model[time][2] = std::to_string(std::bit_cast<uint64_t>(f));
    } else {
      const std::string s(random() % 30, 'x');
      append(*one, time, {text(s)});
      model[time][3] = s;
    }
  }
  const Columns out = read_stream(stream->view(), rows.shapes(), nullptr);
  ASSERT_EQ(out.rows(), model.size());
  size_t row = 0;
  for (const auto& [time, fields] : model) {
    ASSERT_EQ(out.times[row], time);
    for (const Column& column : out.columns) {
      ASSERT_EQ(column.has(row), fields.contains(column.field));
      if (!column.has(row)) continue;
      const std::string value =
          column.text() ? std::string(column.texts[row]) : std::to_string(column.bits[row]);
      ASSERT_EQ(value, fields.at(column.field));
    }
    ++row;
  }
}

TEST_F(TableTest, RegularRowsAreSmall) {
  const Shape* shape = rows.add_shape("m", {{"n", 1, TW_INT}});
  for (int64_t i = 0; i < 10; ++i) append(*shape, i * 10'000'000'000, {number(50 + i % 3)});
  size_t bytes = 0;
  for (const Chunk* c = stream->head; c; c = c->next) bytes += c->used;
  EXPECT_LE(bytes, 2u * 10 + 14);  // a control byte and a value each, the first time and step
}

TEST_F(TableTest, AViewStaysWhatItWas) {
  const Shape* shape = rows.add_shape("m", {{"n", 1, TW_INT}});
  for (int64_t i = 0; i < 100; ++i) append(*shape, i, {number(i)});
  const StreamView view = stream->view();
  for (int64_t i = 100; i < 1000; ++i) append(*shape, i, {number(i)});
  const std::vector<WantedField> wanted{{1, TW_INT}, {9, TW_FLOAT}};
  const Columns out = read_stream(view, rows.shapes(), &wanted);
  EXPECT_EQ(out.rows(), 100u);
  EXPECT_EQ(out.columns[0].bits[99], 99u);
  EXPECT_FALSE(out.columns[1].has(0));
}

TEST(ColumnsTest, NewerValuesLieOverOlderOnes) {
  const auto rows_of = [](std::vector<int64_t> times, std::vector<uint64_t> a,
                          std::vector<uint8_t> valid) {
    Columns out;
    out.times = std::move(times);
    Column& c = out.columns.emplace_back();
    c.field = 1;
    c.type = TW_INT;
    c.bits = std::move(a);
    c.valid = std::move(valid);
    return out;
  };
  const Columns out =
      merge_rows(rows_of({1, 2, 4}, {10, 20, 40}, {}), rows_of({2, 3, 4}, {21, 0, 0}, {1, 1, 0}));
  EXPECT_EQ(out.times, (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(out.columns[0].bits, (std::vector<uint64_t>{10, 21, 0, 40}));
}

}  // namespace
}  // namespace tickwork::lmdb
