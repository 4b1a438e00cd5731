// SPDX-License-Identifier: MIT
// inputs.disk: use of mounted file systems.
#include <sys/statvfs.h>

#include <algorithm>
#include <set>
#include <tickwork/tickwork.hpp>

#include "kit/procfs/procfs.hpp"

namespace {

using namespace tickwork;

struct Mount {
  std::string path, device, type;
  std::vector<std::string> mount_options;
  bool bind = false;
};

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// \040 is a blank, as the kernel writes it.
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out +=
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    out.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

// mountinfo: id parent major:minor root path options optional... - type device superoptions
std::vector<Mount> mounts() {
  std::string text;
  if (!procfs::try_read(procfs::proc("1/mountinfo"), text)) {
    text = procfs::read(procfs::proc("self/mountinfo"));
  }
  std::vector<Mount> all;
  for (const auto line : procfs::lines(text)) {
    const auto words = procfs::words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 3) continue;
    all.push_back({unescaped(words[4]), unescaped(dash[2]), std::string{dash[1]}, split(words[5]),
                   words[3] != "/"});
  }
  return all;
}

double percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

class Disk {
 public:
  Disk(Host host, Config config)
      : host_{host},
        mount_points_{config.strings("mount_points")},
        ignore_fs_{config.strings("ignore_fs")},
        ignore_options_{config.strings("ignore_mount_opts")} {}

  void gather(Sink sink) {
    std::set<std::string> seen;
    const std::string prefix = procfs::mount_prefix();
    for (Mount& mount : mounts()) {
      if (!prefix.empty() && mount.path.starts_with(prefix)) {
        mount.path.erase(0, prefix.size());
        if (mount.path.empty()) mount.path = "/";
      }
      if (wanted(mount) && seen.insert(mount.path).second) add(sink, mount, prefix);
    }
  }

 private:
  bool wanted(const Mount& mount) const {
    if (!mount_points_.empty() && !contains(mount_points_, mount.path)) return false;
    if (contains(ignore_fs_, mount.type)) return false;
    if (mount.bind && contains(ignore_options_, "bind")) return false;
    return std::none_of(mount.mount_options.begin(), mount.mount_options.end(),
                        [this](const auto& option) { return contains(ignore_options_, option); });
  }

  void add(Sink sink, const Mount& mount, const std::string& prefix) {
    struct statvfs fs {};
    if (statvfs((prefix + mount.path).c_str(), &fs) != 0) {
      host_.debug("cannot ask for the use of " + mount.path);
      return;
    }
    const uint64_t total = fs.f_blocks * fs.f_frsize;
    if (total == 0) return;
    const uint64_t free = fs.f_bavail * fs.f_frsize;
    const uint64_t used = (fs.f_blocks - fs.f_bfree) * fs.f_frsize;
    const uint64_t inodes = fs.f_files;
    const uint64_t inodes_used = fs.f_files - std::min<uint64_t>(fs.f_files, fs.f_ffree);
    std::string device = mount.device;
    if (device.starts_with("/dev/")) device = device.substr(5);
    const bool read_only = contains(mount.mount_options, "ro");
    Row row{"disk"};
    row.tag("path", mount.path).tag("device", device).tag("fstype", mount.type);
    row.tag("mode", read_only ? "ro" : "rw");
    row.field("total", total).field("free", free).field("used", used);
    row.field("used_percent", percent(used, used + free));
    row.field("inodes_total", inodes).field("inodes_free", uint64_t{fs.f_ffree});
    row.field("inodes_used", inodes_used)
        .field("inodes_used_percent", percent(inodes_used, inodes));
    sink.add(row.kind(TW_GAUGE));
  }

  Host host_;
  std::vector<std::string> mount_points_, ignore_fs_, ignore_options_;
};

constexpr tw_option options[] = {
    {"mount_points", TW_OPT_STRING, TW_LIST, "[]", "Only these; empty: all"},
    {"ignore_fs", TW_OPT_STRING, TW_LIST, "[]", "Types of file systems to leave out"},
    {"ignore_mount_opts", TW_OPT_STRING, TW_LIST, "[]",
     "Leave out mounts with one of these options; \"bind\": bind mounts"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.disk", "0.1.0", "MIT",
                tickwork::plugin<Disk>("inputs.disk", "Use of mounted file systems", options));
