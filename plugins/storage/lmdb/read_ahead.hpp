// SPDX-License-Identifier: MIT
// The runs of a scan, in its order: read by the thread that asks for them, and ahead of it by
// threads that help. Each takes a few series at a time; together they keep no more than a bound of
// bytes ahead, but for the runs that are asked for next.
#pragma once

#include <tickwork/arrow.h>

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "task_threads.hpp"

namespace tickwork::lmdb {

// Rows of one series, ready to be handed out.
struct ScanRun {
  size_t series = 0;  // its place in the scan
  ArrowArray rows{};  // owned by whoever holds the run
  size_t bytes = 0;   // about
};

// Reads one series after the other, in any order.
class RunReader {
 public:
  virtual ~RunReader() = default;
  virtual void start(size_t series) = 0;  // its place in the scan
  virtual bool next(ScanRun& out) = 0;    // false at the series' end
};

class ReadAhead {
 public:
  static constexpr size_t series_a_helper = 64;  // fewer are not worth one

  // series: how many; own: for the thread that asks; helpers: one a thread, perhaps none. threads
  // must outlive it.
  ReadAhead(size_t series, std::unique_ptr<RunReader> own,
            std::vector<std::unique_ptr<RunReader>> helpers, TaskThreads& threads);
  ~ReadAhead();  // ends the threads; what was read and not asked for is dropped
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next run in order; false at the end. Throws what reading threw.
  bool next(ScanRun& out);

 private:
  struct Part {  // a few series, one after the other
    std::vector<ScanRun> ready;
    bool done = false;
    std::exception_ptr failure;
  };
  class Delivery;
  // A part that is being read.
  struct Task {
    size_t part, at, end;  // the series at hand, and behind the last
    bool started = false;  // that series
  };
  Task task_of(size_t part) const;
  static bool next_of(Task& task, RunReader& reader, ScanRun& out);

  void help(RunReader& reader);
  bool put(size_t number, Part& part, std::vector<ScanRun>& runs, size_t bytes);
  bool has_part() const;  // that nobody has taken
  bool take_ready();      // what the part at hand has
  void read_one();        // of the own task, ahead

  const size_t series_, most_ahead_;
  std::unique_ptr<RunReader> own_;
  std::optional<Task> own_task_;
  std::vector<ScanRun> taken_;  // out of the part at hand
  size_t given_ = 0;            // of those

  std::mutex mutex_;  // of what follows
  std::condition_variable ready_, room_;
  std::map<size_t, Part> parts_;  // that are being read or wait, by number
  size_t next_part_ = 0;          // to be taken
  size_t at_ = 0;                 // the part that runs are given out of
  size_t bytes_ = 0;              // of all that is ready
  bool stopped_ = false;

  std::vector<std::unique_ptr<RunReader>> helpers_;
  std::vector<RunningTask> helping_;
};

}  // namespace tickwork::lmdb
