// SPDX-License-Identifier: MIT
// Topics, their handlers' queues, and how their states are kept: the events of a topic lie in 64
// buckets of JSON lines, so that a change rewrites one small value.
#include "topic.hpp"

#include <fnmatch.h>
#include <tickwork/tickwork.h>

#include <algorithm>
#include <sstream>

#include "json.hpp"
#include "kit/gojson/gojson.hpp"
#include "kit/lambda/lambda.hpp"
#include "kit/tickscript/tickscript.hpp"

namespace tickwork::stream {

namespace {
constexpr size_t event_limit = 5000, buckets = 64;
constexpr const char* level_names[] = {"OK", "INFO", "WARNING", "CRITICAL"};
}  // namespace

const char* name(Level level) { return level_names[level]; }

bool parse_level(std::string_view text, Level& level) {
  for (int i = 0; i < 4; ++i)
    if (text == level_names[i]) return level = static_cast<Level>(i), true;
  return false;
}

bool glob(std::string_view pattern, std::string_view text) {
  return pattern.empty() ||
         fnmatch(std::string{pattern}.c_str(), std::string{text}.c_str(), 0) == 0;
}

std::string Event::json() const {
  std::string out = "{\"id\":";
  auto text = [&](const char* key, const std::string& value) {
    out += key;
    gojson::append(out, value);
  };
  gojson::append(out, id);
  text(",\"message\":", state.message);
  text(",\"details\":", state.details);
  text(",\"time\":", gojson::timestamp(state.time));
  out += ",\"duration\":" + std::to_string(state.duration) + ",\"level\":\"" +
         stream::name(state.level) + "\",\"data\":{\"series\":[" + row + "]},\"previousLevel\":\"" +
         stream::name(previous) + "\",\"recoverable\":" + (recoverable ? "true" : "false") + "}";
  return out;
}

/// Names of a match expression: the event's tags, changed(), level() and its kin.
class EventScope : public lambda::Scope {
 public:
  EventScope(const Event& event, int64_t now) : event_{event}, now_{now} {}
  bool get(std::string_view name, Value& out, std::string& error) const override {
    auto* tag = find(event_.tags, name);
    if (!tag) {
      error = "no tag \"" + std::string{name} + "\" on the event";
      return false;
    }
    out = Value::of(*tag);
    return true;
  }
  std::string names() const override {
    std::string all;
    for (auto& tag : event_.tags) all += (all.empty() ? "" : ",") + tag.first;
    return all;
  }
  bool call(std::string_view function, Value& out) const override {
    if (function == "changed")
      out = Value::of(event_.state.level != event_.previous);
    else if (function == "level")
      out = Value::of(int64_t{event_.state.level});
    else if (function == "name")
      out = Value::of(event_.name);
    else if (function == "taskName")
      out = Value::of(event_.task);
    else if (function == "alertDuration" || function == "duration")
      out = Value::duration(event_.state.duration);
    else
      return false;
    return true;
  }
  int64_t now() const override { return now_; }

 private:
  const Event& event_;
  int64_t now_;
};

/// A handler with its queue and thread.
class Topics::Runner {
 public:
  HandlerInfo info;

  Runner(HandlerInfo i, std::shared_ptr<Notifier> n,
         std::shared_ptr<const lambda::Expression> match, const Topics& topics)
      : info{std::move(i)},
        notifier_{std::move(n)},
        match_{std::move(match)},
        topics_{topics},
        thread_{[this] { work(); }} {}
  ~Runner() {
    {
      std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void push(const std::shared_ptr<const Event>& event) {
    std::lock_guard lock{mutex_};
    if (queue_.size() >= event_limit) {
      topics_.log_(TW_LOG_ERROR, "handler " + info.id + " of topic " + event->topic +
                                     " is full, event " + event->id + " dropped");
      return;
    }
    queue_.push_back(event);
    wake_.notify_all();
  }
  void wait_idle() {
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [&] { return queue_.empty() && !busy_; });
  }

 private:
  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto event = queue_.front();
      queue_.pop_front();
      busy_ = true;
      lock.unlock();
      tell(*event);
      lock.lock();
      busy_ = false;
      idle_.notify_all();
    }
  }
  void tell(const Event& event) {
    try {
      if (matches(event)) notifier_->notify(event);
    } catch (const std::exception& e) {
      topics_.log_(TW_LOG_ERROR,
                   "handler " + info.id + " of topic " + event.topic + ": " + e.what());
    }
  }
  bool matches(const Event& event) {
    if (!match_) return true;
    bool yes = false;
    std::string error;
    if (match_->test(EventScope{event, topics_.now_()}, state_, yes, error)) return yes;
    topics_.log_(TW_LOG_ERROR, "match expression of handler " + info.id + ": " + error);
    return false;
  }

