// SPDX-License-Identifier: MIT
// inputs.diskio: reads and writes of block devices, from /proc/diskstats.
#include <map>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

constexpr uint64_t sector = 512;

struct Counters {
  uint64_t reads, merged_reads, read_sectors, read_time;
  uint64_t writes, merged_writes, write_sectors, write_time;
  uint64_t in_progress, io_time, weighted_io_time;
};

class DiskIo {
 public:
  DiskIo(Host host, Config config)
      : host_{host},
        devices_{config.strings("devices")},
        serial_{!config.boolean("skip_serial_number")} {
    if (config.has("device_tags") || config.has("name_templates")) {
      host.warn("device_tags and name_templates have no effect here");
    }
  }

  void gather(Sink sink) {
    const int64_t now = host_.ticks();
    std::map<std::string, Counters> seen;
    const std::string text = procfs::read(procfs::proc("diskstats"));
    for (const auto line : procfs::lines(text)) {
      const auto words = procfs::words(line);
      if (words.size() < 14) continue;
      const std::string name{words[2]};
      if (!procfs::matches(devices_, name)) continue;
      const auto at = [&](size_t i) { return procfs::number(words[i]); };
      seen[name] = {at(3), at(4),  at(5),  at(6),  at(7), at(8),
                    at(9), at(10), at(11), at(12), at(13)};
    }
    for (const auto& [name, counters] : seen) add(sink, name, counters, now);
    last_ = std::move(seen);
    last_time_ = now;
  }

 private:
  void add(Sink sink, const std::string& name, const Counters& c, int64_t now) {
    row_.clear("diskio").tag("name", name);
    std::string serial;
    if (serial_) {
      serial = serial_of(name);
      row_.tag("serial", serial);
    }
    row_.field("reads", c.reads).field("writes", c.writes);
    row_.field("read_bytes", c.read_sectors * sector)
        .field("write_bytes", c.write_sectors * sector);
    row_.field("read_time", c.read_time).field("write_time", c.write_time);
    row_.field("io_time", c.io_time).field("weighted_io_time", c.weighted_io_time);
    row_.field("iops_in_progress", c.in_progress);
    row_.field("merged_reads", c.merged_reads).field("merged_writes", c.merged_writes);
    if (const auto last = last_.find(name); last != last_.end() && now > last_time_) {
      add_rates(c, last->second, static_cast<double>(now - last_time_) / 1e6);
    }
    sink.add(row_.kind(TW_COUNTER));
  }

  void add_rates(const Counters& now, const Counters& last, double milliseconds) {
    const auto delta = [](uint64_t a, uint64_t b) {
      return static_cast<double>(a) - static_cast<double>(b);
    };
    const double operations = delta(now.reads + now.writes, last.reads + last.writes);
    const double busy = delta(now.io_time, last.io_time);
    const double waited = delta(now.read_time + now.write_time, last.read_time + last.write_time);
    if (operations > 0) {
      row_.field("io_await", waited / operations).field("io_svctm", busy / operations);
    }
    row_.field("io_util", 100 * busy / milliseconds);
  }

  static std::string serial_of(const std::string& name) {
    std::string text;
    procfs::try_read(procfs::sys("block/" + name + "/serial"), text);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text.empty() ? "unknown" : text;
  }

  Host host_;
  std::vector<std::string> devices_;
  bool serial_;
  std::map<std::string, Counters> last_;
  int64_t last_time_ = 0;
  Row row_;
};

constexpr tw_option options[] = {
    {"devices", TW_OPT_STRING, TW_LIST, "[\"*\"]", "Names of devices, with wildcards"},
    {"skip_serial_number", TW_OPT_BOOL, 0, "true", "No tag serial"},
    {"device_tags", TW_OPT_STRING, TW_LIST, "[]", "Accepted and without effect"},
    {"name_templates", TW_OPT_STRING, TW_LIST, "[]", "Accepted and without effect"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.diskio", "0.1.0", "MIT",
                tickwork::plugin<DiskIo>("inputs.diskio", "Reads and writes of block devices",
                                         options));
