// @ID@: an HTTP server that other plugins register routes with. Each of its threads serves one
// connection at a time, which ends with its first answer. Replace what it lacks: TLS, connections
// that stay, fewer threads.
#include "connection.hpp"
#include "exchange.hpp"
#include "listener.hpp"
#include "routes.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <tickwork/tickwork.hpp>
#include <vector>

namespace {

using namespace std::chrono_literals;

class @CLASS@ {
 public:
  @CLASS@(tickwork::Host host, tickwork::Config config)
      : host_{host},
        where_{config.str("bind")},
        n_threads_{config.num("threads")},
        max_body_size_{config.num("max_body_size")},
        read_timeout_{config.duration("read_timeout")},
        write_timeout_{config.duration("write_timeout")} {
    if (n_threads_ < 1 || n_threads_ > 1000) throw tickwork::Error{TW_E_INVALID, "threads must be 1 to 1000"};
    if (max_body_size_ < 0) throw tickwork::Error{TW_E_INVALID, "max_body_size must not be negative"};
    if (read_timeout_ <= 0s || write_timeout_ <= 0s)
      throw tickwork::Error{TW_E_INVALID, "read_timeout and write_timeout must be more than 0"};
  }

  void start() {
    listener_.emplace(where_);
    address_ = listener_->address();
    stopping_ = false;
    host_.info("listening on " + address_);
    try {
      while (threads_.size() < static_cast<size_t>(n_threads_)) threads_.emplace_back([this] { work(); });
    } catch (...) {
      stop();
      throw;
    }
  }

  // Gives open answers a moment.
  void stop() {
    std::unique_lock lock{mutex_};
    stopping_ = true;
    listener_->stop();
    for (const auto& exchange : open_) exchange->stop_reading();
    closed_.wait_for(lock, 2s, [this] { return open_.empty(); });
    for (const auto& exchange : open_) exchange->cut();
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    listener_.reset();
  }

  void route(const tw_http_route& route) { routes_->add(route); }
  void unroute(void* self) { routes_->remove(self); }
  tw_str address() { return tickwork::str(address_); }

 private:
  void work() {
    std::string peer;
    while (!stopping_) {
      const int socket = listener_->accept(peer);
      if (socket >= 0) {
        serve(std::make_unique<Connection>(socket, peer, read_timeout_, write_timeout_));
      } else if (!stopping_) {  // out of descriptors: others must close first
        host_.error(std::string{"cannot accept a connection: "} + strerror(errno));
        std::this_thread::sleep_for(100ms);
      }
    }
  }

  void serve(std::unique_ptr<Connection> connection) {
    const auto exchange = std::make_shared<Exchange>(std::move(connection), routes_);
    {
      const std::lock_guard lock{mutex_};
      if (stopping_) return;
      open_.insert(exchange);
    }
    exchange->run(static_cast<uint64_t>(max_body_size_));
    const std::lock_guard lock{mutex_};
    open_.erase(exchange);
    closed_.notify_all();
  }

  tickwork::Host host_;
  Address where_;
  int64_t n_threads_, max_body_size_;
  std::chrono::nanoseconds read_timeout_, write_timeout_;
  std::shared_ptr<Routes> routes_ = std::make_shared<Routes>();
  std::optional<Listener> listener_;
  std::string address_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // of open_
  std::condition_variable closed_;
  std::set<std::shared_ptr<Exchange>> open_;
};

constexpr tw_option options[] = {
    {"bind", TW_OPT_STRING, 0, "\"127.0.0.1:8080\"", "Address to listen on: \"host:port\" or \"unix:/path\""},
    {"threads", TW_OPT_INT, 0, "32", "Connections that are served at once; others wait"},
    {"max_body_size", TW_OPT_SIZE, 0, "\"25MB\"", "Largest request body"},
    {"read_timeout", TW_OPT_DURATION, 0, "\"30s\"", "Time for a request to arrive"},
    {"write_timeout", TW_OPT_DURATION, 0, "\"5s\"",
     "Longest wait for a client that does not read its answer"},
    {}};

}  // namespace

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "HTTP server for the routes of other plugins", options,
                                          TW_EXCLUSIVE));
