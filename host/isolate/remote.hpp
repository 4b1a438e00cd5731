// SPDX-License-Identifier: MIT
// The host's side of an isolated instance: a process that loads the plugin's library, asked for
// everything the plugin is asked for. To whoever calls it, it is the instance. A process that dies
// is replaced at the next start.
#pragma once

#include <tickwork/kind/query.h>
#include <tickwork/module.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "graph/workers.hpp"
#include "isolate/callee.hpp"
#include "isolate/deaths.hpp"
#include "isolate/link.hpp"
#include "isolate/served.hpp"

namespace tickwork::host {

// Only the process knows the language of a query engine.
struct QueryTable {
  std::once_flag told;
  std::string language;
  tw_query vtable{};
};

struct RemotePlugin {
  std::string file, id;
  std::vector<std::string> exts;  // those that the process must offer
  QueryTable* query = nullptr;
  int library = -1;  // the file, held open for a process that begins after it was replaced; -1: not
};

struct RemoteLimits {
  int64_t memory = 0, open_files = 0;           // 0: as the host's
  bool filtered = true;                         // its system calls, see system_calls.hpp
  Nanoseconds call = std::chrono::seconds{60};  // of one call
  std::chrono::milliseconds ping{5000};         // two unanswered ones end the process
};

class HostServices;

class Remote final : public Callee {
 public:
  // why: "exited on SIGSEGV". Called on a thread of the remote's, after calls under way failed.
  using Died = std::function<void(const std::string& why)>;

  Remote(RemotePlugin plugin, RemoteLimits limits, Spawner& spawner, Workers& workers, Died died);
  ~Remote() override;
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;

  // As in tw_plugin. host and config live until destroy returns.
  tw_status create(const tw_host* host, const tw_config* config, tw_error* error);
  tw_status start(tw_error* error);
  tw_status stop(tw_error* error);
  void destroy();

  std::unique_ptr<Callee> object(uint64_t target) override;
  Listeners& listeners() override;
  std::string language() const;       // of a query engine, known after create
  void tell_stopping();               // tw_host.stopping becomes true over there
  void kill(const std::string& why);  // calls under way fail with why
  bool alive() const;                 // there is a process
  uint64_t memory() const;            // that its process holds, 0: there is none
  bool off() const;                   // it died too often to be started again
  uint64_t deaths() const;            // how often it died in all
  int64_t not_before_ns() const;      // of the next start, monotonic

 private:
  Answer send(const Packer& request, const TakePart& take) override;
  void arrived(std::span<tw_point> points) override;

  std::shared_ptr<Link> link() const;
  tw_status begin(tw_error* error);  // a new process, with the instance created in it
  void tell_unfiltered(const Answer& created);
  void listen_again();
  Packer creation() const;
  void receive(const std::shared_ptr<Link>& link, Frame&& frame);
  void ended(Link& link, const std::string& why);
  void end_link();

  const RemotePlugin plugin_;
  const RemoteLimits limits_;
  Spawner& spawner_;
  Workers& workers_;
  const Died died_;
  const tw_host* host_ = nullptr;
  const tw_config* config_ = nullptr;
  std::unique_ptr<HostServices> services_;

  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::shared_ptr<Link> link_;
  Deaths deaths_;
  size_t serving_ = 0;
  std::string language_;
  bool told_unfiltered_ = false;
};

}  // namespace tickwork::host
