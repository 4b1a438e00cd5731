// SPDX-License-Identifier: MIT
// Who sends a request, and what that one may do. Users and grants are those of the storage.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "exchange.hpp"
#include "kit/influxql/influxql.hpp"

namespace tickwork::influxdb_api {

struct User {
  std::string name, hash;
  bool admin = false;
};

enum class Level { read, write };

// What a request is turned away with.
struct Refusal {
  uint32_t code;
  std::string message;
};

struct AccessSettings {
  bool enabled = false;       // otherwise everybody may do everything
  bool ping_enabled = false;  // /ping, /status and the like want credentials as well
  std::string shared_secret;  // of JSON web tokens; empty: none are taken
};

// Any thread.
class Access {
 public:
  Access(Host host, Ref<tw_storage> storage, AccessSettings settings);

  bool enabled() const { return settings_.enabled; }
  bool ping_enabled() const { return settings_.enabled && settings_.ping_enabled; }

  // The one whose credentials came with the request; nobody while access is free or there is no
  // administrator yet. Throws a Refusal of 401.
  std::optional<User> identify(const Exchange& x, const Form& form);

  // Throw a Refusal of 403.
  void allow_query(const std::optional<User>& user,
                   const std::vector<influxql::Statement>& statements,
                   const std::string& database) const;
  void allow_read(const std::optional<User>& user, const std::string& database) const;
  void allow_write(const std::optional<User>& user, const std::string& database) const;

  // Whether the user may read or write it.
  bool may_see(const User& user, const std::string& database) const;

 private:
  std::vector<User> users() const;
  std::string privilege(const User& user, const std::string& database) const;
  bool may(const User& user, const std::string& database, Level level) const;
  User by_password(const std::vector<User>& users, const std::string& name,
                   const std::string& password);
  bool proves(const User* user, const std::string& name, const std::string& password);
  User by_token(const std::vector<User>& users, const std::string& token) const;

  Host host_;
  Ref<tw_storage> storage_;
  AccessSettings settings_;
  std::string nobody_hash_;  // checked for unknown names, so that they take as long
  std::string cache_key_;
  std::mutex mutex_;
  std::unordered_set<std::string> proven_;  // keyed hashes of user, stored hash and password
};

}  // namespace tickwork::influxdb_api
