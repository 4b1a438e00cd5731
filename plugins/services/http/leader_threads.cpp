// SPDX-License-Identifier: MIT
#include "leader_threads.hpp"

#include <chrono>

namespace tickwork::http_server {
namespace {

constexpr std::chrono::milliseconds glance{5};  // how often the leader is looked at
constexpr unsigned most_quiet = 20;             // glances without an event until the watcher sleeps

struct Mine {
  const LeaderThreads* threads = nullptr;
  unsigned number = 0;
  bool crowded = false;  // the event at hand was there before it was waited for
};
thread_local Mine mine;

}  // namespace

void LeaderThreads::start(unsigned count) {
  for (unsigned number = 1; number <= count; ++number) {
    threads_.emplace_back([this, number] { run(number); });
  }
}

void LeaderThreads::join() {
  for (std::thread& thread : threads_) thread.join();
}

void LeaderThreads::run(unsigned number) {
  mine = {this, number, false};
  std::unique_lock lock(mutex_);
  while (!done_) {
    if (leader_ == 0) leader_ = number;
    if (leader_ != number) {
      follow(lock, number);
      continue;
    }
    do {
      lock.unlock();
      lead();
      lock.lock();
    } while (!done_ && take_over(number));
  }
}

// Until somebody else does, or there is no more to do.
void LeaderThreads::lead() {
  while (leader_ == mine.number) {
    mine.crowded = true;
    if (context_.poll_one() > 0) continue;
    mine.crowded = false;
    if (context_.run_one() > 0) continue;
    const std::lock_guard lock(mutex_);
    done_ = true;
    watching_.notify_all();
    waiting_.notify_all();
    return;
  }
}

// From a leader who is aside: who is awake needs not be woken.
bool LeaderThreads::take_over(unsigned number) {
  uint64_t mark = aside_;
  if (mark == 0 || !aside_.compare_exchange_strong(mark, 0)) return false;
  leader_ = number;
  return true;
}

void LeaderThreads::follow(std::unique_lock<std::mutex>& lock, unsigned number) {
  if (watched_) return waiting_.wait(lock);
  watched_ = true;
  asleep_ = false;
  watch(lock, number);
  watched_ = false;
  asleep_ = true;
}

// Until the lead is to be had, or taken.
void LeaderThreads::watch(std::unique_lock<std::mutex>& lock, unsigned number) {
  uint64_t seen = aside_, count = asides_;
  for (unsigned quiet = 0; !done_ && leader_ != 0;) {
    if (quiet < most_quiet) {
      watching_.wait_for(lock, glance);
    } else {
      asleep_ = true;
      if (asides_ == count) watching_.wait(lock);
      asleep_ = false;
    }
    quiet = asides_ == count ? quiet + 1 : 0;
    count = asides_;
    if (seen != 0 && aside_.compare_exchange_strong(seen, 0)) {
      leader_ = number;
      return;
    }
    seen = aside_;
  }
}

void LeaderThreads::hand_over() {
  if (mine.threads != this || leader_ != mine.number) return;
  const std::lock_guard lock(mutex_);
  if (leader_ != mine.number) return;
  aside_ = 0;
  leader_ = 0;
  (watched_ ? watching_ : waiting_).notify_one();
}

LeaderThreads::Aside::Aside(LeaderThreads& threads) : threads_(threads) {
  if (mine.threads != &threads || threads.leader_ != mine.number) return;
  if (mine.crowded) {
    threads.hand_over();
    return;
  }
  mark_ = ++threads.asides_;
  threads.aside_ = mark_;
  if (!threads.asleep_) return;
  const std::lock_guard lock(threads.mutex_);
  (threads.watched_ ? threads.watching_ : threads.waiting_).notify_one();
}

LeaderThreads::Aside::~Aside() {
  if (mark_ == 0 || threads_.aside_.compare_exchange_strong(mark_, 0)) return;
  const std::lock_guard taken(threads_.mutex_);  // until it is told who leads now
}

}  // namespace tickwork::http_server
