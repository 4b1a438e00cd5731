// SPDX-License-Identifier: MIT
// Every plugin library found on the plugin path: what it offers, known without running its code in
// this process, and the libraries loaded so far. Owned by main; any thread may use it.
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

// A tw_command as the probe told it.
struct CommandInfo {
  std::string name, usage, summary;
};

struct PluginInfo {
  std::string id, summary;  // "inputs.cpu"
  uint32_t flags = 0;
  std::vector<OptionInfo> options;
  std::vector<std::string> exts;  // "tw.input/1"
  std::vector<CommandInfo> commands;
};

struct ModuleInfo {
  std::string file, id, version, license;
  std::string build;  // names the file's content: another one means that the library was replaced
  std::vector<PluginInfo> plugins;
};

struct Refusal {
  std::string file, reason;  // "not an ELF file"
};

struct RemotePlugin;

// A plugin ready to be called. Never unloaded.
struct LoadedPlugin {
  const tw_module* module = nullptr;
  const tw_plugin* plugin = nullptr;
  std::string file;
  const RemotePlugin* remote = nullptr;  // set: in a process of its own (isolate/)
};

// A library that was taken into this process. It stays, whatever becomes of its file.
struct LibraryInfo {
  const tw_module* tables = nullptr;  // LoadedPlugin.module of its plugins
  std::string file, module, version;
  std::string build;        // ModuleInfo.build of its content
  uint64_t bytes = 0;       // mapped
  int64_t loaded_ns = 0;    // since 1970
  bool superseded = false;  // its file has another content since the last scan, or is gone
};

class Catalogue {
 public:
  // Scans directories and single files: preflight, then a probe in a child, cached in cache_dir by
  // content (empty: no cache). Bad files become refusals and never fail the scan. prober is the
  // program that is run as "prober probe FILE".
  static Catalogue scan(const std::vector<std::string>& paths, const std::string& cache_dir,
                        const std::string& prober = "/proc/self/exe");

  // Of modules that are already in this process, for tests. Refuses what a scan would refuse.
  static Catalogue of(const std::vector<const tw_module*>& modules);

  // Looks at the same paths again. Libraries whose content changed are loaded anew, beside the old
  // ones, when they are asked for. What modules and find returned before stays valid.
  void rescan();

  const std::vector<std::string>& paths() const;  // that were scanned
  const std::vector<ModuleInfo>& modules() const;
  const std::vector<Refusal>& refusals() const;
  // By plugin id ("inputs.cpu") or module:id ("org.example.cpu:inputs.cpu"). The failure names what
  // there is ("did you mean"), both files of a duplicate, or why the file was refused.
  Result<const PluginInfo*> find(std::string_view id) const;
  // The module that find's answer stands in.
  Result<const ModuleInfo*> find_module(std::string_view id) const;
  // What is run as "program probe FILE" and, for isolated instances, as "program run-plugin".
  std::string program() const;
  // Loads the library on first use.
  Result<LoadedPlugin> load(std::string_view id);
  // In the order in which they were loaded.
  std::vector<LibraryInfo> libraries() const;

 private:
  struct Shelf;  // one scan's outcome
  struct Found;
  struct State;

  explicit Catalogue(std::shared_ptr<const Shelf> shelf);
  Result<Found> look_up(std::string_view id) const;
  Result<const tw_module*> library(const ModuleInfo& module);

  std::shared_ptr<State> state_;
};

}  // namespace tickwork::host
