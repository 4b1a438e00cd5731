// SPDX-License-Identifier: MIT
#include "module/core_dump.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

namespace tickwork::host {
namespace {

std::string first_line(const char* path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string specifier(char letter, pid_t process, std::string_view program) {
  if (letter == '%') return "%";
  if (letter == 'p' || letter == 'P') return std::to_string(process);
  return letter == 'e' ? std::string{program.substr(0, 15)} : "*";
}

}  // namespace

std::string core_place(std::string_view pattern, pid_t process, std::string_view program,
                       std::string_view folder) {
  if (pattern.starts_with('|')) {
    const bool systemd = pattern.find("systemd-coredump") != pattern.npos;
    return fmt::format(", see core {} in {}", process,
                       systemd ? "coredumpctl" : "the system's crash collector");
  }
  std::string name;
  for (size_t i = 0; i < pattern.size(); ++i)
    name += pattern[i] == '%' && i + 1 < pattern.size() ? specifier(pattern[++i], process, program)
                                                        : std::string{pattern[i]};
  if (!name.starts_with('/')) name = fmt::format("{}/{}", folder, name);
  return ", see core " + name;
}

std::string core_of_child(int status, pid_t process) {
  if (!WIFSIGNALED(status) || !WCOREDUMP(status)) return {};
  std::string pattern = first_line("/proc/sys/kernel/core_pattern");
  const bool bare = pattern.find('%') == pattern.npos;
  if (bare && first_line("/proc/sys/kernel/core_uses_pid") == "1") pattern += ".%p";
  std::error_code ignored;
  return core_place(pattern, process, first_line("/proc/self/comm"),
                    std::filesystem::current_path(ignored).string());
}

}  // namespace tickwork::host
