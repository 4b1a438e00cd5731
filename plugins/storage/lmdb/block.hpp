// SPDX-License-Identifier: MIT
// A block: up to 4,096 rows of one series; one time column and a column a field, each with its
// encoding and summary, behind a checksum (FORMAT.md, "Blocks").
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec.hpp"
#include "columns.hpp"

namespace tickwork::lmdb {

using SeriesId = uint64_t;

constexpr size_t most_block_rows = 4096;

// What the head of a block tells without decoding it.
struct BlockHead {
  uint64_t rows = 0;
  int64_t first = 0, last = 0;  // times
};

// Answers for a column without decoding it. Numbers only; floats as their bits.
struct Summary {
  uint64_t count = 0;  // values that are not null
  uint64_t least = 0, most = 0, sum = 0, first = 0, last = 0;
};

// Rows [from, to) of a column as a payload, appended to out; its flags are returned.
uint8_t put_payload(const Column& column, size_t from, size_t to, std::string& out,
                    Summary* summary);
void decode_payload(uint32_t type, uint8_t flags, std::string_view payload, size_t rows,
                    Column& out);

// Rows [from, to) of sorted rows as a block of that series, appended to out.
void encode_block(SeriesId series, const Columns& rows, size_t from, size_t to, std::string& out);

// Where to cut: the ends of the blocks that the sorted times fall into.
std::vector<size_t> cut_blocks(std::span<const int64_t> times);

// A block whose head was read. The bytes are borrowed.
struct BlockStart {
  std::string_view bytes;  // all
  BlockHead head;
  bool checked = false;     // payloads have checks of their own
  Reader rest{nullptr, 0};  // behind the head
  std::string_view body;    // the payloads; known where they have checks, else they come last
};
BlockStart start_block(std::string_view block);  // throws Damaged
// Throws Damaged when the checksum is not that of these bytes and series. Payloads of columns have
// checks of their own, which are verified where they are decoded.
void verify_block(SeriesId series, std::string_view block);
void verify_block(SeriesId series, const BlockStart& block);

// Decodes the times and those columns whose field is in wanted (in that order, empty columns for
// what the block lacks); all columns when wanted is null. Texts point into block.
Columns decode_block(std::string_view block, const std::vector<FieldId>* wanted);

// The summary of one column; false if the block lacks the field.
bool read_summary(std::string_view block, FieldId field, uint32_t& type, Summary& out);

struct ColumnHead {
  FieldId field = 0;
  uint32_t type = 0;
  uint8_t flags = 0;
  Summary summary;
  uint32_t check = 0;   // of the payload, where payloads have checks
  uint64_t bytes = 0;   // of the payload
  uint64_t offset = 0;  // of the payload in the body
};

// A block taken apart, to be asked for several columns. Used again and again it allocates nothing.
// Heads of columns are read as far as they are asked for. Throws Damaged. The bytes are borrowed.
class BlockView {
 public:
  void open(const BlockStart& block);
  void open(std::string_view block) { open(start_block(block)); }
  const BlockHead& head() const { return head_; }
  const std::vector<ColumnHead>& columns();
  const ColumnHead* find(FieldId field);  // until the next open
  bool full(const ColumnHead& column) const { return column.summary.count == head_.rows; }

  void decode_times(std::vector<int64_t>& out) const;  // replaces out, as decode does
  // The column's first rows, or more of them.
  void decode(const ColumnHead& column, size_t rows, Column& out);

 private:
  bool read_next_head();
  BlockHead head_;
  std::string_view times_, body_;
  std::vector<ColumnHead> columns_;  // whose heads were read
  uint64_t count_ = 0, bytes_ = 0;   // columns of the block; of the payloads of columns_
  Reader heads_{nullptr, 0};         // at the next head
  bool checked_ = false;             // payloads have checks
};

}  // namespace tickwork::lmdb
