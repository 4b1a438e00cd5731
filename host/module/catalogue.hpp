// SPDX-License-Identifier: MIT
// Every plugin library found on the plugin path: what it offers, known without running its code in
// this process, and the libraries loaded so far. Owned by main; used from its thread and, for load,
// under its own lock.
#pragma once

#include <tickwork/module.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace tickwork::host {

// A tw_option as the probe told it.
struct OptionInfo {
  std::string key, value, doc;
  uint32_t type = 0, flags = 0;
  bool has_value = false;
};

struct PluginInfo {
  std::string id, summary;  // "inputs.cpu"
  uint32_t flags = 0;
  std::vector<OptionInfo> options;
  std::vector<std::string> exts;  // "tw.input/1"
};

struct ModuleInfo {
  std::string file, id, version, license;
  std::vector<PluginInfo> plugins;
};

struct Refusal {
  std::string file, reason;  // "not an ELF file"
};

// A plugin ready to be called. Never unloaded.
struct LoadedPlugin {
  const tw_module* module = nullptr;
  const tw_plugin* plugin = nullptr;
  std::string file;
};

class Catalogue {
 public:
  // Scans directories and single files: preflight, then a probe in a child, cached in cache_dir by
  // build id (empty: no cache). Bad files become refusals and never fail the scan.
  static Catalogue scan(const std::vector<std::string>& paths, const std::string& cache_dir);

  const std::vector<ModuleInfo>& modules() const { return modules_; }
  const std::vector<Refusal>& refusals() const { return refusals_; }
  // By plugin id ("inputs.cpu") or module:id ("org.example.cpu:inputs.cpu"). The failure names what
  // there is ("did you mean"), both files of a duplicate, or why the file was refused.
  Result<const PluginInfo*> find(std::string_view id) const;
  // Loads the library on first use.
  Result<LoadedPlugin> load(std::string_view id);

 private:
  std::vector<ModuleInfo> modules_;
  std::vector<Refusal> refusals_;
  std::map<std::string, const tw_module*> loaded_;
  std::unique_ptr<std::mutex> lock_ = std::make_unique<std::mutex>();
};

}  // namespace tickwork::host
