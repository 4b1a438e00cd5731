// SPDX-License-Identifier: MIT
// Merging generations of a shard: decode, lay the newer rows over the older, leave out what
// tombstones hide, encode again. The newest generations are merged while they are small beside the
// one before them, so each row is rewritten a logarithmic number of times.
#include <algorithm>
#include <set>

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

void align_columns(Columns& rows, const std::vector<std::pair<FieldId, uint32_t>>& fields) {
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

}  // namespace

Columns read_everything(ShardReader& reader, SeriesId series, const std::set<uint64_t>& generations,
                        const Report& report) {
  std::vector<ShardReader::Block> blocks;
  reader.find(series, INT64_MIN, INT64_MAX, blocks, report);
  std::vector<Columns> parts;
  std::vector<std::pair<FieldId, uint32_t>> fields;
  for (const ShardReader::Block& block : blocks) {
    if (!generations.contains(block.generation) || reader.hides_all(series, block)) continue;
    try {
      Columns rows = decode_block(block.bytes, nullptr);
      std::vector<uint8_t> keep(rows.rows(), 1);
      reader.hide(series, block.generation, rows.times, keep);
      filter_rows(rows, keep);
      for (const Column& column : rows.columns) {
        const std::pair<FieldId, uint32_t> field{column.field, column.type};
        if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
      }
      if (!rows.empty()) parts.push_back(std::move(rows));
    } catch (const Damaged& damage) {
      report(reader.shard().folder() + "/data.mdb: series " + std::to_string(series) + ": " +
             damage.what() + "; its rows are left out");
    }
  }
  std::sort(fields.begin(), fields.end());
  Columns out;
  for (Columns& part : parts) {
    align_columns(part, fields);
    out = merge_rows(std::move(out), part);
  }
  return out;
}

bool Shard::crowded() {
  return ShardReader(shared_from_this()).generations().size() > 2 * most_generations;
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
  ShardReader reader(shared_from_this());
  std::set<uint64_t> numbers;
  for (const GenerationInfo& g : chosen) numbers.insert(g.generation);
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  for (const GenerationInfo& g : chosen) erase_generation(txn, g.generation);
  const uint64_t newest = chosen.back().generation;
  uint64_t bytes = 0;
  SegmentWriter writer([&](SeriesId first, uint64_t block, std::string_view segment) {
    txn.put(segment_tree, segment_key(newest, first, block), segment, MDB_APPEND);
    bytes += segment.size();
  });
  std::string block;
  for (const SeriesId series : reader.series()) {
    const Columns rows = read_everything(reader, series, numbers, report);
    size_t from = 0;
    for (const size_t to : cut_blocks(rows.times)) {
      block.clear();
      encode_block(series, rows, from, to, block);
      writer.add(series, block);
      from = to;
    }
  }
  writer.finish();
  if (bytes > 0) put_generation(txn, {newest, bytes});
  if (everything) {
    for (const Tombstone& stone : reader.tombstones()) erase_tombstone(txn, stone);
  }
  txn.commit();
}

}  // namespace tickwork::lmdb
