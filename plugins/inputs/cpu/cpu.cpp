// SPDX-License-Identifier: MIT
// inputs.cpu: time of the processors, from /proc/stat.
#include <array>
#include <map>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

enum { user, nice, sys, idle, iowait, irq, softirq, steal, guest, guest_nice, kinds };
using Times = std::array<double, kinds>;  // in ticks, so that differences are exact

constexpr double ticks_per_second = 100;  // of /proc, whatever the kernel's own HZ

// guest is part of user already, guest_nice of nice.
double total(const Times& t) {
  return t[user] + t[nice] + t[sys] + t[idle] + t[iowait] + t[irq] + t[softirq] + t[steal];
}

class Cpu {
 public:
  Cpu(Host, Config config)
      : per_cpu_{config.boolean("percpu")},
        total_{config.boolean("totalcpu")},
        time_{config.boolean("collect_cpu_time")},
        active_{config.boolean("report_active")},
        core_tags_{config.boolean("core_tags")} {}

  void gather(Sink sink) {
    std::map<std::string, Times> now;
    const std::string text = procfs::read(procfs::proc("stat"));
    for (const auto line : procfs::lines(text)) {
      if (!line.starts_with("cpu")) continue;
      const auto words = procfs::words(line);
      const bool all = words[0] == "cpu";
      if (!(all ? total_ : per_cpu_)) continue;
      Times times{};
      for (size_t i = 0; i < kinds && i + 1 < words.size(); ++i) {
        times[i] = static_cast<double>(procfs::number(words[i + 1]));
      }
      now.emplace(all ? "cpu-total" : std::string{words[0]}, times);
    }
    for (const auto& [name, times] : now) {
      if (time_) add_times(sink, name, times);
      if (const auto last = last_.find(name); last != last_.end()) {
        add_usage(sink, name, times, last->second);
      }
    }
    last_ = std::move(now);
  }

 private:
  void begin(const std::string& name) {
    row_.clear("cpu").tag("cpu", name);
    if (!core_tags_ || name == "cpu-total") return;
    const std::string folder = "devices/system/cpu/" + name + "/topology/";
    add_core_tag("core_id", folder + "core_id", core_);
    add_core_tag("physical_id", folder + "physical_package_id", package_);
  }

  void add_core_tag(const char* key, const std::string& file, std::string& text) {
    if (!procfs::try_read(procfs::sys(file), text)) return;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    row_.tag(key, text);
  }

  void add_times(Sink sink, const std::string& name, const Times& now) {
    static constexpr const char* keys[] = {
        "time_user", "time_nice",    "time_system", "time_idle",  "time_iowait",
        "time_irq",  "time_softirq", "time_steal",  "time_guest", "time_guest_nice"};
    begin(name);
    for (size_t i = 0; i < kinds; ++i) row_.field(keys[i], now[i] / ticks_per_second);
    if (active_) row_.field("time_active", (total(now) - now[idle]) / ticks_per_second);
    sink.add(row_.kind(TW_COUNTER));
  }

  void add_usage(Sink sink, const std::string& name, const Times& now, const Times& last) {
    static constexpr const char* keys[] = {
        "usage_user", "usage_nice",    "usage_system", "usage_idle",  "usage_iowait",
        "usage_irq",  "usage_softirq", "usage_steal",  "usage_guest", "usage_guest_nice"};
    const double span = total(now) - total(last);
    if (span < 0) {
      throw Error{TW_E_INVALID, "current total CPU time is less than previous total CPU time"};
    }
    if (span == 0) return;
    begin(name);
    Times delta{};
    for (size_t i = 0; i < kinds; ++i) delta[i] = now[i] - last[i];
    const double busy = span - delta[idle];
    delta[user] -= delta[guest];
    delta[nice] -= delta[guest_nice];
    for (size_t i = 0; i < kinds; ++i) row_.field(keys[i], 100 * delta[i] / span);
    if (active_) row_.field("usage_active", 100 * busy / span);
    sink.add(row_.kind(TW_GAUGE));
  }

  bool per_cpu_, total_, time_, active_, core_tags_;
  std::map<std::string, Times> last_;
  Row row_;
  std::string core_, package_;
};

constexpr tw_option options[] = {
    {"percpu", TW_OPT_BOOL, 0, "true", "A point for each processor"},
    {"totalcpu", TW_OPT_BOOL, 0, "true", "A point for all together"},
    {"collect_cpu_time", TW_OPT_BOOL, 0, "false", "Also the seconds since start"},
    {"report_active", TW_OPT_BOOL, 0, "false", "Also the sum of all states but idle"},
    {"core_tags", TW_OPT_BOOL, 0, "false", "Tags core_id and physical_id"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.cpu", "0.1.0", "MIT",
                tickwork::plugin<Cpu>("inputs.cpu", "Time of the processors", options));
