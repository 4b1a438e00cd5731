// SPDX-License-Identifier: MIT
// After proc(5): a mapping is a line "from-to rights offset device inode path" and lines "Key: N
// kB".
#include "service/library_pages.hpp"

#include <cstdio>
#include <fstream>
#include <string_view>

namespace tickwork::host {
namespace {

constexpr int64_t freshness = 60'000'000'000;

// The path of a mapping's first line, empty: another line, or memory without a file.
std::string path_of(const std::string& line) {
  unsigned long from, to, inode;
  int path = 0;
  if (std::sscanf(line.c_str(), "%lx-%lx %*s %*s %*s %lu %n", &from, &to, &inode, &path) != 3)
    return {};
  return path > 0 && inode != 0 ? line.substr(static_cast<size_t>(path)) : std::string{};
}

bool begins_mapping(const std::string& line) {
  const size_t dash = line.find('-');
  return dash != line.npos && dash > 0 && line.find_first_not_of("0123456789abcdef") == dash;
}

}  // namespace

LibraryPages::LibraryPages(Clock clock, std::string smaps)
    : clock_{std::move(clock)}, smaps_{std::move(smaps)} {}

uint64_t LibraryPages::resident(const std::string& file) {
  const std::lock_guard held{lock_};
  if (const int64_t now = clock_(); read_at_ == 0 || now - read_at_ > freshness) read(now);
  const auto found = bytes_.find(file);
  return found == bytes_.end() ? 0 : found->second;
}

void LibraryPages::read(int64_t now) {
  bytes_.clear();
  std::ifstream lines{smaps_};
  std::string path;
  for (std::string line; std::getline(lines, line);) {
    unsigned long kilobytes = 0;
    if (begins_mapping(line))
      path = path_of(line);
    else if (!path.empty() && std::sscanf(line.c_str(), "Rss: %lu kB", &kilobytes) == 1)
      bytes_[path] += kilobytes * 1024;
  }
  read_at_ = now;
}

}  // namespace tickwork::host
