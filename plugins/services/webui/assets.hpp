// SPDX-License-Identifier: MIT
// The page's built files, read once at start, and the policies they are served with.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "exchange.hpp"

namespace tickwork::webui {

class Assets {
 public:
  // Throws Error when dist holds no page.
  Assets(const std::filesystem::path& dist, const std::string& frame_ancestors);

  // The page itself with boot written into it.
  bool page(const Exchange& exchange, const std::string& boot) const;
  bool asset(const Exchange& exchange, const std::string& name) const;
  bool frame(const Exchange& exchange) const;

 private:
  std::map<std::string, std::string> files_;  // below dist/assets
  std::string index_, frame_, page_policy_;
};

std::string mime_type(const std::string& name);

}  // namespace tickwork::webui
