// SPDX-License-Identifier: MIT
// Tables of plugins that run in processes of their own: made from what the probe told, so that the
// library is never loaded here. The functions call the instance's Remote.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "module/catalogue.hpp"

namespace tickwork::host {

class IsolatedPlugins {
 public:
  IsolatedPlugins();
  ~IsolatedPlugins();

  // The same table for the same content of the same file. Any thread.
  LoadedPlugin get(const ModuleInfo& module, const PluginInfo& plugin);

 private:
  struct Tables;
  std::mutex lock_;
  std::map<std::string, std::unique_ptr<Tables>> tables_;
};

}  // namespace tickwork::host
