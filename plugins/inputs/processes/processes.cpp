// SPDX-License-Identifier: MIT
// inputs.processes: how many processes are in which state, from /proc/*/stat.
#include <algorithm>
#include <filesystem>
#include <map>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

const char* state_name(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'S':
      return "sleeping";
    case 'D':
    case 'U':
    case 'L':
      return "blocked";
    case 'I':
      return "idle";
    case 'Z':
      return "zombies";
    case 'X':
      return "dead";
    case 'T':
    case 't':
      return "stopped";
    case 'W':
      return "paging";
    case 'P':
      return "parked";
    default:
      return "unknown";
  }
}

bool is_number(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class Processes {
 public:
  Processes(Host, Config) {}

  void gather(Sink sink) {
    std::map<std::string, int64_t> count;
    for (const char* name : {"blocked", "zombies", "stopped", "running", "sleeping", "total",
                             "unknown", "dead", "paging", "idle", "parked", "total_threads"}) {
      count[name] = 0;
    }
    std::error_code error;
    const std::string folder = procfs::proc("");
    for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
      if (is_number(entry.path().filename())) add(entry.path() / "stat", count);
    }
    if (error) throw Error{TW_E_IO, "cannot list " + folder + ": " + error.message()};
    Row row{"processes"};
    for (const auto& [name, number] : count) row.field(name, number);
    sink.add(row.kind(TW_GAUGE));
  }

 private:
  // pid (name) state ...; the name may hold anything. A process that has just ended is left out.
  static void add(const std::string& path, std::map<std::string, int64_t>& count) {
    std::string text;
    if (!procfs::try_read(path, text)) return;
    const size_t close = text.rfind(')');
    if (close == text.npos) return;
    const auto words = procfs::words(std::string_view{text}.substr(close + 1));
    if (words.size() < 18) return;
    ++count[state_name(words[0][0])];
    ++count["total"];
    count["total_threads"] += static_cast<int64_t>(procfs::number(words[17]));
  }
};

constexpr tw_option options[] = {
    {"use_sudo", TW_OPT_BOOL, 0, "false", "Accepted and without effect on Linux"}, {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.processes", "0.1.0", "MIT",
                tickwork::plugin<Processes>("inputs.processes", "Processes by state", options));
