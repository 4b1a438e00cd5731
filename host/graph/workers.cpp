// SPDX-License-Identifier: MIT
#include "graph/workers.hpp"

#include <thread>
#include <vector>

namespace tickwork::host {

namespace {
constexpr auto idle_time = std::chrono::seconds{20};
using Steady = std::chrono::steady_clock;
}  // namespace

// Every idle thread waits on a condition of its own: with one that all of them wait on, a call may
// get lost in glibc before 2.41 (its bug 25847), and a job then waits until some thread's time is
// up. The thread that fell asleep last is called first, because its memory is warm.
struct Workers::Pool {
  struct Sleeper {
    std::condition_variable called_out;
    bool called = false;
  };

  std::mutex lock;
  std::condition_variable gone;
  std::deque<Job> jobs;
  std::vector<Sleeper*> asleep;  // not called yet
  size_t threads = 0;
  bool closing = false, abandoned = false;

  // False: nobody called in time.
  bool sleep(std::unique_lock<std::mutex>& held) {
    Sleeper me;
    asleep.push_back(&me);
    me.called_out.wait_for(held, idle_time, [&] { return me.called || closing; });
    if (!me.called) std::erase(asleep, &me);
    return me.called;
  }

  static void run(const std::shared_ptr<Pool>& pool) {
    std::unique_lock held{pool->lock};
    for (bool wanted = true; wanted || !pool->jobs.empty();) {
      if (pool->jobs.empty()) {
        wanted = !pool->closing && pool->sleep(held);
        continue;
      }
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

  void call_all() {
    for (Sleeper* each : asleep) each->called_out.notify_one();
  }
};

Workers::Workers() : pool_{std::make_shared<Pool>()} {}

Workers::~Workers() {
  std::unique_lock held{pool_->lock};
  pool_->closing = true;
  pool_->call_all();
  pool_->gone.wait(held, [&] { return pool_->abandoned || pool_->threads == 0; });
}

void Workers::post(Job job) {
  const std::lock_guard held{pool_->lock};
  if (pool_->closing) return;
  pool_->jobs.push_back(std::move(job));
  if (pool_->asleep.empty()) {
    ++pool_->threads;
    std::thread{Pool::run, pool_}.detach();
    return;
  }
  Pool::Sleeper* last = pool_->asleep.back();
  pool_->asleep.pop_back();
  last->called = true;
  last->called_out.notify_one();
}

void Workers::abandon() {
  const std::lock_guard held{pool_->lock};
  pool_->abandoned = pool_->closing = true;
  pool_->jobs.clear();
  pool_->call_all();
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
