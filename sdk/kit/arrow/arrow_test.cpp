// SPDX-License-Identifier: MIT
#include "arrow.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace tickwork::arrow {
namespace {

bool has(const ArrowArray& column, int64_t row) {
  const auto* bits = static_cast<const uint8_t*>(column.buffers[0]);
  return !bits || (bits[row / 8] >> (row % 8) & 1);
}

std::string text(const ArrowArray& column, int64_t row) {
  const auto* ends = static_cast<const int32_t*>(column.buffers[1]);
  return {static_cast<const char*>(column.buffers[2]) + ends[row],
          static_cast<size_t>(ends[row + 1] - ends[row])};
}

TEST(StructBlock, HoldsEveryKindOfColumn) {
  const ColumnShape shapes[] = {{'t'}, {'g'}, {'b'}, {'u', 5}};
  StructBlock block(9, shapes);
  block.mark_all(0);
  for (size_t row = 0; row < 9; ++row) block.words(0)[row] = 100 + row;
  block.set_word(1, 8, 7);
  block.set_bool(2, 0, true);
  block.set_bool(2, 1, false);
  auto texts = block.texts(3);
  for (size_t row = 0; row < 7; ++row) texts.add_null();
  texts.add("north");
  texts.add("");
  ArrowArray array;
  block.give(&array);

  ASSERT_EQ(array.length, 9);
  ASSERT_EQ(array.n_children, 4);
  const ArrowArray& times = *array.children[0];
  EXPECT_EQ(times.null_count, 0);
  EXPECT_EQ(times.buffers[0], nullptr);
  EXPECT_EQ(static_cast<const int64_t*>(times.buffers[1])[8], 108);
  const ArrowArray& numbers = *array.children[1];
  EXPECT_EQ(numbers.null_count, 8);
  EXPECT_FALSE(has(numbers, 7));
  EXPECT_TRUE(has(numbers, 8));
  EXPECT_EQ(static_cast<const uint64_t*>(numbers.buffers[1])[7], 0u);
  const ArrowArray& bools = *array.children[2];
  EXPECT_EQ(bools.null_count, 7);
  EXPECT_EQ(static_cast<const uint8_t*>(bools.buffers[1])[0], 1);
  const ArrowArray& strings = *array.children[3];
  EXPECT_EQ(strings.n_buffers, 3);
  EXPECT_EQ(strings.null_count, 7);
  EXPECT_EQ(text(strings, 7), "north");
  EXPECT_EQ(text(strings, 8), "");
  EXPECT_TRUE(has(strings, 8));
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
}

TEST(StructBlock, ColumnsOutliveTheArrayTheyWereMovedOutOf) {
  const ColumnShape shapes[] = {{'l'}, {'l'}};
  StructBlock block(1, shapes);
  block.set_word(0, 0, 1);
  block.set_word(1, 0, 2);
  ArrowArray array;
  block.give(&array);
  ArrowArray moved = *array.children[1];
  array.children[1]->release = nullptr;
  array.release(&array);
  EXPECT_EQ(static_cast<const int64_t*>(moved.buffers[1])[0], 2);
  moved.release(&moved);
}

TEST(StructBlock, MayHaveNeitherRowsNorColumns) {
  StructBlock none(0, {});
  ArrowArray array;
  none.give(&array);
  EXPECT_EQ(array.length, 0);
  EXPECT_EQ(array.n_children, 0);
  array.release(&array);
  const ColumnShape shapes[] = {{'u'}, {'b'}};
  StructBlock empty(0, shapes);
  empty.give(&array);
  EXPECT_EQ(static_cast<const int32_t*>(array.children[0]->buffers[1])[0], 0);
  array.release(&array);
}

TEST(BlockPool, BlocksOutliveThePoolInAnyOrder) {
  const ColumnShape shapes[] = {{'l'}, {'u', 3}};
  std::vector<ArrowArray> arrays(1000);
  {
    BlockPool pool;
    for (size_t i = 0; i < arrays.size(); ++i) {
      StructBlock block(1 + i % 3, shapes, &pool);
      block.set_word(0, 0, i);
      block.texts(1).add("abc");
      if (i % 7 == 0) block.give(&arrays[i]);  // others are never given
    }
    StructBlock large(20'000, shapes, &pool);
    large.set_word(0, 19'999, 1);
  }
  for (size_t i = arrays.size(); i-- > 0;) {
    if (i % 7 != 0) continue;
    EXPECT_EQ(static_cast<const uint64_t*>(arrays[i].children[0]->buffers[1])[0], i);
    EXPECT_EQ(arrays[i].children[0]->null_count, static_cast<int64_t>(i % 3));
    EXPECT_EQ(text(*arrays[i].children[1], 0), "abc");
    arrays[i].release(&arrays[i]);
  }
}

TEST(StructBlock, RefusesStringsThatOffsetsCannotCount) {
  const ColumnShape shapes[] = {{'u', size_t{1} << 31}};
  EXPECT_THROW(StructBlock(1, shapes), std::length_error);
}

TEST(StructSchema, IsGivenManyTimesAndOutlived) {
  ArrowSchema first, second;
  {
    const StructSchema schema({{"time", "tsn:", false}, {"value", "g"}});
    schema.give(&first);
    schema.give(&second);
  }
  ASSERT_EQ(first.n_children, 2);
  EXPECT_STREQ(first.format, "+s");
  EXPECT_STREQ(first.children[0]->name, "time");
  EXPECT_STREQ(first.children[0]->format, "tsn:");
  EXPECT_EQ(first.children[0]->flags, 0);
  EXPECT_EQ(first.children[1]->flags, ARROW_FLAG_NULLABLE);
  first.release(&first);
  ArrowSchema moved = *second.children[1];
  second.children[1]->release = nullptr;
  second.release(&second);
  EXPECT_STREQ(moved.name, "value");
  moved.release(&moved);
}

}  // namespace
}  // namespace tickwork::arrow
