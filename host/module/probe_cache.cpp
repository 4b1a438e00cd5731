// SPDX-License-Identifier: MIT
#include "module/probe_cache.hpp"

#include <fmt/format.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "module/mapped_file.hpp"

namespace tickwork::host {

std::string content_name(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return {};
  const auto hash = XXH3_128bits(file->bytes().data(), file->bytes().size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string ProbeCache::file_for(const std::string& content) const {
  return directory_ + "/" + TICKWORK_VERSION + "-" + content + ".json";
}

std::optional<Description> ProbeCache::get(const std::string& content) const {
  if (directory_.empty() || content.empty()) return {};
  std::ifstream in{file_for(content)};
  if (!in) return {};
  std::ostringstream text;
  text << in.rdbuf();
  auto description = description_from_json(text.str());
  if (!description) return {};
  return *description;
}

void ProbeCache::put(const std::string& content, const Description& description) const {
  if (directory_.empty() || content.empty()) return;
  if (std::holds_alternative<Refusal>(description)) return;
  std::error_code ignored;
  std::filesystem::create_directories(directory_, ignored);
  const auto path = file_for(content);
  const auto temporary = fmt::format("{}.{}", path, getpid());
  {
    std::ofstream out{temporary};
    if (!(out << to_json(description) << '\n')) return;
  }
  std::filesystem::rename(temporary, path, ignored);
}

}  // namespace tickwork::host
