// SPDX-License-Identifier: MIT
#include "term_table.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "index_run.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {

std::string_view TermTable::keep(std::string_view text) {
  auto* copy = static_cast<char*>(texts_.take(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void TermTable::add_term(std::string_view text, SeriesId id) {
  const auto entry = static_cast<uint32_t>(entries_.size());
  const auto found = index_.find(text);
  if (found == index_.end()) {
    const std::string_view kept = keep(text);
    index_.emplace(kept, static_cast<uint32_t>(terms_.size()));
    terms_.push_back({kept, entry, entry});
    entries_.push_back({id, none});
    return;
  }
  Term& term = terms_[found->second];
  if (entries_[term.last].id == id) return;
  entries_.push_back({id, none});
  entries_[term.last].next = entry;
  term.last = entry;
}

void TermTable::add(std::string_view series_key, SeriesId id) {
  const std::string measurement = key_measurement(series_key);
  if (recent_.empty() || measurement != recent_) {
    recent_ = measurement;
    measurement_term_ = measurement_term(measurement);
    tags_prefix_ = tags_prefix(measurement);
  }
  add_term(measurement_term_, id);
  for_each_tag(series_key, [&](std::string_view key, std::string_view value) {
    term_ = tags_prefix_;
    put_text(term_, key);
    term_.append(value);
    add_term(term_, id);
  });
}

std::vector<uint32_t> TermTable::in_order() const {
  std::vector<uint32_t> order(terms_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return terms_[a].text < terms_[b].text; });
  return order;
}

}  // namespace tickwork::lmdb
