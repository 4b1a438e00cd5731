// SPDX-License-Identifier: MIT
#include "cli/locations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The folder that holds bin/.
fs::path prefix() {
  std::error_code failed;
  const auto program = fs::read_symlink("/proc/self/exe", failed);
  return failed ? fs::path{"/usr"} : program.parent_path().parent_path();
}

}  // namespace

std::vector<std::string> default_plugin_path() {
  std::vector<std::string> paths;
  std::istringstream list{environment("TICKWORK_PLUGIN_PATH")};
  for (std::string path; std::getline(list, path, ':');)
    if (!path.empty()) paths.push_back(path);
  std::error_code ignored;
  for (const char* lib : {"lib", TICKWORK_LIBDIR}) {
    const auto path = (prefix() / lib / "tickwork").string();
    if (fs::is_directory(path, ignored)) paths.push_back(path);
  }
  return paths;
}

std::string shared_file(const std::string& name) {
  return (prefix() / "share" / "tickwork" / name).string();
}

std::vector<std::string> names_of_sets() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{shared_file("sets"), ignored})
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> set_file(const std::string& name_or_file) {
  std::error_code ignored;
  if (fs::exists(name_or_file, ignored)) return name_or_file;
  const auto file = shared_file("sets/" + name_or_file + ".toml");
  if (fs::exists(file, ignored)) return file;
  return Failure{TW_E_NOT_FOUND, fmt::format("there is no set or file {}{}", name_or_file,
                                             did_you_mean(name_or_file, names_of_sets()))};
}

std::string cache_directory() {
  if (const auto given = environment("CACHE_DIRECTORY"); !given.empty()) return given;
  if (const auto given = environment("XDG_CACHE_HOME"); !given.empty()) return given + "/tickwork";
  if (const auto home = environment("HOME"); !home.empty()) return home + "/.cache/tickwork";
  return {};
}

Catalogue scan_plugins(std::vector<std::string> extra) {
  for (auto& path : default_plugin_path()) extra.push_back(std::move(path));
  return Catalogue::scan(extra, cache_directory());
}

}  // namespace tickwork::host