  std::shared_ptr<Notifier> notifier_;
  std::shared_ptr<const lambda::Expression> match_;
  lambda::State state_;
  const Topics& topics_;
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<std::shared_ptr<const Event>> queue_;
  bool stopping_ = false, busy_ = false;
  std::thread thread_;
};

Topics::Topics(Keeper keeper, Log log, std::function<int64_t()> now)
    : keeper_{std::move(keeper)}, log_{std::move(log)}, now_{std::move(now)} {
  if (!keeper_.get) return;
  std::istringstream ids{keeper_.get("topics")};
  for (std::string id; std::getline(ids, id);) load(id, topics_[id]);
}
Topics::~Topics() = default;

Topics::Topic& Topics::topic(const std::string& id) {
  auto [found, is_new] = topics_.try_emplace(id);
  if (is_new && keeper_.put) {
    std::string ids;
    for (auto& entry : topics_) ids += entry.first + '\n';
    keeper_.put("topics", ids);
  }
  return found->second;
}

const Topics::Topic* Topics::find_topic(const std::string& id) const {
  auto found = topics_.find(id);
  return found == topics_.end() ? nullptr : &found->second;
}

namespace {
size_t bucket_of(const std::string& id) { return std::hash<std::string>{}(id) % buckets; }
std::string bucket_key(const std::string& topic, size_t bucket) {
  return "topic/" + topic + "/" + std::to_string(bucket);
}
}  // namespace

void Topics::load(const std::string& id, Topic& t) {
  for (size_t bucket = 0; bucket < buckets; ++bucket) {
    std::istringstream lines{keeper_.get(bucket_key(id, bucket))};
    for (std::string line; std::getline(lines, line);) {
      Json entry = Json::parse(line);
      EventState state;
      parse_level(entry.text("level"), state.level);
      state.message = entry.text("message");
      state.details = entry.text("details");
      state.time = entry.integer("time");
      state.duration = entry.integer("duration");
      t.events[entry.text("id")] = state;
    }
  }
}

// Events at OK are not kept: their absence means OK.
void Topics::save(const std::string& id, const Topic& t, const std::string& event) {
  if (!keeper_.put) return;
  size_t bucket = bucket_of(event);
  std::string lines;
  for (auto& [key, state] : t.events) {
    if (bucket_of(key) != bucket || state.level == ok) continue;
    lines += "{\"id\":";
    gojson::append(lines, key);
    lines += ",\"level\":\"" + std::string{name(state.level)} + "\",\"message\":";
    gojson::append(lines, state.message);
    lines += ",\"details\":";
    gojson::append(lines, state.details.size() < 2048 ? state.details : std::string{});
    lines += ",\"time\":" + std::to_string(state.time) +
             ",\"duration\":" + std::to_string(state.duration) + "}\n";
  }
  try {
    keeper_.put(bucket_key(id, bucket), lines);
  } catch (const std::exception& e) {
    log_(TW_LOG_ERROR, "cannot keep the state of topic " + id + ": " + e.what());
  }
}

Level Topics::level_of(const Topic& t) {
  Level level = ok;
  for (auto& entry : t.events) level = std::max(level, entry.second.level);
  return level;
}

void Topics::collect(Event& event) {
  std::lock_guard lock{mutex_};
  Topic& t = topic(event.topic);
  auto& state = t.events[event.id];
  event.previous = state.level;
  bool changed = state.level != event.state.level;
  state = event.state;
  ++t.collected;
  if (changed) save(event.topic, t, event.id);
  if (t.runners.empty() && !global_) return;
  auto shared = std::make_shared<const Event>(event);
  if (global_) global_->push(shared);
  for (auto& runner : t.runners) runner->push(shared);
}

bool Topics::state(const std::string& id, const std::string& event, EventState& out) const {
  std::lock_guard lock{mutex_};
  auto* t = find_topic(id);
  auto found = t ? t->events.find(event) : decltype(t->events.begin()){};
  if (!t || found == t->events.end()) return false;
  out = found->second;
  return true;
}

