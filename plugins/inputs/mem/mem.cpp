// SPDX-License-Identifier: MIT
// inputs.mem: use of memory, from /proc/meminfo.
#include <map>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

struct Known {
  const char *field, *key;
};

constexpr Known plain[] = {
    {"total", "MemTotal"},
    {"free", "MemFree"},
    {"available", "MemAvailable"},
    {"active", "Active"},
    {"inactive", "Inactive"},
    {"buffered", "Buffers"},
    {"shared", "Shmem"},
    {"slab", "Slab"},
    {"sreclaimable", "SReclaimable"},
    {"sunreclaim", "SUnreclaim"},
    {"dirty", "Dirty"},
    {"mapped", "Mapped"},
    {"page_tables", "PageTables"},
    {"write_back", "Writeback"},
    {"write_back_tmp", "WritebackTmp"},
    {"commit_limit", "CommitLimit"},
    {"committed_as", "Committed_AS"},
    {"swap_total", "SwapTotal"},
    {"swap_free", "SwapFree"},
    {"swap_cached", "SwapCached"},
    {"huge_page_size", "Hugepagesize"},
    {"huge_pages_total", "HugePages_Total"},
    {"huge_pages_free", "HugePages_Free"},
    {"high_total", "HighTotal"},
    {"high_free", "HighFree"},
    {"low_total", "LowTotal"},
    {"low_free", "LowFree"},
    {"vmalloc_total", "VmallocTotal"},
    {"vmalloc_used", "VmallocUsed"},
    {"vmalloc_chunk", "VmallocChunk"},
};
constexpr Known extended[] = {
    {"active_anon", "Active(anon)"},
    {"active_file", "Active(file)"},
    {"inactive_anon", "Inactive(anon)"},
    {"inactive_file", "Inactive(file)"},
    {"percpu", "Percpu"},
    {"unevictable", "Unevictable"},
};

double percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

class Mem {
 public:
  Mem(Host, Config config) : extended_{config.boolean("collect_extended")} {}

  void gather(Sink sink) {
    const std::string text = procfs::read(procfs::proc("meminfo"));
    std::map<std::string_view, uint64_t> values;
    for (const auto line : procfs::lines(text)) {
      const size_t colon = line.find(':');
      if (colon == line.npos) continue;
      const auto words = procfs::words(line.substr(colon + 1));
      if (words.empty()) continue;
      values[line.substr(0, colon)] = procfs::number(words[0]) * (words.size() > 1 ? 1024 : 1);
    }
    const uint64_t total = values["MemTotal"];
    const uint64_t cached = values["Cached"] + values["SReclaimable"];
    const uint64_t unused = values["MemFree"] + values["Buffers"] + cached;
    const uint64_t used = total - std::min(total, unused);
    Row row{"mem"};
    for (const auto& [field, key] : plain) row.field(field, values[key]);
    row.field("cached", cached).field("used", used);
    row.field("used_percent", percent(used, total));
    row.field("available_percent", percent(values["MemAvailable"], total));
    if (extended_) {
      for (const auto& [field, key] : extended) row.field(field, values[key]);
    }
    sink.add(row.kind(TW_GAUGE));
  }

 private:
  bool extended_;
};

constexpr tw_option options[] = {
    {"collect_extended", TW_OPT_BOOL, 0, "false", "Also anonymous and file pages"}, {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.mem", "0.1.0", "MIT",
                tickwork::plugin<Mem>("inputs.mem", "Use of memory", options));
