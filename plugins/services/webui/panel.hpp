// SPDX-License-Identifier: MIT
// Panels: folders with panel.toml and files embedded in plugins, checked, hashed and kept in
// memory. A folder that appears or changes is seen at the next look, without a restart.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tickwork/kind/panel.h"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {

struct Panel {
  std::string id, hash;
  std::string error;                         // what is wrong with it; it is listed but not served
  std::string json;                          // its entry in /api/panels
  std::map<std::string, std::string> files;  // by path within the panel
};

using PanelList = std::vector<std::shared_ptr<const Panel>>;

struct PanelSource {
  std::string name;  // the folder or library, for messages
  bool bundled = false;
};

// Reads and checks a manifest; never throws: what is wrong is in the panel's error.
Panel make_panel(const PanelSource& source, std::map<std::string, std::string> files,
                 const std::set<std::string>& trusted);

class PanelCatalogue {
 public:
  // Folders whose children are panels: the product's own first, then the administrator's.
  PanelCatalogue(Host host, std::filesystem::path bundled,
                 std::vector<std::filesystem::path> others, std::set<std::string> trusted);

  PanelList list();
  std::shared_ptr<const Panel> find(const std::string& id, const std::string& hash);
  std::string json();

 private:
  struct Seen {
    std::string signature;
    std::shared_ptr<const Panel> panel;
  };
  void look(const std::filesystem::path& root, bool bundled, PanelList& found);
  void look_in_libraries(PanelList& found);

  Host host_;
  std::filesystem::path bundled_;
  std::vector<std::filesystem::path> others_;
  std::set<std::string> trusted_;
  std::mutex mutex_;
  std::map<std::string, Seen> seen_;  // by folder
  // Versions still shown by some page stay served after a change.
  std::map<std::string, std::shared_ptr<const Panel>> served_;  // by id/hash
};

}  // namespace tickwork::webui
