// SPDX-License-Identifier: MIT
// Alert topics: the latest state of each event, and the handlers that hear of changes. Thread safe;
// handlers run on threads of their own behind bounded queues.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "point.hpp"

namespace tickwork::stream {

enum Level : int { ok = 0, info, warning, critical };
const char* name(Level level);
/// Reads OK, INFO, WARNING, CRITICAL; false for anything else.
bool parse_level(std::string_view text, Level& level);

struct EventState {
  std::string message, details;
  int64_t time = 0, duration = 0;
  Level level = ok;
};

struct Event {
  std::string topic, id, task, category;
  EventState state;
  Level previous = ok;
  bool recoverable = true;
  std::string name;  // measurement
  Tags tags;         // of the group
  Fields fields;     // of the point that decided
  std::string row;   // the data as a JSON row
  std::string json() const;
};

/// Tells somebody of an event; called from one thread at a time.
class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual void notify(const Event& event) = 0;
};

/// Durable storage of small values; empty functions: nothing is kept.
struct Keeper {
  std::function<std::string(const std::string& key)> get;
  std::function<void(const std::string& key, const std::string& value)> put;
};

struct HandlerInfo {
  std::string id, kind, match, options_json;
};
struct TopicInfo {
  std::string id;
  Level level = ok;
  int64_t collected = 0;
};

class Topics {
 public:
  using Log = std::function<void(int level, const std::string&)>;
  Topics(Keeper keeper, Log log, std::function<int64_t()> now);
  ~Topics();

  /// Records an event (its previous level is filled in) and tells the topic's handlers.
  void collect(Event& event);
  /// The saved state of an event; false when there is none.
  bool state(const std::string& topic, const std::string& id, EventState& out) const;

  /// Adds a handler; an empty error says that all went well.
  std::string add_handler(const std::string& topic, const HandlerInfo& info,
                          std::shared_ptr<Notifier> notifier);
  bool remove_handler(const std::string& topic, const std::string& id);
  /// Hears of the events of every topic, behind a queue of its own.
  void set_global(std::shared_ptr<Notifier> notifier);
  /// Ends the handlers of a topic after they told what is queued.
  void close(const std::string& topic);
  /// Forgets a topic's events.
  void remove(const std::string& topic);

  std::vector<TopicInfo> list(const std::string& pattern, Level least) const;
  bool has(const std::string& topic) const;
  std::vector<std::pair<std::string, EventState>> events(const std::string& topic,
                                                         Level least) const;
  std::vector<HandlerInfo> handlers(const std::string& topic) const;

  /// While active, events of the category with these tags are dropped.
  void inhibit(const std::string& category, const Tags& tags, bool active);
  bool inhibited(const Event& event) const;

  /// Waits until every handler has told what was queued.
  void wait_idle();

 private:
  class Runner;
  struct Topic {
    std::map<std::string, EventState> events;
    std::vector<std::shared_ptr<Runner>> runners;
    int64_t collected = 0;
    bool loaded = false;
  };
  Topic& topic(const std::string& id);
  const Topic* find_topic(const std::string& id) const;
  void load(const std::string& id, Topic& t);
  void save(const std::string& id, const Topic& t, const std::string& event);
  static Level level_of(const Topic& t);

  Keeper keeper_;
  Log log_;
  std::function<int64_t()> now_;
  mutable std::mutex mutex_;
  std::map<std::string, Topic> topics_;
  std::map<std::string, std::vector<Tags>> inhibitors_;
  std::shared_ptr<Runner> global_;
};

/// Whether text matches a shell glob of * and ? and [...].
bool glob(std::string_view pattern, std::string_view text);

}  // namespace tickwork::stream
