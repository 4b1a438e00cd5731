// SPDX-License-Identifier: MIT
// Threads that wait for tasks: one that is made for its task begins it a quarter of a millisecond
// later, which is long beside a query.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace tickwork::lmdb {

// A task under way. Whoever leaves it waits for its end.
class RunningTask {
 public:
  explicit RunningTask(std::future<void> done) : done_(std::move(done)) {}
  RunningTask(RunningTask&&) = default;
  RunningTask& operator=(RunningTask&&) = delete;
  ~RunningTask() {
    if (done_.valid()) done_.wait();
  }
  void get() { done_.get(); }  // once; throws what the task threw

 private:
  std::future<void> done_;
};

class TaskThreads {
 public:
  // most: threads, made as they are needed. More tasks than that wait for each other.
  explicit TaskThreads(size_t most) : most_(most) {}
  ~TaskThreads();  // after the last task
  TaskThreads(const TaskThreads&) = delete;
  TaskThreads& operator=(const TaskThreads&) = delete;

  // By any thread. Throws std::system_error if a thread cannot be made.
  [[nodiscard]] RunningTask run(std::function<void()> task);

 private:
  void work();
  const size_t most_;
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  std::deque<std::packaged_task<void()>> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool stopped_ = false;
};

}  // namespace tickwork::lmdb
