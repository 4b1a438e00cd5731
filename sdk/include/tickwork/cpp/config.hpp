// SPDX-License-Identifier: MIT
// Config: an instance's options, already checked. Strings live until destroy returns.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "../config.h"
#include "error.hpp"

namespace tickwork {

class Config {
 public:
  explicit Config(const tw_config* raw) : raw_{raw} {}

  bool has(const char* key) const { return raw_->count(raw_, key) > 0; }
  size_t count(const char* key) const { return raw_->count(raw_, key); }
  std::string str(const char* key, size_t i = 0) const { return string(raw_->str(raw_, key, i)); }
  int64_t num(const char* key, size_t i = 0) const { return raw_->num(raw_, key, i); }
  bool boolean(const char* key) const { return raw_->num(raw_, key, 0) != 0; }
  double real(const char* key, size_t i = 0) const { return raw_->real(raw_, key, i); }
  std::chrono::nanoseconds duration(const char* key) const {
    return std::chrono::nanoseconds{raw_->num(raw_, key, 0)};
  }
  std::vector<std::string> strings(const char* key) const {
    std::vector<std::string> all(count(key));
    for (size_t i = 0; i < all.size(); ++i) all[i] = str(key, i);
    return all;
  }

  // The i-th table of an option of type TW_OPT_TABLE; ask count first.
  Config table(const char* key, size_t i = 0) const { return Config{raw_->table(raw_, key, i)}; }
  // The keys of this table, in file order.
  std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (tw_str k = raw_->key(raw_, 0); k.len; k = raw_->key(raw_, all.size()))
      all.push_back(string(k));
    return all;
  }
  uint32_t type(const char* key) const { return raw_->type(raw_, key); }
  const tw_config* raw() const { return raw_; }

 private:
  const tw_config* raw_;
};

}  // namespace tickwork
