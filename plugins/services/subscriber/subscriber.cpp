// SPDX-License-Identifier: MIT
// services.subscriber: sends what a storage takes on to others as line protocol: to the
// destinations of InfluxDB subscriptions and to configured ones. Each destination has a thread and
// a bounded queue; what does not fit is dropped and counted, as InfluxDB does.
#include <tickwork/tickwork.hpp>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "kit/http/http.hpp"
#include "kit/lineproto/lineproto.hpp"

namespace {

namespace http = tickwork::http;
using tickwork::Error;

/// Lines of one write, for one database and policy.
struct Parcel {
  std::string database, retention, lines;
};

/// One URL with its queue and thread.
class Destination {
 public:
  Destination(tickwork::Host host, std::string url, size_t limit, http::ClientOptions options)
      : host_{host},
        url_{std::move(url)},
        limit_{limit},
        client_{std::move(options)},
        thread_{[this] { work(); }} {}
  ~Destination() {
    {
      std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_all();
    client_.cancel();
    thread_.join();
  }

  void push(const std::shared_ptr<const Parcel>& parcel) {
    std::lock_guard lock{mutex_};
    if (bytes_ + parcel->lines.size() > limit_ && bytes_ > 0) {
      ++dropped_;
      return;
    }
    bytes_ += parcel->lines.size();
    queue_.push_back(parcel);
    wake_.notify_one();
  }

 private:
  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      auto parcel = queue_.front();
      queue_.pop_front();
      bytes_ -= parcel->lines.size();
      size_t dropped = std::exchange(dropped_, 0);
      lock.unlock();
      if (dropped)
        host_.warn("destination " + url_ + " is too slow, dropped " + std::to_string(dropped) +
                   " writes");
      send(*parcel);
      lock.lock();
    }
  }
  void send(const Parcel& parcel) {
    std::string target = url_ + "/write?" +
                         http::encode_query({{"consistency", ""},
                                             {"db", parcel.database},
                                             {"precision", "ns"},
                                             {"rp", parcel.retention}});
    try {
      auto response = client_.post(target, parcel.lines, {{"Content-Type", "text/plain"}});
      if (response.code / 100 != 2)
        host_.warn("destination " + url_ + " answered " + std::to_string(response.code) + ": " +
                   response.body.substr(0, 200));
    } catch (const Error& e) {
      if (e.status() != TW_E_CANCELLED) host_.warn(std::string{"destination: "} + e.what());
    }
  }

  tickwork::Host host_;
  std::string url_;
  size_t limit_;
  http::Client client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<const Parcel>> queue_;
  size_t bytes_ = 0, dropped_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

/// A subscription: who gets the points of a database and policy.
struct Subscription {
  std::string database, retention, name;  // empty: every one
  bool any = false;                       // one destination in turn, not all
  std::vector<std::string> urls;
  size_t next = 0;
};

/// The strings of an Arrow column.
std::string_view cell(const ArrowArray& column, int64_t row) {
  auto* offsets = static_cast<const int32_t*>(column.buffers[1]) + column.offset + row;
  return {static_cast<const char*>(column.buffers[2]) + offsets[0],
          static_cast<size_t>(offsets[1] - offsets[0])};
}

class Subscriber {
 public:
  Subscriber(tickwork::Host host, tickwork::Config config)
      : host_{host},
        storage_{host.find<tw_storage>(config.str("storage"))},
        feed_{host.find_ext<tw_feed>(TW_FEED, config.str("storage"))},
        own_urls_{config.strings("destinations")},
        databases_{config.strings("databases")},
        limit_{static_cast<size_t>(config.num("buffer"))},
        every_{config.num("sync_interval")} {
    client_.timeout = config.duration("timeout");
  }
  ~Subscriber() { close(); }

  void start() {
    sync();
    listener_ = {sizeof listener_, this, &Subscriber::written};
    feed_.call(&tw_feed::listen, &listener_);
    listening_ = true;
    if (auto* timer = host_.service<tw_timer>())
      timer->set(
          host_.raw(), every_, every_, this,
          [](void* self) { static_cast<Subscriber*>(self)->sync(); }, &timer_);
  }
  void stop() { close(); }

 private:
  void close() {
    if (std::exchange(listening_, false)) feed_.vtable().unlisten(feed_.self(), &listener_);
    std::map<std::string, std::shared_ptr<Destination>> gone;
    std::lock_guard lock{mutex_};
    gone.swap(destinations_);
    subscriptions_.clear();
  }

