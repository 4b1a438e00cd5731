// SPDX-License-Identifier: MIT
#include "access.hpp"

#include <sodium.h>

#include <algorithm>

#include "lists.hpp"
#include "privileges.hpp"
#include "web_token.hpp"

namespace tickwork::influxdb_api {

namespace {

constexpr size_t most_proven = 10000;
constexpr unsigned long long hash_passes = 2;
constexpr size_t hash_memory = size_t{19} << 20;

[[noreturn]] void deny(const std::string& message) { throw Refusal{401, message}; }

struct Credentials {
  std::string name, password, token;
  bool bearer = false;
};

std::optional<std::pair<std::string, std::string>> split(const std::string& text) {
  size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return std::pair{text.substr(0, colon), text.substr(colon + 1)};
}

// InfluxDB's order: u and p, bearer token, `Token user:password`, basic.
Credentials credentials_of(const Exchange& x, const Form& form) {
  std::string name = value(form, "u"), password = value(form, "p");
  if (!name.empty() && !password.empty()) return {name, password, "", false};
  std::string header = x.header("Authorization");
  if (header.starts_with("Bearer ")) return {"", "", header.substr(7), true};
  std::optional<std::pair<std::string, std::string>> parts;
  if (header.starts_with("Token ")) parts = split(header.substr(6));
  if (header.starts_with("Basic ")) {
    std::string decoded;
    if (from_base64(header.substr(6), false, decoded)) parts = split(decoded);
  }
  if (!parts) deny("unable to parse authentication credentials");
  return {parts->first, parts->second, "", false};
}

}  // namespace

Access::Access(Host host, Ref<tw_storage> storage, AccessSettings settings)
    : host_{host}, storage_{storage}, settings_{std::move(settings)} {
  if (!settings_.enabled) return;
  char hash[crypto_pwhash_STRBYTES];
  cache_key_.resize(crypto_generichash_KEYBYTES);
  bool made = sodium_init() >= 0 && crypto_pwhash_str(hash, "", 0, hash_passes, hash_memory) == 0;
  if (!made) throw Error{TW_E_NOMEM, "cannot hash passwords: out of memory"};
  nobody_hash_ = hash;
  randombytes_buf(cache_key_.data(), cache_key_.size());
}

std::vector<User> Access::users() const {
  std::vector<User> out;
  for (auto& row : read_list(storage_, TW_USERS)) {
    out.push_back({row[0], row[1], row[2] == "true"});
  }
  return out;
}

std::string Access::privilege(const User& user, const std::string& database) const {
  for (auto& row : read_list(storage_, TW_GRANTS)) {
    if (row[0] == user.name && row[1] == database) return row[2];
  }
  return "NONE";
}

bool Access::may(const User& user, const std::string& database, Level level) const {
  if (user.admin) return true;
  std::string has = privilege(user, database);
  return has == "ALL" || has == (level == Level::read ? "READ" : "WRITE");
}

bool Access::may_see(const User& user, const std::string& database) const {
  return may(user, database, Level::read) || may(user, database, Level::write);
}

// Hashing is slow on purpose, so what was right once is remembered as a keyed hash.
bool Access::proves(const User* user, const std::string& name, const std::string& password) {
  const std::string& hash = user ? user->hash : nobody_hash_;
  std::string text = name + '\0' + hash + '\0' + password;
  std::string mark(crypto_generichash_BYTES, '\0');
  auto bytes = [](std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); };
  crypto_generichash(bytes(mark), mark.size(), bytes(text), text.size(), bytes(cache_key_),
                     cache_key_.size());
  {
    std::lock_guard lock(mutex_);
    if (user && proven_.contains(mark)) return true;
  }
  bool right = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  if (!right || !user) return false;
  std::lock_guard lock(mutex_);
  if (proven_.size() >= most_proven) proven_.clear();
  proven_.insert(mark);
  return true;
}

User Access::by_password(const std::vector<User>& users, const std::string& name,
                         const std::string& password) {
  if (name.empty()) deny("username required");
  auto at = std::find_if(users.begin(), users.end(), [&](auto& u) { return u.name == name; });
  const User* user = at == users.end() ? nullptr : &*at;
  if (!proves(user, name, password)) deny("authorization failed");
  return *user;
}

User Access::by_token(const std::vector<User>& users, const std::string& token) const {
  if (settings_.shared_secret.empty()) deny("bearer auth disabled");
  std::string error;
  std::string name = token_user(token, settings_.shared_secret, host_.now(), error);
  if (!error.empty()) deny(error);
  for (const User& user : users) {
    if (user.name == name) return user;
  }
  deny("user not found");
}

std::optional<User> Access::identify(const Exchange& x, const Form& form) {
  if (!settings_.enabled) return std::nullopt;
  std::vector<User> known = users();
  if (std::none_of(known.begin(), known.end(), [](const User& u) { return u.admin; })) {
    return std::nullopt;
  }
  Credentials given = credentials_of(x, form);
  if (given.bearer) return by_token(known, given.token);
  return by_password(known, given.name, given.password);
}

void Access::allow_query(const std::optional<User>& user,
                         const std::vector<influxql::Statement>& statements,
                         const std::string& database) const {
  if (!settings_.enabled) return;
  auto refuse = [](const std::string& why) {
    throw Refusal{403, "error authorizing query: " + why};
  };
  if (!user) {
    if (!users().empty()) refuse("no user provided");
    auto* first = statements.empty() ? nullptr : std::get_if<influxql::CreateUser>(&statements[0]);
    if (first && first->admin) return;
    refuse("create admin user first or disable authentication");
  }
  if (user->admin) return;
  for (const influxql::Statement& statement : statements) {
    for (const Need& need : needs_of(statement, database)) {
      if (!need.admin && may(*user, need.database, need.level)) continue;
      refuse(user->name + " not authorized to execute statement '" +
             influxql::to_string(statement) + "', requires " +
             (need.admin ? "admin privilege"
                         : (need.level == Level::read ? "READ on " : "WRITE on ") + need.database));
    }
  }
}

void Access::allow_read(const std::optional<User>& user, const std::string& database) const {
  if (!settings_.enabled) return;
  if (!user) throw Refusal{403, "user is required to read from database \"" + database + "\""};
  if (may(*user, database, Level::read)) return;
  throw Refusal{403, "user " + user->name + " not authorized to read from database " + database};
}

void Access::allow_write(const std::optional<User>& user, const std::string& database) const {
  if (!settings_.enabled) return;
  if (!user) {
    throw Refusal{403, "user is required to write to database \"" + database + "\""};
  }
  if (may(*user, database, Level::write)) return;
  throw Refusal{403, "\"" + user->name + "\" user is not authorized to write to database \"" +
                         database + "\""};
}

}  // namespace tickwork::influxdb_api
