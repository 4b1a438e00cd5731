// SPDX-License-Identifier: MIT
// Which files a configuration consists of, and their text.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/check.hpp"
#include "config/environment.hpp"
#include "config/options.hpp"
#include "config/toml.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

bool is_configuration(const fs::path& path) {
  const auto extension = path.extension();
  return (extension == ".toml" || extension == ".conf") && !path.stem().empty();
}

// Names that begin with ".." are Kubernetes' bookkeeping.
void walk(const fs::path& directory, std::vector<std::string>& files) {
  std::error_code failed;
  std::vector<fs::directory_entry> entries;
  for (const auto& entry : fs::directory_iterator{directory, failed}) entries.push_back(entry);
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    if (entry.path().filename().string().starts_with("..")) continue;
    if (entry.is_directory(failed))
      walk(entry.path(), files);
    else if (is_configuration(entry.path()))
      files.push_back(entry.path().string());
  }
}

std::vector<std::string> files_of(const std::string& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) return {path};
  std::vector<std::string> files;
  walk(path, files);
  return files;
}

Result<std::string> read_text(const std::string& path) {
  if (path.find("://") != path.npos)
    return Failure{TW_E_UNSUPPORTED, "is a URL; fetch it into a file first"};
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return Failure{TW_E_IO, "is a folder"};
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in) return Failure{TW_E_IO, fmt::format("cannot be read: {}", std::strerror(errno))};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void read_file(const std::string& path, ReadMode mode, Sources& sources) {
  const auto text = read_text(path);
  if (text)
    add_source(path, *text, mode, sources);
  else
    sources.errors.push_back(about_file(path, text.failure().message));
}

}  // namespace

void add_source(const std::string& path, const std::string& written, ReadMode mode,
                Sources& sources) {
  Result<std::string> text = written;
  if (mode.raw_environment) text = expand(written, process_environment);
  if (!text) {
    sources.errors.push_back(about_file(path, text.failure().message));
    return;
  }
  auto parsed = parse_toml(*text, path);
  if (auto* wrong = std::get_if<Diagnostic>(&parsed)) {
    sources.errors.push_back(std::move(*wrong));
    return;
  }
  auto& table = std::get<Table>(parsed);
  if (!mode.raw_environment) expand_strings(table, process_environment, sources.errors);
  sources.files.push_back({path, std::move(table)});
}

// A folder for additions may be empty; a configuration of nothing but such folders is a mistake.
Sources read_sources(const std::vector<std::string>& paths, ReadMode mode) {
  Sources sources;
  std::vector<Diagnostic> without_files;
  for (const auto& path : paths) {
    const auto files = files_of(path);
    if (std::error_code failed; files.empty() && (fs::directory_iterator{path, failed}, failed))
      sources.errors.push_back(about_file(path, "cannot be read: " + failed.message()));
    else if (files.empty())
      without_files.push_back(about_file(path, "has no files that end in .toml or .conf"));
    for (const auto& file : files) read_file(file, mode, sources);
  }
  if (sources.files.empty() && sources.errors.empty()) sources.errors = std::move(without_files);
  return sources;
}

std::vector<std::string> plugin_paths(const Sources& sources) {
  std::vector<std::string> paths;
  for (const auto& source : sources.files) {
    const auto* plugins = find(source.table, "plugins");
    const auto* table = plugins ? std::get_if<Table>(&plugins->data) : nullptr;
    const auto* path = table ? find(*table, "path") : nullptr;
    const auto* list = path ? std::get_if<Array>(&path->data) : nullptr;
    if (!list) continue;
    const auto folder = fs::path{source.path}.parent_path();
    for (const auto& element : *list)
      if (const auto* text = std::get_if<std::string>(&element.data))
        paths.push_back((folder / *text).lexically_normal().string());
  }
  return paths;
}

CheckedConfiguration read_configuration(const std::vector<std::string>& paths,
                                        const Catalogue& catalogue) {
  return check_sources(read_sources(paths), catalogue);
}

}  // namespace tickwork::host
