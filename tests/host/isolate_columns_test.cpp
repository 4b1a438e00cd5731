// SPDX-License-Identifier: MIT
// Arrow over the socket: what is rebuilt equals what was sent, and wrong bytes make nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "check/arrow_check.hpp"
#include "isolate/columns.hpp"

namespace tickwork::host {
namespace {

// Three rows of a time, a float, an integer, a boolean and a string, the middle one mostly null.
struct Table5 {
  int64_t times[3] = {10, 20, 30};
  double floats[3] = {1.5, 0, -2};
  int64_t whole[3] = {7, 0, -9};
  uint8_t truths[1] = {0b101}, valid[1] = {0b101};
  int32_t offsets[4] = {0, 2, 2, 7};
  char text[8] = "abhello";
  const void* buffers[5][3] = {{nullptr, times, nullptr},
                               {valid, floats, nullptr},
                               {valid, whole, nullptr},
                               {valid, truths, nullptr},
                               {valid, offsets, text}};
  const char* formats[5] = {"tsn:", "g", "l", "b", "u"};
  const void* none[1] = {nullptr};
  ArrowArray arrays[5]{}, array{};
  ArrowArray* children[5]{};
  ColumnType type;

  Table5() {
    type.format = "+s";
    for (int i = 0; i < 5; ++i) {
      arrays[i].length = 3;
      arrays[i].null_count = i == 0 ? 0 : 1;
      arrays[i].n_buffers = i == 4 ? 3 : 2;
      arrays[i].buffers = buffers[i];
      children[i] = &arrays[i];
      ColumnType column;
      column.format = formats[i];
      column.name = "c" + std::to_string(i);
      column.flags = ARROW_FLAG_NULLABLE;
      type.children.push_back(std::move(column));
    }
    array.length = 3;
    array.n_buffers = 1;
    array.buffers = none;
    array.n_children = 5;
    array.children = children;
  }
  Table5(const Table5&) = delete;
  Table5& operator=(const Table5&) = delete;

  std::string packed() const {
    Packer packer;
    pack_array(packer, array, type);
    return {packer.data(), packer.size()};
  }
};

std::shared_ptr<char[]> copy_of(const std::string& bytes) {
  std::shared_ptr<char[]> copy{new char[bytes.size() + 1]};
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return copy;
}

TEST(IsolateColumns, ArraysGoThereAndBack) {
  const Table5 table;
  const std::string bytes = table.packed();
  const auto copy = copy_of(bytes);
  Unpacker in{copy.get(), bytes.size()};
  ArrowArray got{};
  ASSERT_TRUE(unpack_array(in, table.type, copy, &got));
  ASSERT_EQ(got.n_children, 5);
  EXPECT_EQ(static_cast<const int64_t*>(got.children[0]->buffers[1])[2], 30);
  EXPECT_EQ(static_cast<const double*>(got.children[1]->buffers[1])[0], 1.5);
  EXPECT_EQ(static_cast<const int64_t*>(got.children[2]->buffers[1])[2], -9);
  EXPECT_EQ(got.children[3]->null_count, 1);
  const auto* offsets = static_cast<const int32_t*>(got.children[4]->buffers[1]);
  EXPECT_EQ(std::string(static_cast<const char*>(got.children[4]->buffers[2]) + offsets[2], 5),
            "hello");
  EXPECT_EQ(copy.use_count(), 7);  // this one, the table's and its columns'
  got.release(&got);
  EXPECT_EQ(got.release, nullptr);
  EXPECT_EQ(copy.use_count(), 1);
}

TEST(IsolateColumns, NoRowsNeedNoBuffers) {
  Table5 table;
  table.array.length = 0;
  for (ArrowArray& column : table.arrays) {
    column.length = column.null_count = 0;
    std::fill_n(const_cast<const void**>(column.buffers), column.n_buffers, nullptr);
  }
  const std::string bytes = table.packed();
  const auto copy = copy_of(bytes);
  Unpacker in{copy.get(), bytes.size()};
  ArrowArray got{};
  ASSERT_TRUE(unpack_array(in, table.type, copy, &got));
  EXPECT_EQ(got.length, 0);
  got.release(&got);
}

TEST(IsolateColumns, SchemasGoThereAndBack) {
  const Table5 table;
  ArrowSchema schema{};
  make_schema(table.type, &schema);
  Packer packer;
  pack_type(packer, type_of(schema));
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
  Unpacker in{packer.data(), packer.size()};
  const ColumnType got = unpack_type(in);
  ASSERT_TRUE(in.ok());
  ASSERT_EQ(got.children.size(), 5u);
  EXPECT_EQ(got.children[0].format, "tsn:");
  EXPECT_EQ(got.children[4].name, "c4");
  EXPECT_TRUE(known_type(got));
  ColumnType odd;
  odd.format = "+l";
  EXPECT_FALSE(known_type(odd));
}

// Whatever is made of wrong bytes is an Arrow array by the validator's own check.
TEST(IsolateColumns, WrongBytesMakeNothingBroken) {
  const Table5 table;
  const std::string good = table.packed();
  std::mt19937 random{1};
  size_t made = 0, refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 1 + round % 4; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(round % 3 ? random() : 0xff);
    }
    if (round % 10 == 0) bytes.resize(random() % bytes.size());
    const auto copy = copy_of(bytes);
    Unpacker in{copy.get(), bytes.size()};
    ArrowArray got{};
    if (!unpack_array(in, table.type, copy, &got)) {
      ++refused;
      continue;
    }
    ++made;
    ArrowSchema schema{};
    make_schema(table.type, &schema);
    const std::string flaw = check::arrow_flaw(schema, got);
    const bool only_text = flaw.empty() || flaw.find("UTF-8") != std::string::npos ||
                           flaw.find("null") != std::string::npos;
    EXPECT_TRUE(only_text) << flaw;
    schema.release(&schema);
    got.release(&got);
  }
  EXPECT_GT(made, 100u);
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace tickwork::host
