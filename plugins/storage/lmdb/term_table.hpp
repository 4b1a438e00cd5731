// SPDX-License-Identifier: MIT
// The terms of many new series with the series of each: collected by hash, walked in byte order.
// Most terms are of one series (a tag that is unique) or of all, so the series of all terms lie in
// one list.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>
#include <vector>

#include "checksum.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

class TermTable {
 public:
  void add(std::string_view series_key, SeriesId id);  // ids rising

  // Calls visit(term, ids) for every term in byte order; ids are sorted.
  template <class Visit>
  void walk(Visit visit) const {
    std::vector<SeriesId> ids;
    for (const uint32_t term : in_order()) {
      ids.clear();
      for (uint32_t at = terms_[term].first; at != none; at = entries_[at].next) {
        ids.push_back(entries_[at].id);
      }
      visit(terms_[term].text, ids);
    }
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;
  struct Term {
    std::string_view text;
    uint32_t first, last;  // of entries_
  };
  struct Entry {
    SeriesId id;
    uint32_t next;
  };
  struct TextHash {
    using is_avalanching = void;
    size_t operator()(std::string_view text) const { return checksum(text, 0); }
  };
  void add_term(std::string_view text, SeriesId id);
  std::vector<uint32_t> in_order() const;
  std::string_view keep(std::string_view text);

  Arena texts_;
  std::vector<Term> terms_;
  std::vector<Entry> entries_;
  boost::unordered_flat_map<std::string_view, uint32_t, TextHash> index_;
  std::string term_, measurement_term_, tags_prefix_, recent_;
};

}  // namespace tickwork::lmdb
