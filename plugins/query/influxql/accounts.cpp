// SPDX-License-Identifier: MIT
// Passwords are kept as libsodium's text form of an Argon2id hash, which has its salt and costs in
// it: a later release may raise the costs.
#include "accounts.hpp"

#include <sodium.h>

#include <algorithm>

#include "text_table.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

// The least that OWASP recommends for Argon2id.
constexpr unsigned long long hash_passes = 2;
constexpr size_t hash_memory = size_t{19} << 20;

struct User {
  std::string name, hash;
  bool admin = false;
};

std::vector<User> users(Session& session) {
  std::vector<User> out;
  List list = session.catalogue.list(TW_USERS, {});
  for (auto& row : list.rows) {
    out.push_back({std::string(row[0].s), std::string(row[1].s), row[2].is_true()});
  }
  return out;
}

std::optional<User> find_user(Session& session, const std::string& name) {
  for (User& user : users(session)) {
    if (user.name == name) return user;
  }
  return std::nullopt;
}

void need_user(Session& session, const std::string& name) {
  if (!find_user(session, name)) throw StatementError("user not found");
}

std::string hash_of(const std::string& password) {
  char out[crypto_pwhash_STRBYTES];
  bool made = sodium_init() >= 0 && crypto_pwhash_str(out, password.data(), password.size(),
                                                      hash_passes, hash_memory) == 0;
  if (!made) throw StatementError("cannot hash the password: out of memory");
  return out;
}

bool fits(const User& user, const std::string& password) {
  return sodium_init() >= 0 &&
         crypto_pwhash_str_verify(user.hash.c_str(), password.data(), password.size()) == 0;
}

std::string level_of(Privilege privilege) {
  switch (privilege) {
    case Privilege::read:
      return "READ";
    case Privilege::write:
      return "WRITE";
    case Privilege::all:
      return "ALL";
    case Privilege::none:
      break;
  }
  return "NONE";
}

// What is left of a level without `taken`.
std::string without(const std::string& level, Privilege taken) {
  if (taken == Privilege::all || level == level_of(taken)) return "NONE";
  if (level != "ALL") return level;
  return taken == Privilege::read ? "WRITE" : "READ";
}

std::string shown_level(std::string_view level) {
  if (level == "ALL") return "ALL PRIVILEGES";
  return level == "NONE" ? "NO PRIVILEGES" : std::string(level);
}

class AccountKeeper {
 public:
  explicit AccountKeeper(Session& session) : session_{session} {}

  void create(const CreateUser& s) {
    if (s.name.empty()) throw StatementError("username required");
    if (auto known = find_user(session_, s.name)) {
      if (known->admin == s.admin && fits(*known, s.password)) return;
      throw StatementError("user already exists");
    }
    define(TW_USERS, s.name, hash_of(s.password), admin_flags(s.admin));
  }

  void set_password(const SetPassword& s) {
    need_user(session_, s.name);
    define(TW_USERS, s.name, hash_of(s.password), TW_DEFINE_ALTER);
  }

  void drop(const DropUser& s) {
    need_user(session_, s.name);
    ScanRequest scan({}, {});
    scan.raw.name = str(s.name);
    session_.catalogue.storage().call(&tw_storage::drop, uint32_t{TW_USERS},
                                      static_cast<const tw_scan*>(&scan.raw));
  }

  void grant(const Grant& s) {
    if (s.admin) return set_admin(s.user, true);
    need(s.user, s.database);
    define(TW_GRANTS, s.user, level_of(s.privilege), 0, s.database);
  }

  void revoke(const Revoke& s) {
    if (s.admin) return set_admin(s.user, false);
    need(s.user, s.database);
    define(TW_GRANTS, s.user, without(level(s.user, s.database), s.privilege), 0, s.database);
  }

 private:
  static uint32_t admin_flags(bool admin) {
    return TW_DEFINE_HAS_ADMIN | (admin ? uint32_t{TW_DEFINE_ADMIN} : 0u);
  }

  void set_admin(const std::string& user, bool admin) {
    need_user(session_, user);
    define(TW_USERS, user, "", TW_DEFINE_ALTER | admin_flags(admin));
  }

  void need(const std::string& user, const std::string& database) {
    need_user(session_, user);
    if (session_.catalogue.has_database(database)) return;
    throw StatementError("database not found: " + database);
  }

  std::string level(const std::string& user, const std::string& database) {
    List list = session_.catalogue.list(TW_GRANTS, {});
    for (auto& row : list.rows) {
      if (row[0].s == user && row[1].s == database) return std::string(row[2].s);
    }
    return "NONE";
  }

  void define(uint32_t what, const std::string& name, const std::string& mode, uint32_t flags,
              const std::string& database = "") {
    tw_definition d{};
    d.size = sizeof d;
    d.what = what;
    d.flags = flags;
    d.database = str(database);
    d.name = str(name);
    d.mode = str(mode);
    session_.catalogue.storage().call(&tw_storage::define, static_cast<const tw_definition*>(&d));
  }

  Session& session_;
};

}  // namespace

std::optional<Tables> run_account_statement(Session& session, const Statement& statement) {
  AccountKeeper keeper(session);
  if (auto* s = std::get_if<CreateUser>(&statement)) return keeper.create(*s), Tables{};
  if (auto* s = std::get_if<SetPassword>(&statement)) return keeper.set_password(*s), Tables{};
  if (auto* s = std::get_if<DropUser>(&statement)) return keeper.drop(*s), Tables{};
  if (auto* s = std::get_if<Grant>(&statement)) return keeper.grant(*s), Tables{};
  if (auto* s = std::get_if<Revoke>(&statement)) return keeper.revoke(*s), Tables{};
  return std::nullopt;
}

Tables show_users(Session& session) {
  TextTable out("", {"user", "admin"});
  for (const User& user : users(session)) {
    out.add({Value::of(std::string_view(user.name)), Value::of(user.admin)});
  }
  return {out.table()};
}

Tables show_grants(Session& session, const std::string& user) {
  need_user(session, user);
  TextTable out("", {"database", "privilege"});
  List list = session.catalogue.list(TW_GRANTS, {});
  for (auto& row : list.rows) {
    if (row[0].s != user) continue;
    out.add({row[1], Value::of(std::string_view(shown_level(row[2].s)))});
  }
  return {out.table()};
}

}  // namespace tickwork::query
