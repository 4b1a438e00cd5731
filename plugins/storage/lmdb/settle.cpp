// SPDX-License-Identifier: MIT
// Settling a shard: what it holds becomes one generation, and its file is replaced by a copy
// without the free pages that LMDB never gives back (FORMAT.md, "Settling").
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "durable_file.hpp"
#include "failure.hpp"
#include "shard.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint64_t worth = 8;           // an eighth of a file is worth a copy
constexpr uint64_t worth_merging = 16;  // and a sixteenth of the data a merge
constexpr uint64_t most_settled = 512 << 20;

bool is_worth_merging(const std::vector<GenerationInfo>& all) {
  uint64_t total = 0, largest = 0;
  for (const GenerationInfo& g : all) {
    total += g.bytes;
    largest = std::max(largest, g.bytes);
  }
  return all.size() > 1 && total <= most_settled && (total - largest) * worth_merging >= largest;
}

}  // namespace

bool Shard::settle(const Report& report) {
  std::vector<GenerationInfo> all;
  {
    const ShardReader reader(shared_from_this());
    if (is_worth_merging(reader.generations())) all = reader.generations();
  }
  if (!all.empty()) merge_generations(all, true, report);
  return compact();
}

bool Shard::compact() {
  const std::lock_guard commit(commit_mutex_);
  const std::string file = folder_ + "/data.mdb", copy = file + ".new";
  {
    const auto env = this->env();
    const size_t bytes = env->bytes();
    if (bytes > 2 * most_settled || (bytes - env->used_bytes()) * worth < bytes) return true;
    env->copy_compact(copy);
  }
  const std::lock_guard open(open_mutex_);
  if (env_.use_count() > 1) return false;  // a reader has the old file mapped
  const FolderChange change(folder_);
  if (!change.granted()) return false;  // or one in another process
  env_.reset();
  if (::rename(copy.c_str(), file.c_str()) != 0) {
    throw Failure(TW_E_IO, "cannot replace " + file + ": " + std::strerror(errno));
  }
  sync_folder(folder_);
  return true;
}

}  // namespace tickwork::lmdb
