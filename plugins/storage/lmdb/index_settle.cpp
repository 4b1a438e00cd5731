// SPDX-License-Identifier: MIT
// Settling an index: merges leave free pages that LMDB never gives back, and series that died leave
// their numbers and keys (FORMAT.md, "Settling").
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "durable_file.hpp"
#include "failure.hpp"
#include "index.hpp"
#include "key_block.hpp"

namespace tickwork::lmdb {
namespace {

bool outweighs(uint64_t useless, uint64_t useful, uint64_t eighths) {
  return useless > 0 && useless * 8 >= useful * eighths;
}

}  // namespace

constexpr Index::Worth Index::while_idle{2, 1}, Index::while_busy{16, 8};

const Environment& Index::env() const {
  if (env_) return *env_;
  throw Failure(TW_E_IO, folder_ + ": is not open, because opening it after a rewrite failed");
}

void Index::reopen() {
  const std::unique_lock lock(mutex_);
  if (!env_) env_ = std::make_unique<Environment>(folder_, map_size_, index_trees);
}

Index::Weight Index::weight() const {
  const std::shared_lock lock(mutex_);
  Weight weight{env().bytes(), env().used_bytes(), 0, 0};
  const Transaction txn(env(), Access::read);
  for (const RunInfo& run : list_runs(txn)) weight.series += run.entries;
  weight.dead = static_cast<uint64_t>(
      std::count_if(dead_.begin(), dead_.end(), [&](SeriesId id) { return id < committed_; }));
  return weight;
}

void Index::settle(int64_t ticks, int64_t idle, std::mutex& writers, const Report& report) {
  if (changed_) {
    last_change_ = ticks;
    changed_ = settled_ = false;
  }
  if (settled_) return;
  reopen();
  const bool is_idle = ticks - last_change_ >= idle;
  try {
    settled_ = rewrite(is_idle ? while_idle : while_busy, writers) && is_idle;
  } catch (const Damaged& damage) {
    report(damage.what());
    settled_ = true;  // until something changes
  }
}

// False if somebody was in the way.
bool Index::rewrite(const Worth& worth, std::mutex& writers) {
  const Weight weight = this->weight();
  const bool dead = outweighs(weight.dead, weight.series, worth.dead);
  if (dead) forget_dead(writers);
  const bool pages = outweighs(weight.bytes - weight.used, weight.used, worth.pages);
  return !(dead || pages) || replace_file(writers);
}

// Merges until there is one run, which leaves the dead out, and forgets their keys and numbers.
void Index::forget_dead(std::mutex& writers) {
  std::vector<SeriesId> gone;
  {
    const std::shared_lock lock(mutex_);
    std::copy_if(dead_.begin(), dead_.end(), std::back_inserter(gone),
                 [&](SeriesId id) { return id < committed_; });
  }
  std::sort(gone.begin(), gone.end());
  merge_all();
  {
    Transaction txn(env(), Access::write);
    erase_keys(txn, gone);
    txn.commit();
  }
  const std::lock_guard no_lookups(writers);  // they know the runs before the merge
  const std::unique_lock lock(mutex_);        // always before LMDB's lock of writers
  Transaction txn(env(), Access::write);
  DeadSeries dead = dead_;
  for (const SeriesId id : gone) dead.erase(id);
  put_dead(txn, dead);
  txn.commit();
  dead_ = std::move(dead);
}

bool Index::replace_file(std::mutex& writers) {
  const std::string file = folder_ + "/data.mdb", copy = file + ".new";
  env().copy_compact(copy);
  const std::lock_guard no_lookups(writers);
  const std::unique_lock lock(mutex_);
  const FolderChange change(folder_);
  if (!change.granted()) return false;  // another process reads it
  env_.reset();
  tags_.clear();
  counts_.clear();
  named_.clear();
  if (::rename(copy.c_str(), file.c_str()) != 0) {
    throw Failure(TW_E_IO, "cannot replace " + file + ": " + std::strerror(errno));
  }
  // What opens a fresh file syncs the folder: no commit goes to a file whose name may be lost.
  env_ = std::make_unique<Environment>(folder_, map_size_, index_trees);
  return true;
}

}  // namespace tickwork::lmdb
