// SPDX-License-Identifier: MIT
// inputs.system: load, uptime and users.
#include <utmpx.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

struct Processors {
  int64_t logical = 0, physical = 0;
};

Processors processors() {
  Processors count;
  std::string text;
  if (!procfs::try_read(procfs::proc("cpuinfo"), text)) return count;
  std::set<std::string> cores;
  std::string package;
  for (const auto line : procfs::lines(text)) {
    const std::string value{line.substr(std::min(line.find(':') + 1, line.size()))};
    if (line.starts_with("processor")) ++count.logical;
    if (line.starts_with("physical id")) package = value;
    if (line.starts_with("core id")) cores.insert(package + "/" + value);
  }
  count.physical = cores.empty() ? count.logical : static_cast<int64_t>(cores.size());
  return count;
}

// "12 days,  3:04".
std::string uptime_text(uint64_t seconds) {
  const uint64_t days = seconds / 86400;
  char text[64];
  std::string out;
  if (days > 0) out = std::to_string(days) + (days > 1 ? " days, " : " day, ");
  std::snprintf(text, sizeof text, "%2d:%02d", static_cast<int>(seconds / 3600 % 24),
                static_cast<int>(seconds / 60 % 60));
  return out + text;
}

class System {
 public:
  System(Host, Config config) {
    for (const auto& part : config.strings("include")) {
      if (part == "legacy") continue;
      throw Error{TW_E_INVALID, "include = [\"" + part + "\"]: only \"legacy\" is available"};
    }
  }

  void gather(Sink sink) {
    add_load(sink);
    const std::string text = procfs::read(procfs::proc("uptime"));
    const uint64_t uptime = procfs::number(text);
    sink.point("system").field("uptime", uptime).kind(TW_COUNTER).send();
    sink.point("system").field("uptime_format", uptime_text(uptime)).send();
  }

 private:
  static void add_load(Sink sink) {
    const std::string text = procfs::read(procfs::proc("loadavg"));
    const auto words = procfs::words(text);
    if (words.size() < 3) throw Error{TW_E_INVALID, "cannot understand " + procfs::proc("loadavg")};
    const auto [logical, physical] = processors();
    Row row{"system"};
    const char* names[] = {"load1", "load5", "load15"};
    for (size_t i = 0; i < 3; ++i) {
      row.field(names[i], std::strtod(std::string{words[i]}.c_str(), nullptr));
    }
    row.field("n_cpus", logical).field("n_physical_cpus", physical);
    add_users(row);
    sink.add(row.kind(TW_GAUGE));
  }

  static void add_users(Row& row) {
    int64_t users = 0;
    std::set<std::string> names;
    setutxent();
    while (const utmpx* entry = getutxent()) {
      if (entry->ut_type != USER_PROCESS) continue;
      ++users;
      names.emplace(entry->ut_user, strnlen(entry->ut_user, sizeof entry->ut_user));
    }
    endutxent();
    row.field("n_users", users).field("n_unique_users", static_cast<int64_t>(names.size()));
  }
};

constexpr tw_option options[] = {
    {"include", TW_OPT_STRING, TW_LIST, "[\"legacy\"]", "Groups of values; only \"legacy\""}, {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.system", "0.1.0", "MIT",
                tickwork::plugin<System>("inputs.system", "Load, uptime and users", options));