  /// Reads the storage's subscriptions; a failure keeps those known.
  void sync() {
    std::vector<Subscription> found;
    if (databases_.empty() && !own_urls_.empty())
      found.push_back({"", "", "configured", false, own_urls_, 0});
    for (auto& database : databases_)
      found.push_back({database, "", "configured", false, own_urls_, 0});
    try {
      tickwork::ArrowStream stream;
      tw_scan all{};
      all.size = sizeof all;
      all.from_ns = INT64_MIN;
      all.to_ns = INT64_MAX;
      storage_.call(&tw_storage::list, uint32_t{TW_SUBSCRIPTIONS}, &all, stream.out());
      for (;;) {
        tickwork::Array rows;
        if (stream->get_next(&*stream, rows.out()) != 0)
          throw Error{TW_E_IO, "the list of subscriptions broke off"};
        if (!rows) break;
        read(*rows, found);
      }
    } catch (const Error& e) {
      if (e.status() != TW_E_UNSUPPORTED)
        host_.warn(std::string{"cannot read subscriptions: "} + e.what());
    }
    adopt(std::move(found));
  }

  static void read(const ArrowArray& rows, std::vector<Subscription>& found) {
    for (int64_t i = 0; i < rows.length; ++i) {
      auto text = [&](int column) {
        return std::string{cell(*rows.children[column], rows.offset + i)};
      };
      Subscription s{text(0), text(1), text(2), text(3) == "ANY", {}, 0};
      std::string urls = text(4);
      for (size_t at = 0; at < urls.size();) {
        size_t end = std::min(urls.find('\n', at), urls.size());
        s.urls.push_back(urls.substr(at, end - at));
        at = end + 1;
      }
      std::erase_if(s.urls, [](auto& url) { return !url.starts_with("http"); });
      if (!s.urls.empty()) found.push_back(std::move(s));
    }
  }

  void adopt(std::vector<Subscription> found) {
    std::set<std::string> urls;
    for (auto& s : found) urls.insert(s.urls.begin(), s.urls.end());
    std::vector<std::shared_ptr<Destination>> gone;  // their threads end outside of the lock
    std::lock_guard lock{mutex_};
    for (auto& s : found)
      for (auto& old : subscriptions_)
        if (old.database == s.database && old.name == s.name) s.next = old.next;
    subscriptions_ = std::move(found);
    for (auto& url : urls)
      if (!destinations_.contains(url))
        destinations_.emplace(url, std::make_shared<Destination>(host_, url, limit_, client_));
    std::erase_if(destinations_, [&](auto& entry) {
      if (urls.contains(entry.first)) return false;
      gone.push_back(entry.second);
      return true;
    });
  }

  // On the writer's thread: makes the text once and leaves the rest to the destinations.
  static void written(const tw_listener* listener, tw_str database, tw_str retention,
                      const tw_batch* batch) {
    auto& self = *static_cast<Subscriber*>(listener->self);
    std::lock_guard lock{self.mutex_};
    std::shared_ptr<Parcel> parcel;
    for (auto& s : self.subscriptions_) {
      if ((!s.database.empty() && s.database != tickwork::view(database)) ||
          (!s.retention.empty() && s.retention != tickwork::view(retention)))
        continue;
      if (!parcel) parcel = make_parcel(database, retention, *batch);
      if (s.any)
        self.destinations_.at(s.urls[s.next++ % s.urls.size()])->push(parcel);
      else
        for (auto& url : s.urls) self.destinations_.at(url)->push(parcel);
    }
  }
  static std::shared_ptr<Parcel> make_parcel(tw_str database, tw_str retention,
                                             const tw_batch& batch) {
    auto parcel = std::make_shared<Parcel>();
    parcel->database = tickwork::string(database);
    parcel->retention = tickwork::string(retention);
    tickwork::lineproto::Serializer serializer;
    for (auto& point : tickwork::Batch{&batch}) serializer.append(point, parcel->lines);
    return parcel;
  }

  tickwork::Host host_;
  tickwork::Ref<tw_storage> storage_;
  tickwork::Ref<tw_feed> feed_;
  std::vector<std::string> own_urls_, databases_;
  size_t limit_;
  int64_t every_;
  http::ClientOptions client_;
  tw_listener listener_{};
  bool listening_ = false;
  uint64_t timer_ = 0;
  std::mutex mutex_;
  std::vector<Subscription> subscriptions_;
  std::map<std::string, std::shared_ptr<Destination>> destinations_;
};

constexpr tw_option options[] = {
    {"storage", TW_OPT_STRING, 0, "\"\"", "Storage to follow; empty: the only one"},
    {"destinations", TW_OPT_STRING, TW_LIST, "[]",
     "URLs that get points besides subscriptions, \"http://host:9092\""},
    {"databases", TW_OPT_STRING, TW_LIST, "[]",
     "Databases of which destinations get points; empty: all"},
    {"buffer", TW_OPT_SIZE, 0, "\"16MiB\"", "Lines kept for a destination that is slow"},
    {"timeout", TW_OPT_DURATION, 0, "\"30s\"", "Longest time of one request"},
    {"sync_interval", TW_OPT_DURATION, 0, "\"1s\"", "How often subscriptions are read"},
    {}};

}  // namespace

TICKWORK_MODULE("tickwork.services.subscriber", "1.0.0", "MIT",
                tickwork::plugin<Subscriber>("services.subscriber",
                                             "Sends writes on to subscribers", options));
