// SPDX-License-Identifier: MIT
// The crash marker: a mapped file in the state folder that says at any moment which instances are
// in a call. The pages outlive a crash of the process, so that the next start can name them; and
// where witness_crashes was called, the one that was in a call on the thread that crashed.
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
  // The instance that crashed or ended the last run, and how ("SIGSEGV in gather"); empty: nobody
  // knows, or nobody did.
  const std::string& culprit() const { return culprit_; }
  const std::string& deed() const { return deed_; }
  void erase();  // a clean stop

  // Marks one call of this thread, if it can do harm at all; calls nest.
  class Scope {
   public:
    Scope(Marker& marker, std::string_view instance, const char* phase, bool harmful = true);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    struct Line *line_, *outer_;
    size_t place_ = 0;  // of the line
  };

 private:
  // place: where to look first; then where it is.
  struct Line* claim(size_t& place);

  std::string path_;
  struct Line* lines_ = nullptr;
  bool unclean_ = false;
  std::string culprit_, deed_;
};

// From now on a deadly signal, and a call of exit, writes down the call that its thread is in. The
// signal then does what it would have done. Once a process.
void witness_crashes();

}  // namespace tickwork::host
