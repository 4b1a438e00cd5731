// SPDX-License-Identifier: MIT
// Probe answers on disk, one file per library content, so that a start runs no child for a library
// that was met before.
#pragma once

#include <optional>
#include <string>

#include "module/description.hpp"

namespace tickwork::host {

// A name for the file's content: its hash. Empty when it cannot be read.
std::string content_name(const std::string& path);

class ProbeCache {
 public:
  explicit ProbeCache(std::string directory) : directory_{std::move(directory)} {}

  std::optional<Description> get(const std::string& content) const;
  // Best effort: a cache that cannot be written is only slower. Refusals are not kept, since their
  // reason may lie outside of the file (a missing library).
  void put(const std::string& content, const Description& description) const;

 private:
  std::string file_for(const std::string& content) const;

  std::string directory_;
};

}  // namespace tickwork::host
