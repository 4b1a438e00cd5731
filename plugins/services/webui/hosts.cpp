// SPDX-License-Identifier: MIT
#include "hosts.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "frame.hpp"
#include "time_units.hpp"

namespace tickwork::webui {
namespace {

constexpr int64_t hosts_fresh_for = 3 * second;
constexpr int64_t apps_fresh_for = 60 * second;
constexpr double silent_after_ms = 60'000;

// Measurements that every machine has; the others name what runs on it.
const std::set<std::string> system_measurements = {"cpu",
                                                   "mem",
                                                   "disk",
                                                   "diskio",
                                                   "net",
                                                   "netstat",
                                                   "system",
                                                   "swap",
                                                   "kernel",
                                                   "processes",
                                                   "interrupts",
                                                   "internal",
                                                   "nstat",
                                                   "sensors",
                                                   "temp",
                                                   "linux_sysctl_fs",
                                                   "conntrack",
                                                   "kernel_vmstat",
                                                   "soft_interrupts",
                                                   "wireless",
                                                   "cgroup",
                                                   "procstat",
                                                   "internal_agent",
                                                   "internal_gather",
                                                   "internal_write",
                                                   "internal_memstats",
                                                   "tickwork"};

struct Line {
  double cpu = missing, mem = missing, load = missing, uptime = missing, seen = 0;
  std::vector<std::string> apps;
};

std::string host_of(const Table& table) {
  for (const auto& [key, value] : table.tags)
    if (key == "host") return value;
  return "";
}

double last_of(const Table& table, size_t column) {
  if (column >= table.columns.size() || table.columns[column].numbers.empty()) return missing;
  return table.columns[column].numbers.back();
}

void read_cpu(const Engine& engine, const std::string& since, std::map<std::string, Line>& lines) {
  for (const Table& table :
       ask(engine, "SELECT last(usage_idle) FROM cpu WHERE cpu = 'cpu-total' AND time >= " + since +
                       " GROUP BY host")) {
    Line& line = lines[host_of(table)];
    line.cpu = 100 - last_of(table, 1);
    line.seen = std::max(line.seen, last_of(table, 0));
  }
}

void read_rest(const Engine& engine, const std::string& since, std::map<std::string, Line>& lines) {
  for (const Table& table :
       ask(engine, "SELECT last(used_percent) FROM mem WHERE time >= " + since + " GROUP BY host"))
    lines[host_of(table)].mem = last_of(table, 1);
  for (const Table& table :
       ask(engine, "SELECT last(load1) FROM system WHERE time >= " + since + " GROUP BY host")) {
    Line& line = lines[host_of(table)];
    line.load = last_of(table, 1);
    line.seen = std::max(line.seen, last_of(table, 0));
  }
  for (const Table& table :
       ask(engine, "SELECT last(uptime) FROM system WHERE time >= " + since + " GROUP BY host"))
    lines[host_of(table)].uptime = last_of(table, 1);
}

std::vector<std::pair<std::string, std::string>> read_apps(const Engine& engine) {
  std::vector<std::pair<std::string, std::string>> apps;
  for (const Table& table : ask(engine, "SHOW TAG VALUES WITH KEY = host")) {
    if (system_measurements.count(table.name) || table.columns.empty()) continue;
    for (const std::string& host : table.columns.back().texts) apps.emplace_back(host, table.name);
  }
  return apps;
}

std::string status_of(const Line& line, double now_ms) {
  if (now_ms - line.seen > silent_after_ms) return "crit";
  const double worst =
      std::max(std::isnan(line.cpu) ? 0 : line.cpu, std::isnan(line.mem) ? 0 : line.mem);
  return worst >= 95 ? "crit" : worst >= 85 ? "warn" : "ok";
}

Frame frame_of(const std::map<std::string, Line>& lines, double now_ms) {
  Column host = texts("host", {}), status = texts("status", {}), apps;
  apps.name = "apps";
  apps.type = Column::Type::list;
  Column cpu = numbers("cpu", {}, "%"), mem = numbers("mem", {}, "%"), load = numbers("load", {}),
         uptime = numbers("uptime", {}, "s"), seen = numbers("seen", {});
  for (const char* wanted : {"crit", "warn", "ok"}) {
    for (const auto& [name, line] : lines) {
      if (status_of(line, now_ms) != wanted) continue;
      const bool silent = now_ms - line.seen > silent_after_ms;
      host.texts.push_back(name);
      status.texts.emplace_back(wanted);
      cpu.numbers.push_back(silent ? missing : line.cpu);
      mem.numbers.push_back(silent ? missing : line.mem);
      load.numbers.push_back(silent ? missing : line.load);
      uptime.numbers.push_back(silent ? missing : line.uptime);
      seen.numbers.push_back(line.seen);
      apps.lists.push_back(line.apps);
    }
  }
  Frame frame;
  frame.columns = {std::move(host), std::move(status), std::move(cpu),  std::move(mem),
                   std::move(load), std::move(uptime), std::move(seen), std::move(apps)};
  return frame;
}

std::string own_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

Frame Hosts::frame() {
  const std::lock_guard lock{mutex_};
  const int64_t now = engine_.host.now();
  if (asked_ns_ && now >= asked_ns_ && now - asked_ns_ < hosts_fresh_for) return kept_;
  const std::string since = std::to_string(now - 3600 * second);
  std::map<std::string, Line> lines;
  read_cpu(engine_, since, lines);
  read_rest(engine_, since, lines);
  lines.erase("");
  if (!apps_ns_ || now - apps_ns_ > apps_fresh_for) {
    apps_ = read_apps(engine_);
    apps_ns_ = now;
  }
  for (const auto& [host, app] : apps_)
    if (const auto line = lines.find(host); line != lines.end()) line->second.apps.push_back(app);
  kept_ = frame_of(lines, static_cast<double>(now) / 1e6);
  asked_ns_ = now;
  return kept_;
}

std::vector<std::string> Hosts::names() {
  try {
    std::vector<std::string> names = frame().columns.front().texts;
    std::sort(names.begin(), names.end());
    if (const auto own = std::find(names.begin(), names.end(), own_name()); own != names.end())
      std::rotate(names.begin(), own, own + 1);
    return names;
  } catch (const Error&) {
    return {};  // the page says why where it shows the hosts
  }
}

}  // namespace tickwork::webui
