// SPDX-License-Identifier: MIT
#include "accounts.hpp"

#include <algorithm>

#include "bytes.hpp"
#include "failure.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t accounts_map_size = size_t{64} << 20;
constexpr uint64_t accounts_version = 1;

std::string bytes_of(const User& user) {
  std::string out;
  put_varint(out, accounts_version);
  put_text(out, user.name);
  put_text(out, user.hash);
  put_varint(out, user.admin ? 1 : 0);
  put_varint(out, user.grants.size());
  for (const auto& [database, privilege] : user.grants) {
    put_text(out, database);
    put_text(out, privilege);
  }
  return out;
}

User read_user(uint64_t id, std::string_view value) {
  Reader in(value);
  if (in.varint() != accounts_version)
    throw Failure(TW_E_UNSUPPORTED, "accounts are of a newer version");
  User user;
  user.id = id;
  user.name = in.text();
  user.hash = in.text();
  user.admin = in.varint() != 0;
  const uint64_t grants = in.varint();
  for (uint64_t i = 0; i < grants && in.ok(); ++i) {
    const std::string database(in.text());
    user.grants[database] = in.text();
  }
  if (!in.ok()) throw Failure(TW_E_IO, "account of user " + user.name + " is damaged");
  return user;
}

}  // namespace

Accounts::Accounts(const std::string& folder, Opening opening)
    : env_(folder, accounts_map_size, accounts_trees, opening) {
  const Transaction txn(env_, Access::read);
  Cursor cursor(txn, 0);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    users_.push_back(read_user(load_key(cursor.key().data()), cursor.value()));
  }
}

std::vector<User> Accounts::all() const {
  const std::lock_guard lock(mutex_);
  return users_;
}

User* Accounts::find(std::string_view name) {
  const auto at =
      std::find_if(users_.begin(), users_.end(), [&](const User& u) { return u.name == name; });
  return at == users_.end() ? nullptr : &*at;
}

void Accounts::save(const User& user) {
  Transaction txn(env_, Access::write);
  txn.put(0, number_key(user.id), bytes_of(user));
  txn.commit();
}

void Accounts::define_user(const tw_definition& d) {
  const std::lock_guard lock(mutex_);
  User* known = find(view(d.name));
  User changed;
  if (known) {
    changed = *known;
  } else {
    if (d.flags & TW_DEFINE_ALTER) throw Failure(TW_E_NOT_FOUND, "user not found");
    changed.id = users_.empty() ? 1 : users_.back().id + 1;
    changed.name = view(d.name);
  }
  if (d.mode.len) changed.hash = view(d.mode);
  if (!known || (d.flags & TW_DEFINE_HAS_ADMIN)) changed.admin = (d.flags & TW_DEFINE_ADMIN) != 0;
  if (known && !(d.flags & TW_DEFINE_ALTER)) {
    if (changed.hash == known->hash && changed.admin == known->admin) return;
    throw Failure(TW_E_INVALID, "user already exists");
  }
  save(changed);
  if (known) {
    *known = std::move(changed);
  } else {
    users_.push_back(std::move(changed));
  }
}

void Accounts::define_grant(const tw_definition& d) {
  const std::lock_guard lock(mutex_);
  User* known = find(view(d.name));
  if (!known) throw Failure(TW_E_NOT_FOUND, "user not found");
  User changed = *known;
  changed.grants[std::string(view(d.database))] = view(d.mode);
  save(changed);
  *known = std::move(changed);
}

void Accounts::drop_user(std::string_view name) {
  const std::lock_guard lock(mutex_);
  User* known = find(name);
  if (!known) return;
  Transaction txn(env_, Access::write);
  txn.erase(0, number_key(known->id));
  txn.commit();
  users_.erase(users_.begin() + (known - users_.data()));
}

void Accounts::forget_database(std::string_view database) {
  const std::lock_guard lock(mutex_);
  for (User& user : users_) {
    User changed = user;
    if (changed.grants.erase(std::string(database)) == 0) continue;
    save(changed);
    user = std::move(changed);
  }
}

}  // namespace tickwork::lmdb
