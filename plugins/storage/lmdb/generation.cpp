// SPDX-License-Identifier: MIT
#include "generation.hpp"

#include <algorithm>

namespace tickwork::lmdb {
namespace {

constexpr size_t least_sharing = 16;  // series of a shared block
constexpr size_t most_held = 64 * 1024;

}  // namespace

std::string segment_key(uint64_t generation, SeriesId first, uint64_t block) {
  std::string key;
  put_key(key, generation);
  put_key(key, first);
  put_key(key, block);
  return key;
}

std::string block_of(SeriesId series) { return "series " + std::to_string(series); }
std::string shared_block_of(SeriesId first) {
  return "block of the series from " + std::to_string(first) + " on";
}
std::string segment_of(SeriesId first) {
  return "segment from series " + std::to_string(first) + " on";
}

std::string damage_sentence(const Environment& env, uint64_t generation, const std::string& what,
                            const char* why) {
  return env.folder() + "/data.mdb: " + what + ", generation " + std::to_string(generation) + ": " +
         why + "; its rows are left out";
}

// ---- writing ----

GenerationWriter::GenerationWriter(Transaction& txn, uint64_t generation)
    : txn_(txn),
      own_([this, generation](SeriesId first, uint64_t block, std::string_view segment) {
        put(generation, first, block, segment);
      }),
      shared_segments_(
          [this, generation](SeriesId first, uint64_t block, std::string_view segment) {
            put(generation | shared_mark, first, block, segment);
          }) {}

void GenerationWriter::put(uint64_t generation, SeriesId first, uint64_t block,
                           std::string_view segment) {
  txn_.put(segment_tree, segment_key(generation, first, block), segment);
  bytes_ += segment.size();
}

void GenerationWriter::add(SeriesId series, const Columns& rows) {
  if (rows.empty()) return;
  if (is_short(rows)) {
    add_short(series, rows);
  } else {
    encode(series, rows, false);
  }
  if (held_bytes_ > most_held) {
    release(true);
    shared_.clear();
  }
}

void GenerationWriter::encode(SeriesId series, const Columns& rows, bool shared) {
  const bool hold = shared_.series() > 0 && !sharing_;
  size_t from = 0;
  for (const size_t to : cut_blocks(rows.times)) {
    block_.clear();
    encode_block(series, rows, from, to, block_);
    if (hold) {
      held_.push_back({series, block_, shared});
      held_bytes_ += block_.size();
    } else {
      own_.add(series, block_);
    }
    from = to;
  }
}

void GenerationWriter::add_short(SeriesId series, const Columns& rows) {
  shared_.add(series, rows);
  if (shared_.series() >= least_sharing && !sharing_) {
    release(false);
    sharing_ = true;
  }
  if (!sharing_) encode(series, rows, true);
  if (shared_.full() && sharing_) close_shared();
}

void GenerationWriter::close_shared() {
  block_.clear();
  const SeriesId first = shared_.first();
  shared_.finish(block_);
  shared_segments_.add(first, block_);
  sharing_ = false;
}

// What was held goes into blocks of their own; without those whose rows are shared, if not wanted.
void GenerationWriter::release(bool shared) {
  for (const Held& held : held_) {
    if (shared || !held.shared) own_.add(held.series, held.block);
  }
  held_.clear();
  held_bytes_ = 0;
}

uint64_t GenerationWriter::finish() {
  if (sharing_) {
    close_shared();
  } else {
    release(true);
  }
  own_.finish();
  shared_segments_.finish();
  return bytes_;
}

// ---- walking ----

BlockWalk::BlockWalk(const Transaction& txn, uint64_t marked_generation, const Report& report)
    : env_(txn.env()), report_(report), cursor_(txn, segment_tree) {
  put_key(prefix_, marked_generation);
}

void BlockWalk::tell(const std::string& what, const char* why) const {
  report_(damage_sentence(env_, load_key(prefix_.data()) & ~shared_mark, what, why));
}

bool BlockWalk::open_segment() {
  while (true) {
    const bool more = started_ ? cursor_.next() : cursor_.seek(prefix_);
    started_ = true;
    if (!more || !cursor_.key().starts_with(prefix_)) return false;
    at_ = 0;
    try {
      segment_ = Segment(cursor_.value());
      return true;
    } catch (const Damaged& damage) {
      tell(segment_of(load_key(cursor_.key().data() + 8)), damage.what());
    }
  }
}

bool BlockWalk::next() {
  while (true) {
    while (at_ == segment_.count()) {
      if (!open_segment()) return false;
    }
    series_ = segment_.series(at_);
    try {
      bytes_ = segment_.block(at_++);
      return true;
    } catch (const Damaged& damage) {
      tell(block_of(series_), damage.what());
    }
  }
}

GenerationWalk::GenerationWalk(const Transaction& txn, uint64_t generation, const Report& report)
    : own_(txn, generation, report), shared_(txn, generation | shared_mark, report) {
  next_own();
  next_shared();
}

SeriesId GenerationWalk::series() const {
  if (own_series_ == 0 || shared_series_ == 0) return std::max(own_series_, shared_series_);
  return std::min(own_series_, shared_series_);
}

void GenerationWalk::next_own() { own_series_ = own_.next() ? own_.series() : 0; }

void GenerationWalk::next_shared() {
  while (++place_ >= block_.series().size()) {
    if (!shared_.next()) {
      shared_series_ = 0;
      return;
    }
    try {
      verify_block(shared_.series(), shared_.bytes());
      block_.open(shared_.bytes());
      place_ = 0;
      break;
    } catch (const Damaged& damage) {
      shared_.tell(shared_block_of(shared_.series()), damage.what());
      block_ = SharedBlock();
    }
  }
  shared_series_ = block_.series()[place_];
}

void GenerationWalk::read_own(RowParts& parts) {
  try {
    verify_block(own_.series(), own_.bytes());
    Columns rows = decode_block(own_.bytes(), nullptr);
    parts.add() = std::move(rows);
  } catch (const Damaged& damage) {
    own_.tell(block_of(own_.series()), damage.what());
  }
}

void GenerationWalk::read_shared(RowParts& parts) {
  try {
    block_.read(place_, nullptr, parts.add());
  } catch (const Damaged& damage) {
    parts.drop_last();
    shared_.tell(block_of(shared_series_), damage.what());
  }
}

void GenerationWalk::read(RowParts& parts) {
  const SeriesId series = this->series();
  for (; own_series_ == series; next_own()) read_own(parts);
  if (shared_series_ != series) return;
  read_shared(parts);
  next_shared();
}

}  // namespace tickwork::lmdb
