// SPDX-License-Identifier: MIT
// The crash marker: a mapped file in the state folder that says at any moment which instances are
// in a call. The pages outlive a crash of the process, so that the next start can name the culprit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace tickwork::host {

class Marker {
 public:
  // Nothing is marked until it is opened.
  Marker() = default;
  ~Marker();
  Marker(const Marker&) = delete;
  Marker& operator=(const Marker&) = delete;

  // What an unclean last run was calling ("inputs.cpu (gather)") goes to the caller; then the file
  // is made anew.
  Result<std::vector<std::string>> open(const std::string& statedir);
  bool was_unclean() const { return unclean_; }
  void erase();  // a clean stop

  // Marks one call of this thread; calls nest.
  class Scope {
   public:
    Scope(Marker& marker, std::string_view instance, const char* phase);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    struct Line* line_;
  };

 private:
  struct Line* claim();

  std::string path_;
  struct Line* lines_ = nullptr;
  bool unclean_ = false;
};

}  // namespace tickwork::host
