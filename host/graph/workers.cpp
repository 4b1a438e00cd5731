// SPDX-License-Identifier: MIT
#include "graph/workers.hpp"

#include <thread>

namespace tickwork::host {

namespace {
constexpr auto idle_time = std::chrono::seconds{20};
using Steady = std::chrono::steady_clock;
}  // namespace

struct Workers::Pool {
  std::mutex lock;
  std::condition_variable work, gone;
  std::deque<Job> jobs;
  size_t threads = 0, idle = 0;
  bool closing = false, abandoned = false;

  static void run(const std::shared_ptr<Pool>& pool) {
    std::unique_lock held{pool->lock};
    while (true) {
      ++pool->idle;
      pool->work.wait_for(held, idle_time, [&] { return !pool->jobs.empty() || pool->closing; });
      --pool->idle;
      if (pool->jobs.empty()) break;
      {
        Job job = std::move(pool->jobs.front());
        pool->jobs.pop_front();
        held.unlock();
        job();
      }
      held.lock();
    }
    --pool->threads;
    pool->gone.notify_all();
  }
};

Workers::Workers() : pool_{std::make_shared<Pool>()} {}

Workers::~Workers() {
  std::unique_lock held{pool_->lock};
  pool_->closing = true;
  pool_->work.notify_all();
  pool_->gone.wait(held, [&] { return pool_->abandoned || pool_->threads == 0; });
}

void Workers::post(Job job) {
  const std::lock_guard held{pool_->lock};
  if (pool_->closing) return;
  pool_->jobs.push_back(std::move(job));
  if (pool_->jobs.size() <= pool_->idle) {
    pool_->work.notify_one();
    return;
  }
  ++pool_->threads;
  std::thread{Pool::run, pool_}.detach();
}

void Workers::abandon() {
  const std::lock_guard held{pool_->lock};
  pool_->abandoned = pool_->closing = true;
  pool_->jobs.clear();
  pool_->work.notify_all();
}

struct Timers::Clockwork {
  explicit Clockwork(Workers& w) : workers{w} {}

  using Due = std::pair<Steady::time_point, uint64_t>;

  std::mutex lock;
  std::condition_variable changed;
  std::map<Due, Job> waiting;
  std::map<uint64_t, Steady::time_point> due_of;
  uint64_t next_id = 1;
  bool closing = false;
  Workers& workers;
  std::thread thread;

  void run() {
    std::unique_lock held{lock};
    while (!closing) {
      if (waiting.empty()) {
        changed.wait(held);
        continue;
      }
      const auto due = waiting.begin()->first.first;
      if (Steady::now() < due) {
        changed.wait_until(held, due);
        continue;
      }
      auto entry = waiting.extract(waiting.begin());
      due_of.erase(entry.key().second);
      workers.post(std::move(entry.mapped()));
    }
  }
};

Timers::Timers(Workers& workers) : clockwork_{std::make_shared<Clockwork>(workers)} {
  clockwork_->thread = std::thread{[work = clockwork_.get()] { work->run(); }};
}

Timers::~Timers() { close(); }

uint64_t Timers::after(Nanoseconds delay, Job job) {
  const std::lock_guard held{clockwork_->lock};
  const uint64_t id = clockwork_->next_id++;
  const auto due = Steady::now() + std::chrono::duration_cast<Steady::duration>(delay);
  clockwork_->waiting.emplace(Clockwork::Due{due, id}, std::move(job));
  clockwork_->due_of.emplace(id, due);
  clockwork_->changed.notify_one();
  return id;
}

bool Timers::cancel(uint64_t id) {
  Job ended;  // destroyed after the lock is free
  const std::lock_guard held{clockwork_->lock};
  const auto at = clockwork_->due_of.find(id);
  if (at == clockwork_->due_of.end()) return false;
  auto entry = clockwork_->waiting.extract(Clockwork::Due{at->second, id});
  ended = std::move(entry.mapped());
  clockwork_->due_of.erase(at);
  return true;
}

void Timers::close() {
  std::map<Clockwork::Due, Job> dropped;
  {
    const std::lock_guard held{clockwork_->lock};
    clockwork_->closing = true;
    dropped.swap(clockwork_->waiting);
    clockwork_->due_of.clear();
    clockwork_->changed.notify_one();
  }
  if (clockwork_->thread.joinable()) clockwork_->thread.join();
}

bool run_within(Nanoseconds limit, Job job) {
  struct Race {
    std::mutex lock;
    std::condition_variable ended;
    bool done = false;
  };
  auto race = std::make_shared<Race>();
  std::thread thread{[race, work = std::move(job)]() mutable {
    work();
    work = {};  // frees what it held before the waiter goes on
    const std::lock_guard held{race->lock};
    race->done = true;
    race->ended.notify_all();
  }};
  std::unique_lock held{race->lock};
  const bool in_time =
      race->ended.wait_until(held, Steady::now() + limit, [&] { return race->done; });
  held.unlock();
  if (in_time) {
    thread.join();
  } else {
    thread.detach();
  }
  return in_time;
}

}  // namespace tickwork::host
