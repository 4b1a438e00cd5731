// SPDX-License-Identifier: MIT
// What the host offers to an isolated instance, asked for by its process: the services of tw_host
// and calls of the instances that it found or made.
#pragma once

#include <tickwork/host/services.h>
#include <tickwork/metric.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "isolate/callee.hpp"
#include "isolate/link.hpp"
#include "isolate/listeners.hpp"
#include "isolate/objects.hpp"
#include "isolate/served.hpp"

namespace tickwork::host {

class HostServices {
 public:
  // instance: what the process runs, called when a timer is due.
  HostServices(const tw_host* host, Callee& instance) : host_{host}, instance_{instance} {}
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  // Any thread, several at a time.
  Outcome serve(Served& call, const std::shared_ptr<Link>& link);
  void told(Unpacker& in);  // "log"

  // Tokens of a process become tokens of the host's, as others may come from its successor.
  void mark(std::span<tw_point> points, const Link* link);
  Listeners& listeners() { return listeners_; }
  void forget(const Link& link);  // its process is gone

 private:
  struct Ref {
    std::string ext;
    tw_ref ref;
    bool made;
    const Link* user;
  };
  struct Timer {
    HostServices* services;
    std::weak_ptr<Link> link;
    uint64_t key;  // the process's number for it
    uint64_t id = 0;
    bool once;
  };
  struct Token {
    const Link* link;
    uint64_t token;
  };

  template <class Service>
  const Service* ext(const char* id) const {
    return static_cast<const Service*>(host_->ext(host_, id));
  }
  Outcome serve_host(Served& call, const std::shared_ptr<Link>& link);
  Outcome emit(Unpacker& in, const Link* link);
  Outcome watch(const std::shared_ptr<Link>& link);
  Outcome state(Method method, Unpacker& in);
  Outcome set_timer(Unpacker& in, const std::shared_ptr<Link>& link);
  Outcome cancel_timer(Unpacker& in, const Link* link);
  Outcome find(Unpacker& in, const Link* link);
  Outcome make(Unpacker& in, const Link* link);
  Outcome drop(Unpacker& in);
  std::shared_ptr<Objects> objects_of(const Link* link);
  uint64_t keep(Ref ref);
  void unmark(std::span<const tw_point> points);
  static void fire(void* timer);
  static void done(void* self, uint64_t token, tw_status status);
  void retire(std::shared_ptr<Timer> timer);  // under the lock

  const tw_host* const host_;
  Callee& instance_;
  std::mutex lock_;
  uint64_t next_ref_ = 1, next_token_ = 1;
  std::map<uint64_t, Ref> refs_;
  std::map<std::pair<const Link*, uint64_t>, std::shared_ptr<Timer>> timers_;
  std::deque<std::shared_ptr<Timer>> retired_;  // one may be firing just now
  std::map<uint64_t, Token> tokens_;
  std::weak_ptr<Link> watcher_;
  std::map<const Link*, std::shared_ptr<Objects>> objects_;
  Listeners listeners_;
};

}  // namespace tickwork::host
