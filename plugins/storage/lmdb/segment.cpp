// SPDX-License-Identifier: MIT
#include "segment.hpp"

#include <algorithm>

#include "checksum.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint32_t segment_magic = 0x31475754;  // "TWG1"
constexpr size_t target_bytes = 64 * 1024 - 64;
constexpr size_t segment_head_bytes = 24;  // magic, count, first series, checksum
constexpr size_t entry_bytes = 8;          // series - first, offset behind the directory

}  // namespace

void SegmentWriter::add(SeriesId series, std::string_view block) {
  const bool full = directory_.size() + blocks_.size() + block.size() > target_bytes;
  if (any_ && (full || series - first_ > UINT32_MAX)) finish();
  next_block_ = series == current_ ? next_block_ : 0;
  current_ = series;
  if (!any_) {
    first_ = series;
    first_block_ = next_block_;
    any_ = true;
  }
  ++next_block_;
  put_word(directory_, static_cast<uint32_t>(series - first_));
  put_word(directory_, static_cast<uint32_t>(blocks_.size()));
  blocks_ += block;
}

void SegmentWriter::finish() {
  if (!any_) return;
  std::string out;
  put_word(out, segment_magic);
  put_word(out, static_cast<uint32_t>(directory_.size() / entry_bytes));
  put_word(out, first_);
  put_word(out, checksum(directory_, first_));
  out += directory_;
  out += blocks_;
  sink_(first_, first_block_, out);
  directory_.clear();
  blocks_.clear();
  any_ = false;
}

Segment::Segment(std::string_view bytes) : bytes_(bytes) {
  Reader in(bytes);
  const auto found = in.word<uint32_t>();
  count_ = in.word<uint32_t>();
  first_ = in.word<uint64_t>();
  const auto sum = in.word<uint64_t>();
  const std::string_view directory = in.bytes(count_ * entry_bytes);
  if (!in.ok() || found != segment_magic || sum != checksum(directory, first_)) {
    throw Damaged("segment directory does not match its checksum");
  }
}

SeriesId Segment::series(size_t i) const {
  return first_ + load_word<uint32_t>(bytes_.data() + segment_head_bytes + i * entry_bytes);
}

uint32_t Segment::offset(size_t i) const {
  return load_word<uint32_t>(bytes_.data() + segment_head_bytes + i * entry_bytes + 4);
}

std::string_view Segment::block(size_t i) const {
  const std::string_view blocks = bytes_.substr(segment_head_bytes + count_ * entry_bytes);
  const size_t from = offset(i), to = i + 1 < count_ ? offset(i + 1) : blocks.size();
  if (from > to || to > blocks.size()) throw Damaged("block beyond its segment");
  return blocks.substr(from, to - from);
}

void Segment::prefetch(size_t i, size_t n) const {
  constexpr size_t head_bytes = 256, line = 64;
  const size_t blocks = segment_head_bytes + count_ * entry_bytes;
  for (const size_t end = std::min(i + n, count_); i < end; ++i) {
    const size_t from = blocks + offset(i);
    if (from + head_bytes > bytes_.size()) return;
    for (size_t at = 0; at < head_bytes; at += line) __builtin_prefetch(bytes_.data() + from + at);
  }
}

size_t Segment::lower_bound(SeriesId series) const {
  size_t low = 0, high = count_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (this->series(middle) < series) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace tickwork::lmdb
