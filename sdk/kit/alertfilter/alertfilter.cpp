// SPDX-License-Identifier: MIT
// Topic globs and match expressions over tw_event.
#include "kit/alertfilter/alertfilter.hpp"

#include <fnmatch.h>

#include "kit/tickscript/tickscript.hpp"

namespace tickwork {
namespace {

class EventScope : public lambda::Scope {
 public:
  EventScope(const tw_event& event, int64_t now) : event_{event}, now_{now} {}
  bool get(std::string_view name, lambda::Value& out, std::string& error) const override {
    for (size_t i = 0; i < event_.n_tags; ++i)
      if (view(event_.tags[i].key) == name) {
        out = lambda::Value::of(string(event_.tags[i].value));
        return true;
      }
    error = "no tag \"" + std::string{name} + "\" on the event";
    return false;
  }
  std::string names() const override { return {}; }
  bool call(std::string_view function, lambda::Value& out) const override {
    using lambda::Value;
    if (function == "changed")
      out = Value::of(event_.level != event_.previous);
    else if (function == "level")
      out = Value::of(int64_t{event_.level});
    else if (function == "name")
      out = Value::of(string(event_.name));
    else if (function == "taskName")
      out = Value::of(string(event_.task));
    else if (function == "alertDuration")
      out = Value::duration(event_.duration_ns);
    else
      return false;
    return true;
  }
  int64_t now() const override { return now_; }

 private:
  const tw_event& event_;
  int64_t now_;
};

}  // namespace

AlertFilter::AlertFilter(std::string topic, const std::string& match, Host host)
    : topic_{std::move(topic)}, host_{host} {
  if (match.empty()) return;
  auto parsed = tickscript::parse_lambda(match);
  if (!parsed.root) throw Error{TW_E_INVALID, "match: " + parsed.error};
  lambda::Constants levels;
  int64_t number = 0;
  for (auto name : {"OK", "INFO", "WARNING", "CRITICAL"})
    levels.emplace_back(name, lambda::Value::of(number++));
  auto compiled = lambda::compile(*parsed.root, levels);
  if (!compiled.expression) throw Error{TW_E_INVALID, "match: " + compiled.error};
  match_ = compiled.expression;
}

bool AlertFilter::wants(const tw_event& event) {
  if (!topic_.empty() && fnmatch(topic_.c_str(), string(event.topic).c_str(), 0) != 0) return false;
  if (!match_) return true;
  bool yes = false;
  std::string error;
  if (match_->test(EventScope{event, host_.now()}, state_, yes, error)) return yes;
  host_.debug("match: " + error);
  return false;
}

}  // namespace tickwork
