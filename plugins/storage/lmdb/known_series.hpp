// SPDX-License-Identifier: MIT
// What writers remember of the series they met, found by hash. Under the store's write lock. Series
// mostly come again in the order in which they came first: the one behind the last found is tried
// before the table, where each look misses the processor's caches.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "checksum.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

struct KnownSeries {
  SeriesId id = 0;            // 0: it is dead
  uint64_t generation = 0;    // of the table that stream belongs to; 0: the tables must be asked
  Stream* stream = nullptr;   // the last one written to
  KeyHash key{}, spelling{};  // hashes of its key and of how a writer spelled it last
};

class KnownSeriesTable {
 public:
  KnownSeriesTable() : numbers_(0, Hash{this}, Equal{this}) {}
  KnownSeriesTable(const KnownSeriesTable&) = delete;
  KnownSeriesTable& operator=(const KnownSeriesTable&) = delete;

  KnownSeries* find(KeyHash hash);  // of its key or spelling; null: unknown
  KnownSeries* add(SeriesId id, KeyHash key);
  void spell(KnownSeries* series, KeyHash spelling);
  void forget(const std::function<bool(SeriesId)>& dead);
  void clear();
  size_t size() const { return size_ - free_.size(); }

 private:
  // A number says which series it is, and by which of its hashes it is found.
  static constexpr size_t slab_size = 4096;
  enum : uint32_t { by_key = 0, by_spelling = 1 };
  KnownSeries& at(size_t i) const { return slabs_[i / slab_size][i % slab_size]; }
  KeyHash hash_of(uint32_t number) const {
    const KnownSeries& series = at(number / 2);
    return number % 2 == by_key ? series.key : series.spelling;
  }
  size_t place_of(const KnownSeries* series) const;
  size_t free_place();

  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;  // the hashes are already uniform
    const KnownSeriesTable* table;
    size_t operator()(const KeyHash& hash) const { return hash.low; }
    size_t operator()(uint32_t number) const { return table->hash_of(number).low; }
  };
  struct Equal {
    using is_transparent = void;
    const KnownSeriesTable* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const KeyHash& b) const { return table->hash_of(a) == b; }
    bool operator()(const KeyHash& a, uint32_t b) const { return table->hash_of(b) == a; }
  };

  std::vector<std::unique_ptr<KnownSeries[]>> slabs_;
  size_t size_ = 0, next_ = 0;  // next_: the one that is tried first
  std::vector<uint32_t> free_;  // places of dead ones, the least last: neighbours stay neighbours
  boost::unordered_flat_set<uint32_t, Hash, Equal> numbers_;
};

}  // namespace tickwork::lmdb
