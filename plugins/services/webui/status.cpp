// SPDX-License-Identifier: MIT
#include "status.hpp"

#include <algorithm>
#include <cmath>

namespace tickwork::webui {
namespace {

constexpr size_t kept_samples = 3600;
constexpr double smoothing = 0.3;  // share of the newest second in a shown rate

const char* state_name(uint32_t state) {
  switch (state) {
    case TW_CREATED:
      return "created";
    case TW_STARTED:
      return "running";
    case TW_STOPPED:
      return "stopped";
    case TW_FAILED:
      return "failed";
    case TW_STUCK:
      return "stuck";
    default:
      return "unknown";
  }
}

std::string level_of(const std::string& state) {
  if (state == "failed" || state == "stuck") return "crit";
  return state == "running" ? "ok" : "idle";
}

// An input's points go out, an output's come in; the greater is what passed through.
uint64_t passed(const tw_instance_info& info) { return std::max(info.points_in, info.points_out); }

}  // namespace

void Status::visit(void* self, const tw_instance_info* info) {
  Line line;
  line.name = string(info->name);
  line.plugin = string(info->plugin);
  line.kind = string(info->kind);
  line.state = state_name(info->state);
  line.message = string(info->error);
  line.points = passed(*info);
  if (line.points == 0) line.points = info->calls;
  line.errors = info->errors;
  line.queued = info->queued;
  line.p99_ns = info->call_p99_ns;
  line.memory = info->memory;
  static_cast<std::vector<Line>*>(self)->push_back(std::move(line));
}

void Status::sample() {
  const auto* inspect = host_.service<tw_inspect>();
  if (!inspect) return;
  std::vector<Line> lines;
  inspect->instances(host_.raw(), &lines, &Status::visit);
  const std::lock_guard lock{mutex_};
  const int64_t now = host_.now();
  const double seconds = before_ns_ ? static_cast<double>(now - before_ns_) / 1e9 : 0;
  std::map<std::string, double> rates;
  for (const Line& line : lines_) rates[line.name] = line.rate;
  double gathered = 0;
  for (Line& line : lines) {
    const auto before = before_.find(line.name);
    if (seconds > 0 && before != before_.end() && line.points >= before->second) {
      const double rate = static_cast<double>(line.points - before->second) / seconds;
      if (line.kind == "input") gathered += rate;
      line.rate = smoothing * rate + (1 - smoothing) * rates[line.name];
    }
    before_[line.name] = line.points;
  }
  if (seconds > 0) history_.push_back({now, gathered});
  if (history_.size() > kept_samples) history_.pop_front();
  before_ns_ = now;
  lines_ = std::move(lines);
}

Frame Status::instances() const {
  const std::lock_guard lock{mutex_};
  std::vector<Line> lines = lines_;
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return (level_of(a.state) == "crit") > (level_of(b.state) == "crit");
  });
  const auto words = [&](const char* name, auto get) {
    std::vector<std::string> values;
    for (const Line& line : lines) values.push_back(get(line));
    return texts(name, std::move(values));
  };
  const auto values = [&](const char* name, const char* unit, auto get) {
    std::vector<double> out;
    for (const Line& line : lines) out.push_back(static_cast<double>(get(line)));
    return numbers(name, std::move(out), unit);
  };
  Frame frame;
  frame.columns = {
      words("name", [](const Line& line) { return line.name; }),
      words("plugin", [](const Line& line) { return line.plugin; }),
      words("kind", [](const Line& line) { return line.kind; }),
      words("state", [](const Line& line) { return line.state; }),
      words("level", [](const Line& line) { return level_of(line.state); }),
      words("message", [](const Line& line) { return line.message; }),
      values("events", "", [](const Line& line) { return line.rate; }),
      values("errors", "", [](const Line& line) { return line.errors; }),
      values("queue", "", [](const Line& line) { return line.queued; }),
      values("p99", "ns",
             [](const Line& line) {
               return line.p99_ns ? static_cast<double>(line.p99_ns) : std::nan("");
             }),
      values("memory", "B", [](const Line& line) { return line.memory; }),
  };
  return frame;
}

Frame Status::points(int64_t from_ns, int64_t to_ns, int64_t interval_ns) const {
  const std::lock_guard lock{mutex_};
  Column time, rate = numbers("points", {}, "/s");
  time.name = "time";
  time.type = Column::Type::time;
  int64_t bucket = -1;
  double sum = 0, count = 0;
  const auto flush = [&] {
    if (count == 0) return;
    time.numbers.push_back(static_cast<double>(bucket * interval_ns) / 1e6);
    rate.numbers.push_back(sum / count);
  };
  for (const Sample& sample : history_) {
    if (sample.time_ns < from_ns || sample.time_ns >= to_ns) continue;
    if (const int64_t own = sample.time_ns / interval_ns; own != bucket) {
      flush();
      bucket = own;
      sum = count = 0;
    }
    sum += sample.rate;
    ++count;
  }
  flush();
  Frame frame;
  frame.columns = {std::move(time), std::move(rate)};
  return frame;
}

}  // namespace tickwork::webui