std::string Topics::add_handler(const std::string& id, const HandlerInfo& info,
                                std::shared_ptr<Notifier> notifier) {
  std::shared_ptr<const lambda::Expression> match;
  if (!info.match.empty()) {
    auto parsed = tickscript::parse_lambda(info.match);
    if (!parsed.root) return parsed.error;
    lambda::Constants levels;
    for (int i = 0; i < 4; ++i) levels.emplace_back(level_names[i], Value::of(int64_t{i}));
    auto compiled = lambda::compile(*parsed.root, levels);
    if (!compiled.expression) return compiled.error;
    match = compiled.expression;
  }
  std::lock_guard lock{mutex_};
  Topic& t = topic(id);
  for (auto& runner : t.runners)
    if (runner->info.id == info.id)
      return "handler \"" + info.id + "\" already exists in topic \"" + id + "\"";
  t.runners.push_back(std::make_shared<Runner>(info, std::move(notifier), std::move(match), *this));
  return {};
}

void Topics::set_global(std::shared_ptr<Notifier> notifier) {
  std::lock_guard lock{mutex_};
  global_ = std::make_shared<Runner>(HandlerInfo{"configured", "", "", ""}, std::move(notifier),
                                     nullptr, *this);
}

bool Topics::remove_handler(const std::string& id, const std::string& handler) {
  std::shared_ptr<Runner> gone;  // its thread ends outside of the lock
  std::lock_guard lock{mutex_};
  auto found = topics_.find(id);
  if (found == topics_.end()) return false;
  auto& runners = found->second.runners;
  auto at =
      std::find_if(runners.begin(), runners.end(), [&](auto& r) { return r->info.id == handler; });
  if (at == runners.end()) return false;
  gone = *at;
  runners.erase(at);
  return true;
}

void Topics::close(const std::string& id) {
  std::vector<std::shared_ptr<Runner>> gone;
  std::lock_guard lock{mutex_};
  if (auto found = topics_.find(id); found != topics_.end()) gone.swap(found->second.runners);
}

void Topics::remove(const std::string& id) {
  std::lock_guard lock{mutex_};
  auto found = topics_.find(id);
  if (found == topics_.end()) return;
  std::set<std::string> events;
  for (auto& entry : found->second.events) events.insert(entry.first);
  found->second.events.clear();
  for (auto& event : events) save(id, found->second, event);
  if (!found->second.runners.empty()) return;
  topics_.erase(found);
  std::string ids;
  for (auto& entry : topics_) ids += entry.first + '\n';
  if (keeper_.put) keeper_.put("topics", ids);
}

std::vector<TopicInfo> Topics::list(const std::string& pattern, Level least) const {
  std::lock_guard lock{mutex_};
  std::vector<TopicInfo> all;
  for (auto& [id, t] : topics_)
    if (glob(pattern, id) && level_of(t) >= least) all.push_back({id, level_of(t), t.collected});
  return all;
}

bool Topics::has(const std::string& id) const {
  std::lock_guard lock{mutex_};
  return find_topic(id) != nullptr;
}

// Highest level first, then by id.
std::vector<std::pair<std::string, EventState>> Topics::events(const std::string& id,
                                                               Level least) const {
  std::lock_guard lock{mutex_};
  std::vector<std::pair<std::string, EventState>> all;
  if (auto* t = find_topic(id))
    for (auto& entry : t->events)
      if (entry.second.level >= least) all.emplace_back(entry);
  std::stable_sort(all.begin(), all.end(),
                   [](auto& a, auto& b) { return a.second.level > b.second.level; });
  return all;
}

std::vector<HandlerInfo> Topics::handlers(const std::string& id) const {
  std::lock_guard lock{mutex_};
  std::vector<HandlerInfo> all;
  if (auto* t = find_topic(id))
    for (auto& runner : t->runners) all.push_back(runner->info);
  return all;
}

void Topics::inhibit(const std::string& category, const Tags& tags, bool active) {
  std::lock_guard lock{mutex_};
  auto& held = inhibitors_[category];
  std::erase(held, tags);
  if (active) held.push_back(tags);
}

bool Topics::inhibited(const Event& event) const {
  std::lock_guard lock{mutex_};
  auto found = inhibitors_.find(event.category);
  if (event.category.empty() || found == inhibitors_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](auto& tags) {
    return std::all_of(tags.begin(), tags.end(), [&](auto& tag) {
      auto* value = find(event.tags, tag.first);
      return value && *value == tag.second;
    });
  });
}

void Topics::wait_idle() {
  std::vector<std::shared_ptr<Runner>> all;
  {
    std::lock_guard lock{mutex_};
    for (auto& entry : topics_)
      all.insert(all.end(), entry.second.runners.begin(), entry.second.runners.end());
    if (global_) all.push_back(global_);
  }
  for (auto& runner : all) runner->wait_idle();
}

}  // namespace tickwork::stream
