// SPDX-License-Identifier: MIT
#include "module/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "module/probe.hpp"
#include "module/probe_cache.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> libraries_in(const fs::path& directory) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{directory, ignored})
    if (entry.path().extension() == ".so") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> libraries_on(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  std::error_code ignored;
  for (const auto& path : paths) {
    const auto found =
        fs::is_directory(path, ignored) ? libraries_in(path) : std::vector<std::string>{path};
    for (const auto& file : found)
      if (seen.insert(fs::weakly_canonical(file, ignored).string()).second) files.push_back(file);
  }
  return files;
}

Description meet(const std::string& file, const ProbeCache& cache, const std::string& prober) {
  if (const auto fine = preflight(file); !fine) return Refusal{file, fine.failure().message};
  const auto content = content_name(file);
  auto description = cache.get(content);
  if (!description) {
    description = probe(file, prober);
    cache.put(content, *description);
  }
  if (auto* module = std::get_if<ModuleInfo>(&*description)) {
    module->file = file;
    module->build = content;
  }
  return *description;
}

std::vector<Description> meet_all(const std::vector<std::string>& files, const ProbeCache& cache,
                                  const std::string& prober) {
  std::vector<Description> answers(files.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++)
      answers[i] = meet(files[i], cache, prober);
  };
  std::vector<std::jthread> others;
  const size_t threads = std::min<size_t>(std::thread::hardware_concurrency(), files.size() / 4);
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  others.clear();
  return answers;
}

}  // namespace

void refuse_duplicate_modules(ScanResult& result) {
  std::map<std::string, const ModuleInfo*> first;
  std::vector<ModuleInfo> kept;
  kept.reserve(result.modules.size());
  for (auto& module : result.modules) {
    const auto other = first.find(module.id);
    if (other == first.end()) {
      kept.push_back(std::move(module));
      first.emplace(kept.back().id, &kept.back());
      continue;
    }
    result.refusals.push_back(
        {module.file,
         fmt::format("module {} ({}) is already there as {} ({}); remove one of them", module.id,
                     module.version, other->second->file, other->second->version)});
  }
  result.modules = std::move(kept);
}

ScanResult scan_libraries(const std::vector<std::string>& paths, const std::string& cache_dir,
                          const std::string& prober) {
  const auto files = libraries_on(paths);
  ScanResult result;
  for (auto& description : meet_all(files, ProbeCache{cache_dir}, prober)) {
    if (auto* module = std::get_if<ModuleInfo>(&description))
      result.modules.push_back(std::move(*module));
    else
      result.refusals.push_back(std::move(std::get<Refusal>(description)));
  }
  refuse_duplicate_modules(result);
  return result;
}

}  // namespace tickwork::host
