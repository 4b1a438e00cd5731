// SPDX-License-Identifier: MIT
// Continuous queries: the statements about them, and the clockwork that runs them. They lie in the
// storage, as their normal form.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "statement.hpp"

namespace tickwork::query {

// With database and policy in every measurement; throws when one does not exist.
influxql::CreateContinuousQuery qualified(Session& session,
                                          const influxql::CreateContinuousQuery& query);
void create_continuous(Session& session, const influxql::CreateContinuousQuery& qualified);
void drop_continuous(Session& session, const influxql::DropContinuousQuery& query);
Tables show_continuous(Session& session);

// The windows [start, end) that a tick at `now` owes, perhaps none; nothing when no run is due.
// `last` is the time of the run before, 0: none.
struct ContinuousRun {
  int64_t start = 0, end = 0, last = 0;
};
std::optional<ContinuousRun> due_run(const influxql::CreateContinuousQuery& query, int64_t now,
                                     int64_t last);

// Remembers what each query says and when it ran. For one thread.
class ContinuousClock {
 public:
  // Runs what is due; `failed` hears of queries that did not work out.
  void tick(Session& session, const std::function<void(const std::string&)>& failed);

 private:
  using Key = std::pair<std::string, std::string>;  // database and name
  // Parsed when its text changes: a tick comes every second, a run is rarely due.
  struct Known {
    std::string text, error;
    std::optional<influxql::CreateContinuousQuery> query;
    int64_t last = 0;
    void read(std::string_view stored);
  };
  std::map<Key, Known> known_;
};

}  // namespace tickwork::query
