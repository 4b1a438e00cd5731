// SPDX-License-Identifier: MIT
// Test 42: a query over data without end stops when it is cancelled and at its deadline.
#include <fmt/format.h>

#include <chrono>
#include <future>
#include <tickwork/tickwork.hpp>

#include "check/endless_database.hpp"
#include "check/rig.hpp"

namespace tickwork::host::check {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// The plugin's example text, run over the endless database.
class EndlessQuery {
 public:
  EndlessQuery(Case& c, Rig& rig) : case_{c}, rig_{rig}, database_{rig.host} {
    database_.provide();
  }
  ~EndlessQuery() { database_.end(); }

  // False: not started; why is noted.
  bool run(int64_t deadline_ns) {
    const auto& table = *rig_.instance().ext<tw_query>(TW_QUERY);
    if (!TW_HAS(&table, example))
      return case_.note(fmt::format("{} names no example text to run", rig_.id())), false;
    tw_request request{};
    request.size = sizeof request;
    request.text = str(table.example);
    request.database = TW_STR("check");
    request.now_ns = rig_.host.now();
    request.deadline_ns = deadline_ns;
    results_->size = sizeof(tw_results);
    case_.doing(fmt::format("run of {}: {}", rig_.id(), table.example));
    rig_.instance().call(
        [&](tw_error* e) { return table.run(rig_.instance().self(), &request, &*results_, e); });
    if (rig_.fine("run") && results_) return true;
    return case_.note(fmt::format("{} not exercised: {}", rig_.id(), rig_.instance().error())),
           false;
  }

  // Reads the answer to its end on a thread of its own. True: it ended without data by an error.
  std::future<bool> read() {
    return std::async(std::launch::async, [this] {
      for (;;) {
        tw_result result{};
        result.size = sizeof result;
        tw_error error = empty_error();
        const tw_status status = results_->next(&*results_, &result, &error);
        if (result.rows.release) result.rows.release(&result.rows);
        if (status < 0 || result.error.len > 0) return true;
        if (status == TW_DONE) return false;
      }
    });
  }

  // Waits until the query reads rows.
  bool reading(milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (database_.pieces() == 0 && Clock::now() < end)
      std::this_thread::sleep_for(milliseconds{1});
    return database_.pieces() > 0;
  }
  void cancel() { results_->cancel(&*results_); }
  void end() { database_.end(); }

 private:
  Case& case_;
  Rig& rig_;
  EndlessDatabase database_;
  Results results_;
};

// Whether the answer ends in time; one that does not is ended from below.
bool ends(EndlessQuery& query, std::future<bool>& answer, milliseconds limit) {
  if (answer.wait_for(limit) == std::future_status::ready) return true;
  query.end();
  answer.wait();
  return false;
}

void query_cancel(Case& c) {
  for_each_ready(c, TW_QUERY, "query", [&](Rig& rig) {
    EndlessQuery query{c, rig};
    if (!query.run(0)) return;
    c.doing(fmt::format("cancel of {}", rig.id()));
    auto answer = query.read();
    if (!query.reading(milliseconds{2000}))
      c.note(fmt::format("{} reads no rows of the storage named to it", rig.id()));
    const auto begin = Clock::now();
    query.cancel();
    if (!ends(query, answer, milliseconds{2000}))
      return c.error(fmt::format("{}: goes on for 2 s after cancel", rig.id()));
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
    if (took > milliseconds{100})
      c.warning(fmt::format("{}: went on for {} ms after cancel, at most 100 are allowed", rig.id(),
                            took.count()));
    if (query.reading({}) && !answer.get())
      c.error(fmt::format("{}: a cancelled answer ends as if it were whole", rig.id()));
  });
}

void query_deadline(Case& c) {
  for_each_ready(c, TW_QUERY, "query", [&](Rig& rig) {
    EndlessQuery query{c, rig};
    if (!query.run(rig.host.now() + 50'000'000)) return;
    c.doing(fmt::format("deadline of {}", rig.id()));
    auto answer = query.read();
    if (!ends(query, answer, milliseconds{4000}))
      return c.error(fmt::format("{}: goes on after its deadline", rig.id()));
    if (query.reading({}) && !answer.get())
      c.error(fmt::format("{}: an answer cut at the deadline ends as if it were whole", rig.id()));
  });
}

}  // namespace

std::span<const Test> query_tests() {
  static constexpr Test tests[] = {
      {42, "query-cancel", query_cancel},
      {42, "query-deadline", query_deadline},
  };
  return tests;
}

}  // namespace tickwork::host::check
