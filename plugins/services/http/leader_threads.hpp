// SPDX-License-Identifier: MIT
// Threads that run an io_context, one of them at a time while what it runs is short (the pattern
// Leader/Followers; Schmidt, O'Ryan, Kircher, Pyarali 2000). Where several threads run a context,
// each event wakes another one to wait for the next before it is dealt with, which takes as long as
// a short request. Here the leader does both, and the next takes the lead when something is long.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace tickwork::http_server {

class LeaderThreads {
 public:
  // context must outlive it.
  explicit LeaderThreads(boost::asio::io_context& context) : context_(context) {}
  LeaderThreads(const LeaderThreads&) = delete;
  LeaderThreads& operator=(const LeaderThreads&) = delete;

  void start(unsigned count);
  void join();  // waits until the context is out of work

  // Around what a handler does that may be long, or wait. Others lead in the meantime: at once
  // where events came faster than they were dealt with, else when it has not ended within 5 to
  // 10 ms. Nothing on other threads than these.
  class Aside {
   public:
    explicit Aside(LeaderThreads& threads);
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

   private:
    LeaderThreads& threads_;
    uint64_t mark_ = 0;  // 0: the lead was handed over
  };
  // What follows in this handler is long: others lead at once.
  void hand_over();

 private:
  void run(unsigned number);
  void lead();
  bool take_over(unsigned number);
  void follow(std::unique_lock<std::mutex>& lock, unsigned number);
  void watch(std::unique_lock<std::mutex>& lock, unsigned number);

  boost::asio::io_context& context_;
  std::mutex mutex_;  // of changes of the lead, and of what has no atomic
  // 0: nobody. Only a leader who is aside can lose it to others.
  std::atomic<unsigned> leader_{0};
  std::atomic<uint64_t> asides_{0};  // how many there were
  std::atomic<uint64_t> aside_{0};   // the one of the leader, counted so; 0: none
  // Of those who do not lead, one watches the leader while there is something to watch, others
  // wait.
  std::condition_variable watching_, waiting_;
  bool watched_ = false;
  std::atomic<bool> asleep_{true};  // nobody watches until woken
  bool done_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tickwork::http_server
