// SPDX-License-Identifier: MIT
// The background thread: sealed tables become segments and index runs, then their logs go; merging,
// idle flushes, retention. The order of a flush (FORMAT.md, "Crash points"): index, shards, log.
#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <chrono>
#include <filesystem>
#include <utility>

#include "failure.hpp"
#include "series_key.hpp"
#include "store.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t small_log = 1 << 20;
constexpr int64_t pressing = 500'000'000;  // ns from one full table to the next

using NumberedStream = std::pair<SeriesId, const Stream*>;

// Batches of several writers make rising runs, on which comparing sorts do badly.
void sort_by_number(std::vector<NumberedStream>& streams) {
  boost::sort::spreadsort::integer_sort(
      streams.begin(), streams.end(),
      [](const NumberedStream& s, unsigned shift) { return s.first >> shift; },
      [](const NumberedStream& a, const NumberedStream& b) { return a.first < b.first; });
}

std::vector<const Stream*> by_series(const ShardTable& rows) {
  std::vector<NumberedStream> pairs;
  pairs.reserve(rows.streams().size());
  for (const Stream* stream : rows.streams()) pairs.emplace_back(stream->series, stream);
  if (!std::is_sorted(pairs.begin(), pairs.end())) sort_by_number(pairs);
  std::vector<const Stream*> streams;
  streams.reserve(pairs.size());
  for (const auto& [series, stream] : pairs) streams.push_back(stream);
  return streams;
}

}  // namespace

Store::Store(const tw_host* host, Options options)
    : host_(host),
      options_(std::move(options)),
      lock_(prepare_folder(options_.path)),
      registry_(options_.path, options_.map_size),
      accounts_(options_.path + "/accounts"),
      continuous_(options_.path + "/continuous") {
  replay();
  const uint64_t generation = registry_.catalogue().next_generation();
  log_ = std::make_shared<Log>(options_.path + "/log", generation, options_.sync);
  table_ = std::make_shared<Table>(generation);
  for (const std::string& name : options_.databases) {
    tw_definition d{};
    d.size = sizeof d;
    d.what = TW_DATABASES;
    d.database = borrow(name);
    registry_.define_database(d);
  }
  last_write_ = last_retention_ = last_sync_ = last_closing_ = host_->ticks(host_);
  last_seal_ = last_write_ - pressing;
  wanted_ = !sealed_.empty();
  thread_ = std::thread([this] { background(); });
}

Store::~Store() {
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  thread_.join();
  try {
    flush();  // so that the next start has nothing to replay
  } catch (const std::exception& e) {
    log(TW_LOG_WARN, std::string("the last flush failed, the log keeps its rows: ") + e.what());
  }
}

void Store::log(int level, const std::string& line) const {
  host_->log(host_, level, borrow(line));
}

Report Store::damage_report() const {
  return [this](const std::string& line) { log(TW_LOG_ERROR, line); };
}

void Store::background() {
  while (true) {
    {
      std::unique_lock lock(wake_mutex_);
      wake_.wait_for(lock, std::chrono::seconds(1), [&] { return stopping_ || wanted_; });
      if (stopping_) return;
      wanted_ = false;
    }
    try {
      flush_front();
      merge_waiting();
      idle_work();
    } catch (const std::exception& e) {
      log(TW_LOG_ERROR, std::string("flush failed and is tried again: ") + e.what());
      std::unique_lock lock(wake_mutex_);
      wake_.wait_for(lock, std::chrono::seconds(1), [&] { return stopping_; });
      wanted_ = true;
    }
  }
}

// Flushes the sealed tables, oldest first.
void Store::flush_front() {
  while (true) {
    const std::lock_guard flushing(flush_mutex_);
    SealedTable front;
    {
      const std::lock_guard lock(write_mutex_);
      if (sealed_.empty()) return;
      front = sealed_.front();
    }
    for (const auto& [id, end] : front.series_end) {
      const auto database = registry_.database(id);
      if (database) database->index.commit(end);
    }
    for (const auto& [id, rows] : front.table->shards()) flush_shard(*front.table, *rows);
    {
      const std::lock_guard lock(write_mutex_);
      sealed_.pop_front();
      if (sealed_.empty()) quarantined_ = false;
      for (const auto& [id, end] : front.series_end) {
        const auto database = registry_.database(id);
        if (database) database->index.trim(options_.series_cache);
      }
      flushed_.notify_all();
    }
    std::error_code ignored;
    std::filesystem::remove(front.log_path, ignored);
    merge_after(*front.table, hurried());
  }
}

