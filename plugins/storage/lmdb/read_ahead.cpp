// SPDX-License-Identifier: MIT
#include "read_ahead.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace tickwork::lmdb {
namespace {

constexpr size_t series_a_part = 32;
constexpr size_t ahead_a_thread = 2 << 20;
constexpr size_t delivery_bytes = 256 << 10;  // so that not every run takes the lock

void drop(std::vector<ScanRun>& runs, size_t from = 0) {
  for (; from < runs.size(); ++from) runs[from].rows.release(&runs[from].rows);
  runs.clear();
}

}  // namespace

// Collects runs of a part until it is worth taking the lock.
class ReadAhead::Delivery {
 public:
  Delivery(ReadAhead& to, size_t number, Part& part) : to_(to), number_(number), part_(part) {}
  ~Delivery() { drop(runs_); }
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // False if nobody wants more.
  bool add(const ScanRun& run) {
    bytes_ += run.bytes;
    runs_.push_back(run);
    return bytes_ < delivery_bytes || flush();
  }
  bool flush() { return to_.put(number_, part_, runs_, std::exchange(bytes_, 0)); }

 private:
  ReadAhead& to_;
  size_t number_;
  Part& part_;
  std::vector<ScanRun> runs_;
  size_t bytes_ = 0;
};

ReadAhead::ReadAhead(size_t series, std::unique_ptr<RunReader> own,
                     std::vector<std::unique_ptr<RunReader>> helpers, TaskThreads& threads)
    : series_(series),
      most_ahead_(helpers.size() * ahead_a_thread),
      own_(std::move(own)),
      helpers_(std::move(helpers)) {
  try {
    for (const auto& helper : helpers_) {
      helping_.push_back(threads.run([this, reader = helper.get()] { help(*reader); }));
    }
  } catch (const std::system_error&) {  // no more threads; it goes on with those that are there
  }
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  room_.notify_all();
  helping_.clear();  // waits
  drop(taken_, given_);
  for (auto& [number, part] : parts_) drop(part.ready);
}

ReadAhead::Task ReadAhead::task_of(size_t part) const {
  const size_t begin = part * series_a_part;
  return {part, begin, std::min(begin + series_a_part, series_)};
}

// False after the part's last run.
bool ReadAhead::next_of(Task& task, RunReader& reader, ScanRun& out) {
  for (; task.at < task.end; ++task.at, task.started = false) {
    if (!std::exchange(task.started, true)) reader.start(task.at);
    if (reader.next(out)) return true;
  }
  return false;
}

bool ReadAhead::has_part() const { return next_part_ * series_a_part < series_; }

// ---- helpers ----

void ReadAhead::help(RunReader& reader) {
  while (true) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return stopped_ || !has_part() || bytes_ < most_ahead_; });
    if (stopped_ || !has_part()) return;
    Task task = task_of(next_part_++);
    Part& part = parts_[task.part];
    lock.unlock();
    Delivery delivery(*this, task.part, part);
    std::exception_ptr failure;
    try {
      ScanRun run;
      while (next_of(task, reader, run) && delivery.add(run)) {
      }
      delivery.flush();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    part.done = true;
    part.failure = failure;
    if (task.part == at_) ready_.notify_one();
  }
}

// False if nobody wants more. The part at hand finds room always.
bool ReadAhead::put(size_t number, Part& part, std::vector<ScanRun>& runs, size_t bytes) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] {
    return stopped_ || bytes_ < most_ahead_ || (number == at_ && part.ready.empty());
  });
  if (stopped_) return false;
  if (part.ready.empty()) {
    part.ready.swap(runs);
  } else {
    part.ready.insert(part.ready.end(), runs.begin(), runs.end());
  }
  runs.clear();
  bytes_ += bytes;
  if (number == at_) ready_.notify_one();
  return true;
}

// ---- the thread that asks ----

// Under the lock. False if it has nothing now.
bool ReadAhead::take_ready() {
  Part& part = parts_[at_];
  if (part.ready.empty() && !part.done) return false;
  taken_.clear();
  taken_.swap(part.ready);
  given_ = 0;
  for (const ScanRun& run : taken_) bytes_ -= run.bytes;
  if (part.done) {
    if (part.failure) std::rethrow_exception(part.failure);
    parts_.erase(at_++);
  }
  room_.notify_all();
  return true;
}

// Without the lock.
void ReadAhead::read_one() {
  ScanRun run;
  bool more = false;
  std::exception_ptr failure;
  try {
    more = next_of(*own_task_, *own_, run);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  Part& part = parts_[own_task_->part];
  if (more) {
    part.ready.push_back(run);
    bytes_ += run.bytes;
    return;
  }
  part.done = true;
  part.failure = failure;
  own_task_.reset();
}

bool ReadAhead::next(ScanRun& out) {
  while (given_ == taken_.size()) {
    std::unique_lock lock(mutex_);
    if (at_ * series_a_part >= series_) return false;
    if (take_ready()) continue;
    const bool room = bytes_ < most_ahead_ || next_part_ == at_;
    if (!own_task_ && has_part() && room) own_task_ = task_of(next_part_++);
    if (own_task_ && (bytes_ < most_ahead_ || own_task_->part == at_)) {
      lock.unlock();
      read_one();
      continue;
    }
    ready_.wait(lock, [this] { return parts_[at_].done || !parts_[at_].ready.empty(); });
  }
  out = taken_[given_++];
  return true;
}

}  // namespace tickwork::lmdb
