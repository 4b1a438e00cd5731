// SPDX-License-Identifier: MIT
// A library's file kept open, so that it can be loaded after another one has taken its name.
#pragma once

#include <string>

namespace tickwork::host {

class HeldFile {
 public:
  // Nothing is held if the file's content is not the one of that name (content_name).
  HeldFile(const std::string& path, const std::string& content);
  ~HeldFile();
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;

  int descriptor() const { return descriptor_; }  // 10 or more; -1: nothing is held

 private:
  int descriptor_ = -1;
};

}  // namespace tickwork::host
