// SPDX-License-Identifier: MIT
// Merging generations of a shard: decode, lay the newer rows over the older, leave out what
// tombstones hide, encode again. The newest generations are merged while they are small beside the
// one before them, so each row is rewritten a logarithmic number of times.
#include <algorithm>
#include <utility>

#include "shard.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t most_generations = 8;
constexpr uint64_t growth = 2;               // a merge takes in what is up to twice its size
constexpr uint64_t most_merged = 512 << 20;  // bytes, so that a flush never waits long

// The newest generations that are worth merging; fewer than two: none.
std::vector<GenerationInfo> choose(const std::vector<GenerationInfo>& all, bool everything) {
  if (everything) return all;
  std::vector<GenerationInfo> chosen;
  uint64_t bytes = 0;
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    const bool crowded = all.size() - chosen.size() > most_generations;
    if (!chosen.empty() && it->bytes > bytes * growth && !crowded) break;
    if (!chosen.empty() && bytes + it->bytes > most_merged) break;
    chosen.insert(chosen.begin(), *it);
    bytes += it->bytes;
  }
  return chosen.size() < 4 ? std::vector<GenerationInfo>{} : chosen;
}

uint64_t total_bytes(const std::vector<GenerationInfo>& all) {
  uint64_t bytes = 0;
  for (const GenerationInfo& g : all) bytes += g.bytes;
  return bytes;
}

using Fields = std::vector<std::pair<FieldId, uint32_t>>;

void align_columns(Columns& rows, const Fields& fields) {
  std::vector<Column> aligned;
  for (const auto& wanted : fields) {
    const auto same = [&](const Column& c) { return c.field == wanted.first; };
    const auto it = std::find_if(rows.columns.begin(), rows.columns.end(), same);
    Column& column = aligned.emplace_back();
    if (it != rows.columns.end()) column = std::move(*it);
    column.field = wanted.first;
    column.type = wanted.second;
  }
  rows.columns = std::move(aligned);
  rows.finish();
}

bool same_columns(const Columns& a, const Columns& b) {
  const auto same = [](const Column& x, const Column& y) {
    return x.field == y.field && x.type == y.type;
  };
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(), same);
}

// Gives all parts the same columns.
void align(RowParts& parts) {
  bool aligned = true;
  for (size_t i = 1; i < parts.count(); ++i) aligned &= same_columns(parts[0], parts[i]);
  if (aligned) return;
  Fields fields;
  for (size_t i = 0; i < parts.count(); ++i) {
    for (const Column& column : parts[i].columns) fields.emplace_back(column.field, column.type);
  }
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  for (size_t i = 0; i < parts.count(); ++i) align_columns(parts[i], fields);
}

// The series of several generations in order, with the rows that are left of them.
class MergeWalk {
 public:
  MergeWalk(const ShardReader& reader, const std::vector<GenerationInfo>& chosen,
            const Report& report)
      : reader_(reader) {
    for (const GenerationInfo& g : chosen) {
      sources_.push_back({g.generation, GenerationWalk(reader.txn(), g.generation, report)});
    }
  }

  // The next series, 0 at the end, with its rows.
  SeriesId next(Columns& rows) {
    SeriesId least = 0;
    for (const Source& source : sources_) {
      const SeriesId series = source.walk.series();
      if (series != 0 && (least == 0 || series < least)) least = series;
    }
    parts_.clear();
    for (Source& source : sources_) {
      if (least != 0 && source.walk.series() == least) read(source);
    }
    align(parts_);
    rows.times.clear();
    for (size_t i = 0; i < parts_.count(); ++i) {
      if (i == 0) {
        std::swap(rows, parts_[i]);
      } else {
        rows = merge_rows(std::move(rows), parts_[i]);
      }
    }
    return least;
  }

 private:
  struct Source {
    uint64_t generation;
    GenerationWalk walk;
  };

  void read(Source& source) {
    const SeriesId series = source.walk.series();
    const size_t before = parts_.count();
    source.walk.read(parts_);
    if (reader_.tombstones().empty()) return;
    for (size_t i = before; i < parts_.count(); ++i) {
      std::vector<uint8_t> keep(parts_[i].rows(), 1);
      reader_.hide(series, source.generation, parts_[i].times, keep);
      filter_rows(parts_[i], keep);
    }
  }

  const ShardReader& reader_;
  std::vector<Source> sources_;
  RowParts parts_;
};

}  // namespace

bool Shard::crowded() {
  return ShardReader(shared_from_this()).generations().size() > 4 * most_generations;
}

bool Shard::merge(const Report& report) {
  std::vector<GenerationInfo> chosen;
  bool everything = false;
  {
    const ShardReader reader(shared_from_this());
    // Of a shard too large to rewrite at once, tombstones go on hiding the rows.
    everything = !reader.tombstones().empty() && total_bytes(reader.generations()) <= most_merged;
    chosen = choose(reader.generations(), everything);
    if (everything && chosen.empty()) {
      clear_tombstones(reader.tombstones());
      return true;
    }
  }
  if (chosen.empty()) return false;
  merge_generations(chosen, everything, report);
  return true;
}

void Shard::clear_tombstones(const std::vector<Tombstone>& stones) {
  const std::lock_guard lock(commit_mutex_);
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  for (const Tombstone& stone : stones) erase_tombstone(txn, stone);
  txn.commit();
}

void Shard::merge_generations(const std::vector<GenerationInfo>& chosen, bool everything,
                              const Report& report) {
  const std::lock_guard lock(commit_mutex_);
  const ShardReader reader(shared_from_this());
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  for (const GenerationInfo& g : chosen) erase_generation(txn, g.generation);
  const uint64_t newest = chosen.back().generation;
  GenerationWriter writer(txn, newest);
  MergeWalk walk(reader, chosen, report);
  Columns rows;
  while (const SeriesId series = walk.next(rows)) writer.add(series, rows);
  const uint64_t bytes = writer.finish();
  if (bytes > 0) put_generation(txn, {newest, bytes});
  if (everything) {
    for (const Tombstone& stone : reader.tombstones()) erase_tombstone(txn, stone);
  }
  txn.commit();
}

}  // namespace tickwork::lmdb
