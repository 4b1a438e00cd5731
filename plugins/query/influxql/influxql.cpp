// SPDX-License-Identifier: MIT
// query.influxql: InfluxQL over a storage. Statements run one at a time as the answer is read.
#include <tickwork/tickwork.hpp>

#include <atomic>

#include "arrow_io.hpp"
#include "parameters.hpp"
#include "statement.hpp"

namespace tickwork::query {
namespace {

using influxql::Statement;

// An answer under way. next() runs the next statement when the tables of the last are given out.
class Answer {
 public:
  Answer(Ref<tw_storage> storage, Ref<tw_storage_aggregate> aggregates, QueryList& queries,
         std::vector<Statement> statements, const tw_request& request, int64_t now,
         std::function<int64_t()> ticks)
      : storage_{storage},
        aggregates_{aggregates},
        queries_{queries},
        statements_{std::move(statements)},
        database_{string(request.database)},
        retention_{string(request.retention)},
        now_{request.now_ns ? request.now_ns : now},
        deadline_{request.deadline_ns},
        ticks_{std::move(ticks)},
        read_only_{(request.flags & TW_QUERY_READ_ONLY) != 0} {}

  tw_status next(tw_result& out) {
    out.rows.release = nullptr;
    out.name = out.error = out.message = {};
    out.tags = nullptr;
    out.n_tags = 0;
    while (given_ >= tables_.size()) {
      if (pending_empty_) return pending_empty_ = false, give_nothing(out);
      if (at_ >= statements_.size()) return TW_DONE;
      run();
    }
    give(out, tables_[given_]);
    ++given_;
    return TW_OK;
  }

  void cancel() { cancelled_ = true; }

 private:
  void run() {
    tables_.clear();
    given_ = 0;
    error_.clear();
    message_.clear();
    statement_ = static_cast<int32_t>(at_++);
    if (failed_) {
      error_ = "not executed";
    } else {
      try_statement(statements_[static_cast<size_t>(statement_)]);
    }
    pending_empty_ = tables_.empty();
  }

  void try_statement(const Statement& given) {
    Catalogue catalogue(storage_, aggregates_);
    Session session{catalogue};
    session.database = database_;
    session.retention = retention_;
    session.now = now_;
    session.check_alive = [this] { check_alive(); };
    session.ticks = ticks_();
    session.queries = &queries_;
    uint64_t id = queries_.add({to_string(given), database_, session.ticks, &cancelled_});
    try {
      Statement statement = qualified(session, given);
      tables_ = run_statement(session, statement);
      if (read_only_ && changes_data(statement)) {
        message_ = "deprecated use of '" + to_string(statement) +
                   "' in a read only context, please use a POST request instead";
      }
    } catch (const std::exception& e) {
      tables_.clear();
      error_ = e.what();
      failed_ = true;
    }
    queries_.remove(id);
  }

  void check_alive() const {
    if (cancelled_) throw StatementError("query interrupted");
    if (deadline_ != 0 && ticks_() > deadline_) {
      throw StatementError("query-timeout limit exceeded");
    }
  }

  tw_status give_nothing(tw_result& out) {
    out.statement = statement_;
    out.error = str(error_);
    out.message = str(message_);
    return TW_OK;
  }

  void give(tw_result& out, const std::shared_ptr<const Table>& table) {
    shown_ = table;
    tags_.clear();
    for (auto& [key, value] : table->tags) tags_.push_back({str(key), str(value)});
    out.statement = statement_;
    out.name = str(table->name);
    out.tags = tags_.data();
    out.n_tags = tags_.size();
    out.message = str(message_);
    out.rows = stream_of(table);
  }

  Ref<tw_storage> storage_;
  Ref<tw_storage_aggregate> aggregates_;
  QueryList& queries_;
  std::vector<Statement> statements_;
  std::string database_, retention_;
  int64_t now_, deadline_;
  std::function<int64_t()> ticks_;
  bool read_only_;
  std::atomic<bool> cancelled_{false};

  size_t at_ = 0, given_ = 0;
  int32_t statement_ = 0;
  bool failed_ = false, pending_empty_ = false;
  Tables tables_;
  std::string error_, message_;
  std::shared_ptr<const Table> shown_;
  std::vector<tw_tag> tags_;
};

Answer& answer(tw_results* results) { return *static_cast<Answer*>(results->self); }

class InfluxQl {
 public:
  static constexpr const char* language = "influxql";
  static constexpr const char* example = "SELECT * FROM \"cpu\"";

  InfluxQl(Host host, Config config)
      : host_{host},
        storage_{host.find<tw_storage>(config.str("storage"))},
        aggregates_{find_aggregates(config.str("storage"))} {}

  void run(const tw_request& request, tw_results& out) {
    influxql::Parsed parsed = influxql::parse(view(request.text), parameters_of(request));
    if (!parsed.error.empty()) {
      throw Error{TW_E_INVALID, "error parsing query: " + parsed.error};
    }
    auto made =
        std::make_unique<Answer>(storage_, aggregates_, queries_, std::move(parsed.statements),
                                 request, host_.now(), [host = host_] { return host.ticks(); });
    out.self = made.release();
    out.next = [](tw_results* self, tw_result* result, tw_error* error) {
      return detail::guard(error, [&] { return answer(self).next(*result); });
    };
    out.cancel = [](tw_results* self) { answer(self).cancel(); };
    out.release = [](tw_results* self) {
      delete &answer(self);
      self->release = nullptr;
    };
  }

 private:
  // Not every storage aggregates; then every query scans.
  Ref<tw_storage_aggregate> find_aggregates(std::string_view storage) const {
    try {
      return host_.find<tw_storage_aggregate>(storage);
    } catch (const Error& e) {
      if (e.status() == TW_E_NOT_FOUND) return {};
      throw;
    }
  }

  Host host_;
  Ref<tw_storage> storage_;
  Ref<tw_storage_aggregate> aggregates_;
  QueryList queries_;
};

constexpr tw_option options[] = {{"storage", TW_OPT_STRING, 0, "\"\"",
                                  "Name of the storage to query; empty: the only one configured"},
                                 {}};

}  // namespace
}  // namespace tickwork::query

TICKWORK_MODULE("org.tickwork.query.influxql", "0.1.0", "MIT",
                tickwork::plugin<tickwork::query::InfluxQl>("query.influxql",
                                                            "InfluxQL over a storage",
                                                            tickwork::query::options));
