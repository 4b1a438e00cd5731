// SPDX-License-Identifier: MIT
// Where rows come from: a measurement in the storage, or the tables of a subquery. Either gives
// runs of rows of one series, filtered by the WHERE clause.
#pragma once

#include <optional>

#include <atomic>
#include <functional>

#include "catalogue.hpp"
#include "expand.hpp"
#include "limits.hpp"
#include "query_list.hpp"
#include "rows.hpp"
#include "time_range.hpp"

namespace tickwork::query {

// What one request carries through planning and running.
struct Session {
  Catalogue& catalogue;
  Regexes regexes = {};
  std::string database = {}, retention = {};
  int64_t now = 0;
  int64_t ticks = 0;                          // tw_host.ticks at the start of the statement
  QueryList* queries = nullptr;               // what runs beside it
  std::function<void()> check_alive = [] {};  // throws when the query was cancelled
  Meter meter = Meter();
  std::function<int64_t()> clock = [] { return int64_t{0}; };  // tw_host.ticks
};

// What to read from a source. `columns` are variables, in the order of Run::columns.
struct Reading {
  std::vector<ExprPtr> columns;
  ExprPtr condition;
  int64_t min = min_time, max = max_time;  // inclusive
  // The same for rows of a subquery, which has the limits already: a row of its windows has their
  // start as its time, which may lie before the least time.
  int64_t rows_min = min_time;
  bool descending = false;               // newest first, for `limit`
  uint64_t limit = 0;                    // rows a series, when the source can
  std::vector<TagCondition> where = {};  // more that must hold
  bool copied = false;                   // the sink copies what it keeps of a run
};

using RunSink = std::function<void(const RunPtr&)>;

// One measurement of one retention policy, or of one subquery.
class Input {
 public:
  explicit Input(Place place) : place_{std::move(place)} {}
  explicit Input(std::vector<std::shared_ptr<const Table>> tables) : tables_{std::move(tables)} {}

  const std::string& name() const;
  const Place* place() const { return tables_.empty() ? &place_ : nullptr; }  // null: a subquery
  void add_names(Session& session, Names& out) const;
  // The type of a variable here: a field's type, `tag`, or `unknown`.
  DataType type_of(Session& session, const Expr& variable) const;
  // Of a field, if it is one; that is cheap to know, other than whether it is a tag.
  std::optional<DataType> field_type(Session& session, const std::string& name) const;
  void read(Session& session, const Reading& reading, const RunSink& sink) const;

 private:
  bool has_tag(Session& session, const std::string& key) const;

  Place place_;
  std::vector<std::shared_ptr<const Table>> tables_;  // of one name; empty: the storage
};

// Conditions on tags that the storage can check by itself: the conjuncts of the form tag op text,
// and alternatives of one tag. complete, if given, tells whether they say all of the condition.
std::vector<TagCondition> tag_conditions(const ExprPtr& condition,
                                         const std::function<bool(const Expr&)>& is_tag,
                                         bool* complete = nullptr);

}  // namespace tickwork::query
