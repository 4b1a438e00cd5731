// SPDX-License-Identifier: MIT
// alert: decides a level for each point or batch of a group and publishes events. Points of which
// no event was sent go no further.
#include <algorithm>
#include <array>
#include <cctype>

#include "kit/gotemplate/gotemplate.hpp"
#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"
#include "topic.hpp"

namespace tickwork::stream {
namespace {

namespace go = gotemplate;

/// Handler methods of a script: the plugin's kind and what positional arguments are called. A name
/// that ends in "..." takes the rest.
struct HandlerMethod {
  const char *method, *kind;
  std::array<const char*, 2> arguments;
};
constexpr HandlerMethod handler_methods[] = {{"log", "log", {"path", nullptr}},
                                             {"post", "post", {"url", nullptr}},
                                             {"exec", "exec", {"prog", "args..."}},
                                             {"tcp", "tcp", {"address", nullptr}},
                                             {"email", "smtp", {"to...", nullptr}},
                                             {"slack", "slack", {}},
                                             {"discord", "discord", {}},
                                             {"teams", "teams", {}},
                                             {"telegram", "telegram", {}},
                                             {"hipChat", "hipchat", {}},
                                             {"pagerDuty", "pagerduty", {}},
                                             {"pagerDuty2", "pagerduty2", {}},
                                             {"opsGenie", "opsgenie", {}},
                                             {"opsGenie2", "opsgenie2", {}},
                                             {"victorOps", "victorops", {}},
                                             {"pushover", "pushover", {}},
                                             {"alerta", "alerta", {}},
                                             {"sensu", "sensu", {}},
                                             {"talk", "talk", {}},
                                             {"snmpTrap", "snmptrap", {"trap_oid", nullptr}},
                                             {"mqtt", "mqtt", {"topic", nullptr}},
                                             {"kafka", "kafka", {}},
                                             {"bigPanda", "bigpanda", {}},
                                             {"serviceNow", "servicenow", {}},
                                             {"zenoss", "zenoss", {}}};

/// skipSSLVerification: skip_ssl_verification.
std::string snake(const std::string& camel) {
  std::string out;
  for (size_t i = 0; i < camel.size(); ++i) {
    auto c = static_cast<unsigned char>(camel[i]);
    bool upper = std::isupper(c);
    bool before = i > 0 && std::islower(static_cast<unsigned char>(camel[i - 1]));
    bool word = i > 0 && i + 1 < camel.size() &&
                std::isupper(static_cast<unsigned char>(camel[i - 1])) &&
                std::islower(static_cast<unsigned char>(camel[i + 1]));
    if (upper && (before || word)) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

/// What an alert remembers of a group.
struct Track {
  std::vector<Level> history;  // a ring; at is the newest
  size_t at = 0;
  int64_t first_triggered = 0, last_triggered = 0;
  bool changed = false, expired = false, flapping = false;

  Level current() const { return history[at]; }
  Level before() const { return history[(at + history.size() - 1) % history.size()]; }

  void add(Level level, int64_t time, int64_t repeat_after) {
    changed = current() != level;
    at = (at + 1) % history.size();
    history[at] = level;
    expired = !changed && repeat_after != 0 && time - last_triggered >= repeat_after;
  }
  void triggered(int64_t time) {
    last_triggered = time;
    if (before() == ok) first_triggered = time;
  }
  // The share of changes, newer ones weighing more: 0.8 for the oldest to 1.2.
  double change_rate() const {
    const size_t n = history.size();
    double changes = 0, weight = 0.8, step = 0.4 / static_cast<double>(n - 1);
    for (size_t i = 0; i + 1 < n; ++i, weight += step)
      if (history[(at + 1 + i) % n] != history[(at + 2 + i) % n]) changes += weight;
    return changes / static_cast<double>(n - 1);
  }
};

class AlertNode : public Node {
 public:
  AlertNode(Edge edge, std::function<bool(const std::string&)> is_handler)
      : Node{"alert", "AlertNode", edge, edge}, is_handler_{std::move(is_handler)} {
    property("id", id_);
    property("message", message_);
    property("details", details_);
    property("topic", topic_);
    property("category", category_);
    property("history", history_);
    const char* names[] = {"", "info", "warn", "crit"};
    for (size_t i = 1; i < 4; ++i) {
      condition(names[i], levels_[i]);
      condition(std::string{names[i]} + "Reset", resets_[i]);
    }
    flag("all", all_);
    flag("noRecoveries", no_recoveries_);
    for (auto annotation :
         {"levelTag", "levelField", "messageField", "durationField", "idTag", "idField"})
      property(annotation, annotations_[annotation]);
    property("flapping", [this](Args& a) {
      a.expect(2);
      use_flapping_ = true;
      flapping_low_ = a.real(0);
      flapping_high_ = a.real(1);
    });
    property("stateChangesOnly", [this](Args& a) {
      a.expect_between(0, 1);
      changes_only_ = true;
      if (a.size() == 1) repeat_after_ = a.duration();
    });
    property("inhibit", [this](Args& a) { inhibitors_.push_back({a.string(0), a.strings(1)}); });
    for (auto counter : {"alerts_triggered", "alerts_inhibited", "oks_triggered", "infos_triggered",
                         "warns_triggered", "crits_triggered"})
      counters[counter] = 0;
  }

  void check() override {
    if (use_flapping_ &&
        (flapping_low_ < 0 || flapping_high_ > 1 || flapping_low_ > flapping_high_))
      throw ScriptError{"alert.flapping low and high must be between 0 and 1, low below high"};
    if (history_ < 2) history_ = 2;
  }
  bool other_property(const std::string& method, Args& args) override;
  void start(Task& t) override;
  void stop() override;
  size_t groups() const override { return tracks_.size(); }

  void point(const PointPtr& p, size_t) override;
  void batch(const BatchPtr& b, size_t) override;

 private:
  struct HandlerCall {
    std::string kind;
    Options options;
  };
  struct Inhibitor {
    std::string category;
    std::vector<std::string> tags;
  };
  /// What an event is about: for templates.
  struct Subject {
    const std::string& name;
    const Group& group;
    const Tags& tags;
    const Fields& fields;
    int64_t time;
  };

  Track& track(const Subject& subject, const std::string& id);
  Level decide(const Point& p, Level current);
  bool holds(Condition& condition, const Point& p);
  /// Whether an event of this level is to be sent, after it was added to the track.
  bool wanted(Track& t, Level level);
  bool publish(const Subject& subject, const std::string& id, Track& t, Level level,
               std::string row, EventState& state);
  void set_inhibitors(const Subject& subject, Level level);
  void annotate(Point& p, const std::string& id, const EventState& state) const;

  go::Value data(const Subject& subject) const;
  std::string render(const go::Template& text, const go::Value& data, go::Escape escape) const;

  std::string id_ = "{{ .Name }}:{{ .Group }}", message_ = "{{ .ID }} is {{ .Level }}",
              details_ = "{{ json . }}", topic_, category_, anonymous_;
  std::array<Condition, 4> levels_, resets_;
  int64_t history_ = 21, repeat_after_ = 0;
  bool all_ = false, no_recoveries_ = false, changes_only_ = false, use_flapping_ = false;
  double flapping_low_ = 0, flapping_high_ = 1;
  std::map<std::string, std::string> annotations_;
  std::vector<HandlerCall> calls_;
  std::vector<Inhibitor> inhibitors_;
  std::function<bool(const std::string&)> is_handler_;
  std::shared_ptr<const go::Template> id_template_, message_template_, details_template_;
  PerGroup<Track> tracks_;
};

bool AlertNode::other_property(const std::string& method, Args& args) {
  auto known = std::find_if(std::begin(handler_methods), std::end(handler_methods),
                            [&](auto& h) { return h.method == method; });
  bool foreign = known == std::end(handler_methods) && is_handler_ && is_handler_(method);
  if (known != std::end(handler_methods) || foreign) {
    HandlerCall call{foreign ? method : known->kind, {}};
    for (size_t i = 0, slot = 0; i < args.size(); ++i) {
      const char* slot_name = foreign || slot >= 2 ? nullptr : known->arguments[slot];
      if (!slot_name) throw ScriptError{"too many arguments for handler \"" + method + "\""};
      std::string option{slot_name};
      bool rest = option.ends_with("...");
      if (rest)
        option.resize(option.size() - 3);
      else
        ++slot;
      if (!call.options.empty() && call.options.back().name == option)
        call.options.back().values.push_back(args[i].value);
      else
        call.options.push_back({option, {args[i].value}, rest});
    }
    calls_.push_back(std::move(call));
    return true;
  }
  if (calls_.empty()) return false;
  Options& options = calls_.back().options;
  if (method == "header") {
    std::string line = args.string(0) + ": " + args.string(1);
    if (options.empty() || options.back().name != "headers")
      options.push_back({"headers", {}, true});
    options.back().values.push_back(Value::of(line));
    return true;
  }
  Option option{snake(method), {}, args.size() > 1};
  for (size_t i = 0; i < args.size(); ++i) option.values.push_back(args[i].value);
  if (args.size() == 0) option.values.push_back(Value::of(true));
  options.push_back(std::move(option));
  return true;
}

void AlertNode::start(Task& t) {
  auto parse = [](const char* what, const std::string& text) {
    auto parsed = go::Template::parse(what, text);
    if (!parsed.value) throw ScriptError{parsed.error};
    return parsed.value;
  };
  id_template_ = parse("id", id_);
  message_template_ = parse("message", message_);
  details_template_ = parse("details", details_);
  anonymous_ = "main:" + t.id() + ":" + label;
  for (size_t i = 0; i < calls_.size(); ++i) {
    auto notifier = t.services().make_notifier(calls_[i].kind, calls_[i].options);
    auto error = t.services().topics->add_handler(
        anonymous_, {calls_[i].kind + std::to_string(i), calls_[i].kind, "", "{}"},
        std::move(notifier));
    if (!error.empty()) throw ScriptError{error};
  }
}

void AlertNode::stop() {
  if (task && task->services().topics) task->services().topics->close(anonymous_);
}

go::Value AlertNode::data(const Subject& s) const {
  using go::Missing, go::Value;
  auto& services = task->services();
  Value tags = Value::map(Missing::empty), fields = Value::map(Missing::no_value);
  for (auto& [key, value] : s.tags) tags.entries.emplace_back(key, Value::of(value));
  for (auto& [key, value] : s.fields) {
    auto& slot = fields.entries.emplace_back(key, Value{}).second;
    switch (value.type) {
      case Type::boolean:
        slot = Value::of(value.integer != 0);
        break;
      case Type::integer:
        slot = Value::of(value.integer);
        break;
      case Type::real:
        slot = Value::of(value.real);
        break;
      case Type::string:
        slot = Value::of(value.text);
        break;
      default:
        break;
    }
  }
  Value server = Value::map(Missing::error, {{"Hostname", Value::of(services.hostname)},
                                             {"ClusterID", Value::of(services.cluster_id)},
                                             {"ServerID", Value::of(services.server_id)}});
  return Value::map(Missing::error,
                    {{"Name", Value::of(s.name)},
                     {"TaskName", Value::of(task->id())},
                     {"Group", Value::of(s.group.id.empty() ? std::string{"nil"} : s.group.id)},
                     {"Tags", std::move(tags)},
                     {"ServerInfo", std::move(server)},
                     {"ID", Value::of(std::string{})},
                     {"Fields", std::move(fields)},
                     {"Level", Value::of(std::string{})},
                     {"Time", Value::time(s.time)},
                     {"Duration", Value::duration(0)}});
}

// A template that fails ends the task, as in Kapacitor.
std::string AlertNode::render(const go::Template& text, const go::Value& values,
                              go::Escape escape) const {
  std::string out, error;
  if (!text.render(values, escape, out, error)) throw std::runtime_error{label + ": " + error};
  return out;
}

Track& AlertNode::track(const Subject& s, const std::string& id) {
  Track& t = tracks_[s.group];
  if (!t.history.empty()) return t;
  t.history.assign(static_cast<size_t>(history_), ok);
  EventState saved;
  auto& topics = *task->services().topics;
  if ((!calls_.empty() && topics.state(anonymous_, id, saved)) ||
      (!topic_.empty() && topics.state(topic_, id, saved))) {
    t.history[0] = saved.level;
    t.last_triggered = saved.time;
    t.first_triggered = saved.time - saved.duration;
  }
  return t;
}

bool AlertNode::holds(Condition& condition, const Point& p) {
  bool yes = false;
  return condition && test(condition, condition.state, p, yes) && yes;
}

// Upward first, then the reset of the current level may hold it, then downward.
Level AlertNode::decide(const Point& p, Level current) {
  for (int l = critical; l >= std::max<int>(current, info); --l)
    if (holds(levels_[static_cast<size_t>(l)], p)) return static_cast<Level>(l);
  auto& reset = resets_[current];
  if (reset && !holds(reset, p)) return current;
  for (int l = current - 1; l >= info; --l)
    if (holds(levels_[static_cast<size_t>(l)], p)) return static_cast<Level>(l);
  return ok;
}

bool AlertNode::wanted(Track& t, Level level) {
  if (use_flapping_) {
    double rate = t.change_rate();
    t.flapping = t.flapping ? rate >= flapping_low_ : rate > flapping_high_;
    if (t.flapping) return false;
  }
  if (changes_only_ && !t.changed && !t.expired) return false;
  return level != ok || t.changed;
}

bool AlertNode::publish(const Subject& s, const std::string& id, Track& t, Level level,
                        std::string row, EventState& state) {
  t.triggered(s.time);
  set_inhibitors(s, level);
  if (no_recoveries_ && level == ok) return false;
  state = {"", "", s.time, t.last_triggered - t.first_triggered, level};
  auto values = data(s);
  values.entries[5].second = go::Value::of(id);
  values.entries[7].second = go::Value::of(std::string{stream::name(level)});
  values.entries[9].second = go::Value::duration(state.duration);
  state.message = render(*message_template_, values, go::Escape::none);
  values.entries.emplace_back("Message", go::Value::of(state.message));
  state.details = render(*details_template_, values, go::Escape::html);

  Event event{"",     id,     task->id(), category_,     state, ok, !no_recoveries_,
              s.name, s.tags, s.fields,   std::move(row)};
  auto& topics = *task->services().topics;
  if (topics.inhibited(event)) {
    ++counters["alerts_inhibited"];
    return true;
  }
  ++counters["alerts_triggered"];
  static constexpr const char* by_level[] = {"oks_triggered", "infos_triggered", "warns_triggered",
                                             "crits_triggered"};
  ++counters[by_level[level]];
  for (auto* topic : {&anonymous_, &topic_}) {
    if (topic->empty() || (topic == &anonymous_ && calls_.empty())) continue;
    event.topic = *topic;
    topics.collect(event);
  }
  return true;
}

void AlertNode::set_inhibitors(const Subject& s, Level level) {
  for (auto& inhibitor : inhibitors_) {
    Tags tags;
    for (auto& key : inhibitor.tags)
      if (auto* value = find(s.tags, key)) tags.emplace_back(key, *value);
    task->services().topics->inhibit(inhibitor.category, tags, level != ok);
  }
}

void AlertNode::annotate(Point& p, const std::string& id, const EventState& state) const {
  auto wanted_as = [&](const char* annotation) -> const std::string& {
    return annotations_.at(annotation);
  };
  auto field = [&](const std::string& key, Value v) {
    if (!key.empty()) put(p.fields, key, std::move(v));
  };
  auto tag = [&](const std::string& key, const std::string& v) {
    if (!key.empty()) put(p.tags, key, v);
  };
  tag(wanted_as("levelTag"), stream::name(state.level));
  tag(wanted_as("idTag"), id);
  field(wanted_as("levelField"), Value::of(std::string{stream::name(state.level)}));
  field(wanted_as("messageField"), Value::of(state.message));
  field(wanted_as("durationField"), Value::of(state.duration));
  field(wanted_as("idField"), Value::of(id));
}

void AlertNode::point(const PointPtr& p, size_t) {
  Subject s{p->name, *p->group, p->tags, p->fields, p->time};
  std::string id = render(*id_template_, data(s), go::Escape::none);
  Track& t = track(s, id);
  Level level = decide(*p, t.current());
  t.add(level, p->time, repeat_after_);
  EventState state;
  if (!wanted(t, level) || !publish(s, id, t, level, row_json(*p), state)) return;
  auto out = copy(p);
  annotate(*out, id, state);
  emit(PointPtr{out});
}

// The level of a batch is its highest point's (lowest with all()), each judged from the level
// before.
void AlertNode::batch(const BatchPtr& b, size_t) {
  if (b->points.empty()) return;
  Subject first{b->name, *b->group, b->group->tags, b->points[0]->fields, b->tmax};
  std::string id = render(*id_template_, data(first), go::Escape::none);
  Track& t = track(first, id);
  Level highest = ok, lowest = critical;
  const Point* at_highest = b->points[0].get();
  for (auto& p : b->points) {
    Level l = decide(*p, t.current());
    lowest = std::min(lowest, l);
    if (l > highest) highest = l, at_highest = p.get();
  }
  Level level = all_ ? lowest : highest;
  Subject s{b->name, *b->group, b->group->tags, at_highest->fields,
            level == ok || all_ ? b->tmax : at_highest->time};
  t.add(level, s.time, repeat_after_);
  EventState state;
  if (!wanted(t, level) || !publish(s, id, t, level, row_json(*b), state)) return;
  auto out = std::make_shared<Batch>(*b);
  for (auto& p : out->points) {
    auto changed = copy(p);
    annotate(*changed, id, state);
    p = changed;
  }
  emit(BatchPtr{out});
}

}  // namespace

std::unique_ptr<Node> make_alert(Edge edge, std::function<bool(const std::string&)> is_handler) {
  return std::make_unique<AlertNode>(edge, std::move(is_handler));
}

}  // namespace tickwork::stream
