// SPDX-License-Identifier: MIT
// Continuous queries as texts by database and name, in the heap and in the environment
// continuous/. Running them is for others. Any thread.
#pragma once

#include <tickwork/kind/storage.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "environment.hpp"

namespace tickwork::lmdb {

inline constexpr const char* continuous_trees[] = {"queries"};

struct ContinuousQuery {
  uint64_t id = 0;
  std::string database, name, text;
};

class ContinuousQueries {
 public:
  explicit ContinuousQueries(const std::string& folder, Opening opening = Opening::write);

  std::vector<ContinuousQuery> all() const;  // in creation order

  // Durable on return; they throw Failure.
  void define(const tw_definition& definition);
  void drop(std::string_view database, std::string_view name);
  void forget_database(std::string_view database);

 private:
  template <class Which>
  void erase(Which which);

  Environment env_;
  mutable std::mutex mutex_;
  std::vector<ContinuousQuery> queries_;
};

}  // namespace tickwork::lmdb
