// SPDX-License-Identifier: MIT
#include "alerts.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "json.hpp"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {
namespace {

namespace json = boost::json;

constexpr int64_t topics_fresh_for = 2'000'000'000;
constexpr const char* topics_path = "/kapacitor/v1/alerts/topics";

std::string escaped(const std::string& segment) {
  std::string out;
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", byte);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~')
      out += c;
    else
      out += code;
  }
  return out;
}

}  // namespace

double time_of(const std::string& rfc3339) {
  std::tm parts{};
  double seconds = 0;
  if (std::sscanf(rfc3339.c_str(), "%d-%d-%dT%d:%d:%lf", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &seconds) != 6)
    return 0;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return (static_cast<double>(timegm(&parts)) + seconds) * 1000;
}

double length_of(const std::string& duration) {
  static constexpr std::pair<const char*, double> units[] = {
      {"ms", 1}, {"h", 3600e3}, {"m", 60e3}, {"s", 1000}, {"us", 1e-3}, {"ns", 1e-6}};
  double total = 0;
  const char* at = duration.c_str();
  while (*at) {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    const auto unit = std::find_if(std::begin(units), std::end(units), [&](const auto& one) {
      return std::string_view{end}.substr(0, std::string_view{one.first}.size()) == one.first;
    });
    if (end == at || unit == std::end(units)) return 0;
    total += value * unit->second;
    at = end + std::string_view{unit->first}.size();
  }
  return total;
}

std::vector<Alert> read_events(const std::string& topic, const std::string& text) {
  std::vector<Alert> alerts;
  const json::value parsed = json::parse(text);
  const json::value* events = parsed.as_object().if_contains("events");
  if (!events || !events->is_array()) return alerts;
  for (const json::value& event : events->get_array()) {
    const json::object& object = event.as_object();
    const json::object& state = object.at("state").as_object();
    alerts.push_back({text_at(object, "id"), topic, text_at(state, "level"),
                      text_at(state, "message"),
                      time_of(text_at(state, "time")) - length_of(text_at(state, "duration"))});
  }
  return alerts;
}

void Alerts::refresh(int64_t now_ns) {
  if (asked_ns_ && now_ns >= asked_ns_ && now_ns - asked_ns_ < topics_fresh_for) return;
  asked_ns_ = now_ns;
  problem_.clear();
  std::vector<Alert> alerts;
  try {
    const json::value topics = json::parse(get_(topics_path));
    for (const json::value& topic : topics.as_object().at("topics").as_array()) {
      const std::string id = text_at(topic.as_object(), "id");
      for (Alert& alert :
           read_events(id, get_(std::string{topics_path} + "/" + escaped(id) + "/events")))
        alerts.push_back(std::move(alert));
    }
    kept_ = std::move(alerts);
  } catch (const std::exception& e) {
    problem_ = e.what();
  }
}

Frame Alerts::frame(int64_t now_ns) {
  const std::lock_guard lock{mutex_};
  refresh(now_ns);
  if (!problem_.empty()) throw Error{TW_E_IO, problem_};
  Column id = texts("id", {}), level = texts("level", {}), message = texts("message", {}),
         topic = texts("topic", {}), time = numbers("time", {});
  for (const Alert& alert : kept_) {
    id.texts.push_back(alert.id);
    level.texts.push_back(alert.level);
    message.texts.push_back(alert.message);
    topic.texts.push_back(alert.topic);
    time.numbers.push_back(alert.time_ms);
  }
  Frame frame;
  frame.columns = {std::move(id), std::move(level), std::move(message), std::move(topic),
                   std::move(time)};
  return frame;
}

size_t Alerts::open() {
  const std::lock_guard lock{mutex_};
  return static_cast<size_t>(std::count_if(kept_.begin(), kept_.end(),
                                           [](const Alert& alert) { return alert.level != "OK"; }));
}

}  // namespace tickwork::webui
