// SPDX-License-Identifier: MIT
#include "term_table.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>

#include "index_run.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {
namespace {

// The first eight bytes as a number whose order is theirs.
uint64_t head_of(std::string_view text) {
  uint64_t head = 0;
  std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
  return __builtin_bswap64(head);
}

}  // namespace

std::string_view TermTable::keep(std::string_view before, std::string_view text) {
  auto* copy = static_cast<char*>(texts_.take(before.size() + text.size()));
  if (!before.empty()) std::memcpy(copy, before.data(), before.size());
  if (!text.empty()) std::memcpy(copy + before.size(), text.data(), text.size());
  return {copy, before.size() + text.size()};
}

uint32_t TermTable::add_prefix(std::string_view text, std::string_view key) {
  prefixes_.push_back({keep(text, {}), keep(key, {}), none});
  return static_cast<uint32_t>(prefixes_.size() - 1);
}

TermTable::Measurement& TermTable::measurement_of(std::string_view series_key) {
  std::string name = key_measurement(series_key);
  if (recent_ && recent_->name == name) return *recent_;
  Measurement*& known = by_name_[name];
  if (!known) {
    const uint32_t prefix = add_prefix(measurement_term(name), {});
    measurements_.push_back({std::move(name), prefix, {}});
    known = &measurements_.back();
  }
  return *(recent_ = known);
}

// place: of the key among the tags. Series of a measurement mostly have the same ones.
uint32_t TermTable::prefix_of(Measurement& measurement, size_t place, std::string_view key) {
  auto& known = measurement.of_tags;
  if (place < known.size() && prefixes_[known[place]].key == key) return known[place];
  known.resize(std::max(known.size(), place + 1));
  const auto found = tag_prefixes_.find(Name{measurement.prefix, key});
  if (found != tag_prefixes_.end()) return known[place] = found->second;
  const uint32_t prefix = add_prefix(tag_prefix(measurement.name, key), key);
  tag_prefixes_.emplace(Name{measurement.prefix, prefixes_[prefix].key}, prefix);
  return known[place] = prefix;
}

void TermTable::add_term(uint32_t prefix, std::string_view value, SeriesId id) {
  const auto entry = static_cast<uint32_t>(entries_.size());
  uint32_t& recent = prefixes_[prefix].recent;
  if (recent == none || value_of(terms_[recent]) != value) {
    const auto found = index_.find(Name{prefix, value});
    recent = found == index_.end() ? none : found->second;
  }
  const auto offset = static_cast<uint32_t>(id - base_);
  if (recent != none) {
    Term& term = terms_[recent];
    if (entries_[term.last].offset == offset) return;
    entries_.push_back({offset, none});
    entries_[term.last].next = entry;
    term.last = entry;
    return;
  }
  recent = static_cast<uint32_t>(terms_.size());
  terms_.push_back({keep(prefixes_[prefix].text, value), prefix, entry, entry});
  entries_.push_back({offset, none});
  index_.emplace(Name{prefix, value_of(terms_.back())}, recent);
}

void TermTable::add(std::string_view series_key, SeriesId id) {
  if (entries_.empty()) base_ = id;
  Measurement& measurement = measurement_of(series_key);
  add_term(measurement.prefix, {}, id);
  size_t place = 0;
  for_each_tag(series_key, [&](std::string_view key, std::string_view value) {
    add_term(prefix_of(measurement, place++, key), value, id);
  });
}

// No prefix begins another, so terms of two prefixes are in the order of these.
std::vector<uint32_t> TermTable::in_order() const {
  std::vector<uint32_t> by_text(prefixes_.size()), rank(prefixes_.size());
  std::iota(by_text.begin(), by_text.end(), 0);
  std::sort(by_text.begin(), by_text.end(),
            [&](uint32_t a, uint32_t b) { return prefixes_[a].text < prefixes_[b].text; });
  for (uint32_t i = 0; i < by_text.size(); ++i) rank[by_text[i]] = i;
  struct Item {
    uint32_t rank, term;
    uint64_t head;
  };
  std::vector<Item> items;
  items.reserve(terms_.size());
  for (uint32_t i = 0; i < terms_.size(); ++i) {
    items.push_back({rank[terms_[i].prefix], i, head_of(value_of(terms_[i]))});
  }
  std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.head != b.head) return a.head < b.head;
    return terms_[a.term].text < terms_[b.term].text;
  });
  std::vector<uint32_t> order(items.size());
  std::transform(items.begin(), items.end(), order.begin(), [](const Item& i) { return i.term; });
  return order;
}

}  // namespace tickwork::lmdb
