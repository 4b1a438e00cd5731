// SPDX-License-Identifier: MIT
// Remembers line starts with their split tags, so that a known series costs one comparison. Writers
// send their series in a similar order again and again: each remembers its successor, and only a
// wrong guess is hashed. Bounded; starts over when full and stops while guessing does not pay.
#pragma once

#include <tickwork/metric.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "arena.hpp"

namespace tickwork::lineproto {

// Eight bytes a step, multiply and fold (as in wyhash, Wang Yi 2019).
struct SeriesHash {
  using is_avalanching = void;
  static uint64_t mix(uint64_t a, uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  size_t operator()(std::string_view text) const noexcept {
    uint64_t sum = 0x9E3779B97F4A7C15 ^ text.size();
    const char* p = text.data();
    size_t n = text.size();
    uint64_t word = 0;
    for (; n >= 8; n -= 8, p += 8) {
      std::memcpy(&word, p, 8);
      sum = mix(sum ^ word, 0xA0761D6478BD642F);
    }
    word = 0;
    if (n > 0) std::memcpy(&word, p, n);
    return mix(sum ^ word, 0xE7037ED1A0B428DB);
  }
};

struct Series {
  std::string_view raw;
  tw_str name;
  const tw_tag* tags;
  uint32_t n_tags;
  Series* next;
};

class SeriesCache {
 public:
  void limit(size_t bytes) { limit_ = bytes; }

  // Between parse calls: nothing handed out earlier is in use any more.
  void rest() {
    if (used_ <= limit_) return;
    index_.clear();
    text_.reset();
    tags_.reset();
    series_.reset();
    used_ = 0;
    last_ = nullptr;
  }

  // The series that text starts with, if the guess is right.
  const Series* guess(std::string_view text) {
    Series* const next = last_ == nullptr ? nullptr : last_->next;
    if (next == nullptr || text.size() <= next->raw.size() || text[next->raw.size()] != ' ' ||
        std::memcmp(text.data(), next->raw.data(), next->raw.size()) != 0) {
      return nullptr;
    }
    last_ = next;
    return next;
  }

  // After a wrong guess: the series of this start, learned if it is new. NULL: not remembered.
  const Series* learn(std::string_view raw, std::string_view name, const tw_tag* tags, size_t n) {
    if (pause_ > 0) {
      --pause_;
      return nullptr;
    }
    ++tries_;
    Series* found = nullptr;
    if (const auto at = index_.find(raw); at != index_.end()) {
      found = at->second;
    } else {
      ++fresh_;
      found = used_ <= limit_ ? insert(raw, name, tags, n) : nullptr;
    }
    judge();
    if (last_ != nullptr && found != nullptr) last_->next = found;
    last_ = found;
    return found;
  }

 private:
  static constexpr uint32_t window = 4096;
  static constexpr uint32_t pause_lines = 65536;

  Series* insert(std::string_view raw, std::string_view name, const tw_tag* tags, size_t n) {
    const char* const copy = text_.append(raw.data(), raw.size());
    const auto move = [&](tw_str text) {
      return tw_str{copy + (text.data - raw.data()), text.len};
    };
    for (size_t i = 0; i < n; ++i) tags_.push() = {move(tags[i].key), move(tags[i].value)};
    Series& made = series_.push();
    made = {
        {copy, raw.size()}, {copy, name.size()}, tags_.finish(), static_cast<uint32_t>(n), nullptr};
    series_.finish();
    text_.finish();
    index_.emplace(made.raw, &made);
    used_ += raw.size() + n * sizeof(tw_tag) + sizeof(Series) + 32;
    return &made;
  }

  // Mostly new series: learning them costs more than it saves.
  void judge() {
    if (tries_ < window) return;
    if (fresh_ > window / 2) pause_ = pause_lines;
    tries_ = fresh_ = 0;
  }

  Arena<char> text_;
  Arena<tw_tag> tags_;
  Arena<Series> series_;
  boost::unordered_flat_map<std::string_view, Series*, SeriesHash> index_;
  Series* last_ = nullptr;
  size_t used_ = 0;
  size_t limit_ = 0;
  uint32_t tries_ = 0;
  uint32_t fresh_ = 0;
  uint32_t pause_ = 0;
};

}  // namespace tickwork::lineproto