void Store::flush_shard(const Table& table, const ShardTable& rows) {
  Shard& shard = *rows.shard();
  if (shard.dropped() || shard.flushed() >= table.generation()) return;
  const std::vector<const Stream*> streams = by_series(rows);
  shard.commit_generation(table.generation(), [&](GenerationWriter& writer) {
    StreamReader reader(rows.shapes());
    for (const Stream* stream : streams) writer.add(stream->series, reader.read(stream->view()));
  });
  Unsettled& unsettled = unsettled_[shard.info().id];
  unsettled.shard = rows.shard();
  unsettled.changed = host_->ticks(host_);
}

// Whether merging would hold up writers: they wait for the next flush, or soon will.
bool Store::hurried() {
  const std::lock_guard lock(write_mutex_);
  return !sealed_.empty() ||
         (seal_interval_ < pressing && host_->ticks(host_) - last_seal_ < pressing);
}

// While writers are in a hurry, merging waits until there are many generations: more of them are
// then merged at once, so that each row is rewritten less often.
void Store::merge_after(const Table& table, bool hurried) {
  for (const auto& database : registry_.all()) database->index.merge_runs(hurried);
  index_merge_waits_ = hurried;
  for (const auto& [id, rows] : table.shards()) {
    if (rows->shard()->dropped()) continue;
    const bool now = !hurried || rows->shard()->crowded();
    if (now) rows->shard()->merge(damage_report());
    const auto unsettled = unsettled_.find(id);
    if (unsettled != unsettled_.end()) unsettled->second.merge_waits = !now;
  }
}

// What hurry has put off.
void Store::merge_put_off() {
  if (hurried()) return;
  const std::lock_guard flushing(flush_mutex_);
  if (std::exchange(index_merge_waits_, false)) {
    for (const auto& database : registry_.all()) database->index.merge_runs(false);
  }
  for (auto& [id, unsettled] : unsettled_) {
    if (!std::exchange(unsettled.merge_waits, false) || unsettled.shard->dropped()) continue;
    unsettled.shard->merge(damage_report());
    return;  // one at a time, so that a table that fills meanwhile waits little
  }
}

void Store::merge_waiting() {
  std::vector<std::shared_ptr<Shard>> waiting;
  {
    const std::lock_guard lock(wake_mutex_);
    waiting.swap(to_merge_);
  }
  for (const auto& shard : waiting) {
    const std::lock_guard flushing(flush_mutex_);
    if (!shard->dropped()) shard->merge(damage_report());
  }
}

void Store::idle_work() {
  const int64_t ticks = host_->ticks(host_);
  std::shared_ptr<Log> log;
  {
    const std::lock_guard lock(write_mutex_);
    const int64_t idle = ticks - last_write_;
    const int64_t limit = options_.flush_idle * (log_->bytes() < small_log ? 20 : 1);
    if (!table_->empty() && sealed_.empty() && idle >= limit) rotate();
    log = log_;
  }
  if (options_.sync == Sync::interval && ticks - last_sync_ >= options_.sync_interval) {
    last_sync_ = ticks;
    log->sync();
  }
  merge_put_off();
  settle_one(ticks);
  settle_indexes(ticks);
  if (ticks - last_closing_ >= options_.flush_idle) {
    last_closing_ = ticks;
    close_idle_shards();
  }
  if (ticks - last_retention_ >= options_.retention_check) {
    last_retention_ = ticks;
    enforce_retention();
  }
}

// One shard at a time, so that a table that fills meanwhile waits little.
void Store::settle_one(int64_t ticks) {
  const std::lock_guard flushing(flush_mutex_);
  for (auto it = unsettled_.begin(); it != unsettled_.end(); ++it) {
    Unsettled& unsettled = it->second;
    if (ticks - unsettled.changed < options_.flush_idle) continue;
    unsettled.changed = ticks;
    if (unsettled.shard->dropped() || unsettled.shard->settle(damage_report()))
      unsettled_.erase(it);
    return;
  }
}

void Store::settle_indexes(int64_t ticks) {
  for (const auto& database : registry_.all()) {
    const std::lock_guard flushing(flush_mutex_);
    database->index.settle(ticks, options_.flush_idle, write_mutex_, damage_report());
  }
}

void Store::close_idle_shards() {
  for (const auto& database : registry_.all()) {
    for (const auto& shard : registry_.shards(*database, 0, least_time, most_time)) {
      shard->close_idle();
    }
  }
}

uint64_t Store::flush() {
  uint64_t generation = 0;
  {
    const std::lock_guard lock(write_mutex_);
    if (!table_->empty() || log_->broken()) rotate();
    generation = table_->generation() - 1;
  }
  flush_front();
  return generation;
}

}  // namespace tickwork::lmdb
