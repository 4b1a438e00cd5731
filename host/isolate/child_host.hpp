// SPDX-License-Identifier: MIT
// The tw_host that a plugin sees in a process of its own: clocks are local, everything else asks
// the host over the socket. tw.emit/1, tw.delivery/1, tw.state/1, tw.timer/1, tw.services/1 and
// tw.instances/1 are offered; tw.inspect/1 is not.
#pragma once

#include <tickwork/tickwork.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "isolate/channel.hpp"
#include "isolate/listeners.hpp"

namespace tickwork::host {

class HostInstance;

class ChildHost {
 public:
  explicit ChildHost(Channel& channel);
  ~ChildHost();
  ChildHost(const ChildHost&) = delete;
  ChildHost& operator=(const ChildHost&) = delete;

  void introduce(std::string name, std::string version);
  const tw_host* table() const { return &table_; }
  void set_stopping(bool stopping) { stopping_.store(stopping); }

  Outcome fire(uint64_t timer);  // [work] a timer that the plugin set is due
  Listeners& listeners() { return listeners_; }
  void done(uint64_t token, tw_status status);  // what became of a token
  void close_watch();                           // nothing is told once this returned

  static ChildHost& of(const tw_host* host) { return *static_cast<ChildHost*>(host->self); }

  // The services, by what they are called in the ABI.
  void log(int level, tw_str text);
  tw_status emit(const tw_point* points, size_t n);
  tw_status watch(void* self, void (*told)(void*, uint64_t, tw_status));
  Answer ask(const Packer& request) { return channel_.call(request); }
  tw_status set_timer(int64_t delay_ns, int64_t every_ns, void* self, void (*call)(void*),
                      uint64_t* id);
  void cancel_timer(uint64_t id);
  tw_status hand_out(const Answer& answer, const char* ext, tw_ref* ref, tw_error* error);
  void drop(const tw_ref& ref);

 private:
  struct Timer {
    void* self;
    void (*call)(void*);
    bool once;
  };

  Channel& channel_;
  std::string name_, version_;
  tw_host table_{};
  std::atomic<bool> stopping_{false};
  std::mutex lock_;
  uint64_t next_timer_ = 1;
  std::map<uint64_t, Timer> timers_;
  std::map<tw_instance*, std::unique_ptr<HostInstance>> instances_;
  Listeners listeners_;
  std::shared_mutex watch_lock_;
  void* watcher_ = nullptr;
  void (*told_)(void*, uint64_t, tw_status) = nullptr;
};

}  // namespace tickwork::host
