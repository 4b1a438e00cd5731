// SPDX-License-Identifier: MIT
// inputs.net: traffic of network interfaces, from /proc/net/dev and /sys/class/net.
#include <net/if.h>

#include <cstdlib>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

class Net {
 public:
  Net(Host, Config config) : interfaces_{config.strings("interfaces")} {}

  void gather(Sink sink) {
    const std::string text = procfs::read(procfs::proc("net/dev"));
    for (const auto line : procfs::lines(text)) {
      const size_t colon = line.rfind(':');
      if (colon == line.npos) continue;  // the two lines of headings
      const auto names = procfs::words(line.substr(0, colon));
      const auto words = procfs::words(line.substr(colon + 1));
      if (names.size() != 1 || words.size() < 16) continue;
      const std::string name{names[0]};
      if (!wanted(name)) continue;
      const auto at = [&](size_t i) { return procfs::number(words[i]); };
      Row row{"net"};
      row.tag("interface", name);
      row.field("bytes_sent", at(8)).field("bytes_recv", at(0));
      row.field("packets_sent", at(9)).field("packets_recv", at(1));
      row.field("err_in", at(2)).field("err_out", at(10));
      row.field("drop_in", at(3)).field("drop_out", at(11));
      row.field("speed", speed(name));
      sink.add(row.kind(TW_COUNTER));
    }
  }

 private:
  // Without a choice: what is up and no loopback.
  bool wanted(const std::string& name) const {
    if (!interfaces_.empty()) return procfs::matches(interfaces_, name);
    std::string flags;
    if (!procfs::try_read(procfs::sys("class/net/" + name + "/flags"), flags)) return false;
    const unsigned long bits = std::strtoul(flags.c_str(), nullptr, 0);
    return (bits & IFF_UP) != 0 && (bits & IFF_LOOPBACK) == 0;
  }

  static int64_t speed(const std::string& name) {
    std::string text;
    if (!procfs::try_read(procfs::sys("class/net/" + name + "/speed"), text)) return -1;
    return text.empty() ? -1 : std::strtoll(text.c_str(), nullptr, 10);
  }

  std::vector<std::string> interfaces_;
};

constexpr tw_option options[] = {
    {"interfaces", TW_OPT_STRING, TW_LIST, "[]",
     "Names with wildcards; empty: every one that is up, but no loopback"},
    {"ignore_protocol_stats", TW_OPT_BOOL, 0, "true", "Accepted and without effect"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.net", "0.1.0", "MIT",
                tickwork::plugin<Net>("inputs.net", "Traffic of network interfaces", options));
