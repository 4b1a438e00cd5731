// SPDX-License-Identifier: MIT
#include "task_threads.hpp"

namespace tickwork::lmdb {

TaskThreads::~TaskThreads() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

RunningTask TaskThreads::run(std::function<void()> task) {
  std::packaged_task<void()> packed(std::move(task));
  RunningTask running(packed.get_future());
  {
    const std::lock_guard lock(mutex_);
    // A thread whose task is done may not be idle yet.
    const bool wanted = idle_ < waiting_.size() + 1 && threads_.size() < most_;
    if (wanted) threads_.emplace_back([this] { work(); });
    waiting_.push_back(std::move(packed));
  }
  wake_.notify_one();
  return running;
}

void TaskThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace tickwork::lmdb
