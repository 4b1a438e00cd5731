// SPDX-License-Identifier: MIT
#include "continuous.hpp"

#include <algorithm>

#include "bytes.hpp"
#include "failure.hpp"
#include "series_key.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t queries_map_size = size_t{256} << 20;
constexpr uint64_t queries_version = 1;

ContinuousQuery read_query(uint64_t id, std::string_view value) {
  Reader in(value);
  if (in.varint() != queries_version) {
    throw Failure(TW_E_UNSUPPORTED, "continuous queries are of a newer version");
  }
  ContinuousQuery query;
  query.id = id;
  query.database = in.text();
  query.name = in.text();
  query.text = in.text();
  if (!in.ok()) throw Failure(TW_E_IO, "continuous query " + query.name + " is damaged");
  return query;
}

}  // namespace

ContinuousQueries::ContinuousQueries(const std::string& folder, Opening opening)
    : env_(folder, queries_map_size, continuous_trees, opening) {
  const Transaction txn(env_, Access::read);
  Cursor cursor(txn, 0);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    queries_.push_back(read_query(load_key(cursor.key().data()), cursor.value()));
  }
}

std::vector<ContinuousQuery> ContinuousQueries::all() const {
  const std::lock_guard lock(mutex_);
  return queries_;
}

void ContinuousQueries::define(const tw_definition& d) {
  const std::lock_guard lock(mutex_);
  for (const ContinuousQuery& known : queries_) {
    if (known.database != view(d.database) || known.name != view(d.name)) continue;
    if (known.text == view(d.mode)) return;
    throw Failure(TW_E_INVALID, "continuous query already exists");
  }
  ContinuousQuery query;
  query.id = queries_.empty() ? 1 : queries_.back().id + 1;
  query.database = view(d.database);
  query.name = view(d.name);
  query.text = view(d.mode);
  std::string bytes;
  put_varint(bytes, queries_version);
  put_text(bytes, query.database);
  put_text(bytes, query.name);
  put_text(bytes, query.text);
  Transaction txn(env_, Access::write);
  txn.put(0, number_key(query.id), bytes);
  txn.commit();
  queries_.push_back(std::move(query));
}

template <class Which>
void ContinuousQueries::erase(Which which) {
  const std::lock_guard lock(mutex_);
  if (std::none_of(queries_.begin(), queries_.end(), which)) return;
  Transaction txn(env_, Access::write);
  for (const ContinuousQuery& q : queries_) {
    if (which(q)) txn.erase(0, number_key(q.id));
  }
  txn.commit();
  std::erase_if(queries_, which);
}

void ContinuousQueries::drop(std::string_view database, std::string_view name) {
  erase([&](const ContinuousQuery& q) { return q.database == database && q.name == name; });
}

void ContinuousQueries::forget_database(std::string_view database) {
  erase([&](const ContinuousQuery& q) { return q.database == database; });
}

}  // namespace tickwork::lmdb
