// SPDX-License-Identifier: MIT
// Users with their grants, in the heap and in the environment accounts/. What a password's hash
// looks like and what a privilege allows is for others to say. Any thread.
#pragma once

#include <tickwork/kind/storage.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "environment.hpp"

namespace tickwork::lmdb {

inline constexpr const char* accounts_trees[] = {"users"};

struct User {
  uint64_t id = 0;
  std::string name, hash;
  bool admin = false;
  std::map<std::string, std::string> grants;  // database to privilege
};

class Accounts {
 public:
  explicit Accounts(const std::string& folder, Opening opening = Opening::write);

  std::vector<User> all() const;  // in creation order

  // Durable on return; they throw Failure.
  void define_user(const tw_definition& definition);
  void define_grant(const tw_definition& definition);
  void drop_user(std::string_view name);
  void forget_database(std::string_view database);

 private:
  User* find(std::string_view name);
  void save(const User& user);

  Environment env_;
  mutable std::mutex mutex_;
  std::vector<User> users_;
};

}  // namespace tickwork::lmdb
