// SPDX-License-Identifier: MIT
// The terms of many new series with the series of each: collected by hash, walked in byte order.
// Most terms are of one series (a tag that is unique) or of all, so the series of all terms lie in
// one list.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "checksum.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

class TermTable {
 public:
  void add(std::string_view series_key, SeriesId id);  // ids rise

  // Calls visit(term, ids) for every term in byte order; ids are sorted.
  template <class Visit>
  void walk(Visit visit) const {
    std::vector<SeriesId> ids;
    for (const uint32_t term : in_order()) {
      ids.clear();
      for (uint32_t at = terms_[term].first; at != none; at = entries_[at].next) {
        ids.push_back(base_ + entries_[at].offset);
      }
      visit(terms_[term].text, ids);
    }
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;
  // A measurement, or a tag's key in one: terms are a prefix and a value.
  struct Prefix {
    std::string_view text, key;
    uint32_t recent = none;  // the term that was added last
  };
  struct Term {
    std::string_view text;
    uint32_t prefix;
    uint32_t first, last;  // of entries_
  };
  struct Entry {
    uint32_t offset;  // of the series from base_
    uint32_t next;
  };
  struct Name {
    uint32_t prefix;
    std::string_view value;
    bool operator==(const Name&) const = default;
  };
  struct NameHash {
    using is_avalanching = void;
    size_t operator()(const Name& name) const { return checksum(name.value, name.prefix); }
  };
  struct Measurement {
    std::string name;
    uint32_t prefix = 0;            // of its own term
    std::vector<uint32_t> of_tags;  // of the last series
  };
  using Numbers = boost::unordered_flat_map<Name, uint32_t, NameHash>;
  Measurement& measurement_of(std::string_view series_key);
  uint32_t prefix_of(Measurement& measurement, size_t place, std::string_view key);
  uint32_t add_prefix(std::string_view text, std::string_view key);
  std::string_view keep(std::string_view before, std::string_view text);
  void add_term(uint32_t prefix, std::string_view value, SeriesId id);
  std::string_view value_of(const Term& term) const {
    return term.text.substr(prefixes_[term.prefix].text.size());
  }
  std::vector<uint32_t> in_order() const;

  Arena texts_;
  SeriesId base_ = 0;
  std::vector<Prefix> prefixes_;
  std::deque<Measurement> measurements_;
  boost::unordered_flat_map<std::string, Measurement*> by_name_;
  Measurement* recent_ = nullptr;
  Numbers tag_prefixes_;  // a measurement's prefix and a key: that tag's prefix
  std::vector<Term> terms_;
  std::vector<Entry> entries_;
  Numbers index_;
};

}  // namespace tickwork::lmdb
