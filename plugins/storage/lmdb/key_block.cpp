// SPDX-License-Identifier: MIT
#include "key_block.hpp"

#include <algorithm>

#include "failure.hpp"
#include "index_run.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint32_t differences = uint32_t{1} << 31;  // in the count: not whole keys

size_t common_suffix(std::string_view a, std::string_view b) {
  const size_t n = std::min(a.size(), b.size());
  size_t same = 0;
  while (same < n && a[a.size() - 1 - same] == b[b.size() - 1 - same]) ++same;
  return same;
}

}  // namespace

void KeyBlockWriter::add(std::string_view key) {
  const size_t head = common_prefix(last_, key);
  const size_t tail = common_suffix(std::string_view(last_).substr(head), key.substr(head));
  put_varint(body_, head);
  put_varint(body_, tail);
  put_text(body_, key.substr(head, key.size() - head - tail));
  last_ = key;
  ++count_;
  any_ = any_ || !key.empty();
}

std::string KeyBlockWriter::finish(SeriesId first) {
  std::string content, out;
  put_word(content, count_ | differences);
  content += body_;
  put_word(out, checksum(content, first));
  out += content;
  *this = {};
  return out;
}

KeyReader::KeyReader(const Transaction& txn) : cursor_(txn, keys_tree), env_(txn.env()) {}

std::string_view KeyReader::get(SeriesId id) {
  if (id < first_ || id - first_ >= count_) {
    if (!load(id) || id - first_ >= count_) return {};
  }
  const uint64_t i = id - first_;
  if (whole_) return whole_key(i);
  if (i + 1 < next_) rewind();
  while (next_ <= i) step();
  return key_;
}

std::string_view KeyReader::whole_key(uint64_t i) const {
  const auto end = [&](uint64_t key) { return load_word<uint32_t>(block_.data() + key * 4); };
  const std::string_view keys = block_.substr(count_ * sizeof(uint32_t));
  const uint32_t from = i == 0 ? 0 : end(i - 1), to = end(i);
  if (to < from || to > keys.size()) fail();
  return keys.substr(from, to - from);
}

void KeyReader::rewind() {
  at_ = Reader(block_);
  next_ = 0;
  key_.clear();
}

void KeyReader::step() {
  const uint64_t head = at_.varint(), tail = at_.varint();
  const std::string_view middle = at_.text();
  if (!at_.ok() || head > key_.size() || tail > key_.size() - head) fail();
  key_.replace(head, key_.size() - head - tail, middle);
  ++next_;
}

void KeyReader::fail() const {
  throw Damaged(env_.folder() + ": a block of series keys is damaged");
}

bool KeyReader::load(SeriesId id) {
  const std::string wanted = number_key(id);
  const bool found = cursor_.seek(wanted);
  if (!found || cursor_.key() != wanted) {
    if (!(found ? cursor_.previous() : cursor_.last())) return false;
  }
  first_ = load_key(cursor_.key().data());
  Reader in(cursor_.value());
  const auto sum = in.word<uint64_t>();
  if (!in.ok() || sum != checksum(cursor_.value().substr(8), first_)) fail();
  const auto count = in.word<uint32_t>();
  whole_ = (count & differences) == 0;
  count_ = count & ~differences;
  block_ = in.bytes(in.left());
  if (!in.ok() || (whole_ && block_.size() / sizeof(uint32_t) < count_)) fail();
  rewind();
  return true;
}

SeriesId KeyReader::first_of(SeriesId id) { return load(id) && id - first_ < count_ ? first_ : 0; }

namespace {

// The block at hand without these, of which the next is at gone; that is moved behind it.
void erase_in_block(Transaction& txn, KeyReader& reader, SeriesId first,
                    std::vector<SeriesId>::const_iterator& gone,
                    std::vector<SeriesId>::const_iterator end) {
  KeyBlockWriter block;
  for (SeriesId id = first; id < first + reader.count(); ++id) {
    const bool erased = gone != end && *gone == id;
    if (erased) ++gone;
    block.add(erased ? std::string_view() : reader.get(id));
  }
  if (block.any()) {
    txn.put(keys_tree, number_key(first), block.finish(first));
  } else {
    txn.erase(keys_tree, number_key(first));
  }
}

}  // namespace

void erase_keys(Transaction& txn, const std::vector<SeriesId>& ids) {
  const Transaction before(txn.env(), Access::read);
  KeyReader reader(before);
  for (auto gone = ids.begin(); gone != ids.end();) {
    const auto at = gone;
    try {
      const SeriesId first = reader.first_of(*gone);
      if (first != 0) erase_in_block(txn, reader, first, gone, ids.end());
    } catch (const Damaged&) {  // named when it is read
    }
    if (gone == at) ++gone;
  }
}

}  // namespace tickwork::lmdb
