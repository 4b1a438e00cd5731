// SPDX-License-Identifier: MIT
// The host side of tw.state/1: one small LMDB environment in the state folder, or memory without
// one. Keys are instance name, NUL, key. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"

namespace tickwork::host {

class StateStore {
 public:
  static constexpr size_t largest_value = 64 * 1024;
  static constexpr size_t longest_key = 400;  // LMDB allows 511 bytes with the instance's name

  StateStore();
  ~StateStore();
  Done open(const std::string& statedir);

  Result<std::optional<std::string>> get(std::string_view instance, std::string_view key) const;
  Done put(std::string_view instance, std::string_view key, std::string_view value);
  Done del(std::string_view instance, std::string_view key);

 private:
  struct Environment;
  Done change(std::string_view instance, std::string_view key, const std::string_view* value);

  std::unique_ptr<Environment> environment_;
  mutable std::mutex lock_;
  std::map<std::string, std::string> memory_;
};

}  // namespace tickwork::host
