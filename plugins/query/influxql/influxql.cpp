// SPDX-License-Identifier: MIT
// query.influxql: InfluxQL over a storage. Statements run one at a time as the answer is read.
#include <tickwork/tickwork.hpp>

#include <algorithm>
#include <atomic>

#include "arrow_io.hpp"
#include "continuous.hpp"
#include "live_rows.hpp"
#include "parameters.hpp"
#include "raw_answer.hpp"
#include "reduced_answer.hpp"
#include "statement.hpp"

namespace tickwork::query {
namespace {

using influxql::Statement;

// What all answers share.
struct Engine {
  Host host;
  Ref<tw_storage> storage;
  Ref<tw_storage_aggregate> aggregates;  // none: every query scans
  QueryList queries;
  int64_t timeout, slow;  // of a statement, ns; 0: none
  Limits limits;
  size_t raw_memory;  // bytes, of one statement's rows
};

// An answer under way. next() runs the next statement when the tables of the last are given out.
class Answer {
 public:
  Answer(Engine& engine, std::vector<Statement> statements, const tw_request& request)
      : engine_{engine},
        statements_{std::move(statements)},
        database_{string(request.database)},
        retention_{string(request.retention)},
        now_{request.now_ns ? request.now_ns : engine.host.now()},
        deadline_{request.deadline_ns},
        read_only_{(request.flags & TW_QUERY_READ_ONLY) != 0} {}

  ~Answer() {
    if (live_) live_->finish();
    end_statement();
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  tw_status next(tw_result& out) {
    out.rows.release = nullptr;
    out.name = out.error = out.message = {};
    out.tags = nullptr;
    out.n_tags = 0;
    if (live_) live_->finish();
    live_.reset();
    for (;;) {
      if (made_ && give_made(out)) return TW_OK;
      if (given_ < tables_.size()) return give(out, tables_[given_++]), TW_OK;
      if (pending_empty_) return pending_empty_ = false, give_nothing(out);
      if (at_ >= statements_.size()) return TW_DONE;
      run();
    }
  }

  void cancel() { cancelled_ = true; }

 private:
  // A statement under way.
  struct Running {
    Running(Engine& engine, std::string statement_text)
        : catalogue{engine.storage, engine.aggregates},
          session{catalogue},
          text{std::move(statement_text)} {}
    Catalogue catalogue;
    Session session;
    std::string text;
    uint64_t id = 0;
  };

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

  void begin_statement(const Statement& statement) {
    running_ = std::make_unique<Running>(engine_, to_string(statement));
    Session& session = running_->session;
    session.database = database_;
    session.retention = retention_;
    session.now = now_;
    session.check_alive = [this] { check_alive(); };
    session.clock = [host = engine_.host] { return host.ticks(); };
    session.ticks = started_ = engine_.host.ticks();
    session.queries = &engine_.queries;
    session.meter = Meter(engine_.limits);
  }

  // Some answers are made as they are read: such a statement runs until its last row was.
  void try_statement(const Statement& given) {
    begin_statement(given);
    Session& session = running_->session;
    try {
      running_->id = engine_.queries.add({running_->text, database_, started_, &cancelled_});
      Statement statement = qualified(session, given);
      if (!begin_select(statement)) tables_ = run_statement(session, statement);
      if (read_only_ && changes_data(statement)) {
        message_ = "deprecated use of '" + to_string(statement) +
                   "' in a read only context, please use a POST request instead";
      }
    } catch (const std::exception& e) {
      fail(e.what());
    }
    if (!made_) end_statement();
  }

  void fail(const std::string& why) {
    made_.reset();
    tables_.clear();
    error_ = why;
    failed_ = true;
  }

  bool begin_select(const Statement& statement) {
    const auto* select = std::get_if<influxql::Select>(&statement);
    if (!select || select->target) return false;
    Session& session = running_->session;
    auto prepared = prepare_select(session, *select);
    if (RawAnswer::covers(*prepared)) {
      made_ = std::make_unique<RawAnswer>(session, std::move(prepared), engine_.raw_memory);
    } else {
      made_ = ReducedAnswer::begin(session, prepared);
    }
    if (!made_) tables_ = run_prepared(session, *prepared);
    return true;
  }

  void end_statement() {
    if (!running_) return;
    made_.reset();
    const int64_t done = engine_.host.ticks();
    engine_.queries.remove(running_->id, done);
    if (engine_.slow != 0 && done - started_ >= engine_.slow) {
      engine_.host.warn("slow query took " + influxql::format_go_duration(done - started_) + ": " +
                        running_->text + " (database: " + database_ + ")");
    }
    running_.reset();
  }

  void check_alive() const {
    if (cancelled_) throw StatementError("query interrupted");
    int64_t now = engine_.host.ticks();
    bool late = (deadline_ != 0 && now > deadline_) ||
                (engine_.timeout != 0 && now - started_ > engine_.timeout);
    if (late) throw StatementError("query-timeout limit exceeded");
  }

  tw_status give_nothing(tw_result& out) {
    out.statement = statement_;
    out.error = str(error_);
    out.message = str(message_);
    return TW_OK;
  }

  void give(tw_result& out, const std::shared_ptr<const Table>& table) {
    give_head(out, table->name, table->tags);
    out.rows = stream_of(table);
  }

  void give_head(tw_result& out, const std::string& name, const Tags& tags) {
    tags_.clear();
    for (auto& [key, value] : tags) tags_.push_back({str(key), str(value)});
    out.statement = statement_;
    out.name = str(name);
    out.tags = tags_.data();
    out.n_tags = tags_.size();
    out.message = str(message_);
  }

  // The next table that is made now; false after the last, or with pending_empty_ for its failure.
  bool give_made(tw_result& out) {
    bool more = false;
    try {
      more = made_->next_table(shown_);
    } catch (const std::exception& e) {
      fail(e.what());
      pending_empty_ = true;
    }
    if (!more) return end_statement(), false;
    pending_empty_ = false;
    give_head(out, shown_.name, shown_.tags);
    if (shown_.complete) {
      out.rows = stream_of(made_->schema(), std::move(shown_.rows));
      return true;
    }
    const auto next = [this](ArrowArray* array) {
      try {
        return made_->next_batch(array);
      } catch (const std::exception&) {
        failed_ = true;
        made_.reset();
        end_statement();
        throw;
      }
    };
    live_ = std::make_shared<LiveRows>(made_->schema(), std::move(shown_.rows), next);
    out.rows = LiveRows::stream(live_);
    return true;
  }

  Engine& engine_;
  std::vector<Statement> statements_;
  std::string database_, retention_;
  int64_t now_, deadline_, started_ = 0;
  bool read_only_;
  std::atomic<bool> cancelled_{false};

  size_t at_ = 0, given_ = 0;
  int32_t statement_ = 0;
  bool failed_ = false, pending_empty_ = false;
  Tables tables_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<LiveAnswer> made_;  // of running_
  std::shared_ptr<LiveRows> live_;    // of the table that was given last
  std::string error_, message_;
  LiveTable shown_;
  std::vector<tw_tag> tags_;
};

Answer& answer(tw_results* results) { return *static_cast<Answer*>(results->self); }

class InfluxQl {
 public:
  static constexpr const char* language = "influxql";
  static constexpr const char* example = "SELECT * FROM \"cpu\"";

  InfluxQl(Host host, Config config)
      : host_{host},
        engine_{host,
                host.find<tw_storage>(config.str("storage")),
                find_aggregates(host, config.str("storage")),
                QueryList(static_cast<size_t>(config.num("max_concurrent_queries")), host.ticks()),
                config.num("query_timeout"),
                config.num("log_queries_after"),
                {config.num("max_select_series"), config.num("max_select_point"),
                 config.num("max_select_buckets")},
                static_cast<size_t>(std::max<int64_t>(config.num("raw_memory"), 1))},
        continuous_every_{config.boolean("continuous_queries") ? config.num("continuous_interval")
                                                               : 0} {}

  void start() {
    const auto* timer = host_.service<tw_timer>();
    if (!timer || continuous_every_ <= 0) return;
    timer->set(
        host_.raw(), continuous_every_, continuous_every_, this,
        [](void* self) { static_cast<InfluxQl*>(self)->tick(); }, &timer_);
  }

  void run(const tw_request& request, tw_results& out) {
    influxql::Parsed parsed = influxql::parse(view(request.text), parameters_of(request));
    if (!parsed.error.empty()) {
      throw Error{TW_E_INVALID, "error parsing query: " + parsed.error};
    }
    auto made = std::make_unique<Answer>(engine_, std::move(parsed.statements), request);
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
  static Ref<tw_storage_aggregate> find_aggregates(Host host, std::string_view storage) {
    try {
      return host.find<tw_storage_aggregate>(storage);
    } catch (const Error& e) {
      if (e.status() == TW_E_NOT_FOUND) return {};
      throw;
    }
  }

  void tick() {
    Catalogue catalogue(engine_.storage, engine_.aggregates);
    Session session{catalogue};
    session.now = host_.now();
    session.ticks = host_.ticks();
    session.clock = [host = host_] { return host.ticks(); };
    session.check_alive = [host = host_] {
      if (host.stopping()) throw StatementError("query interrupted");
    };
    session.queries = &engine_.queries;
    try {
      continuous_.tick(session, [this](const std::string& what) { host_.warn(what); });
      no_ticks_.clear();
    } catch (const std::exception& e) {
      // Told once, not every second: a storage may have no continuous queries at all.
      if (host_.stopping() || no_ticks_ == e.what()) return;
      no_ticks_ = e.what();
      host_.warn("continuous queries cannot run: " + no_ticks_);
    }
  }

  Host host_;
  Engine engine_;
  int64_t continuous_every_;
  ContinuousClock continuous_;
  std::string no_ticks_;  // why the last tick failed
  uint64_t timer_ = 0;
};

constexpr tw_option options[] = {
    {"storage", TW_OPT_STRING, 0, "\"\"",
     "Name of the storage to query; empty: the only one configured"},
    {"max_concurrent_queries", TW_OPT_INT, 0, "0", "Statements at a time; 0: any number"},
    {"max_select_series", TW_OPT_INT, 0, "0", "Series that a SELECT may read; 0: any number"},
    {"max_select_point", TW_OPT_INT, 0, "0", "Points that a SELECT may read; 0: any number"},
    {"max_select_buckets", TW_OPT_INT, 0, "0",
     "Windows of GROUP BY time in a range with both ends; 0: any number"},
    {"raw_memory", TW_OPT_SIZE, 0, "\"32MiB\"",
     "Rows that a SELECT without functions holds at a time; it reads again when there are more"},
    {"query_timeout", TW_OPT_DURATION, 0, "\"0s\"", "Longest time for a statement; 0s: none"},
    {"log_queries_after", TW_OPT_DURATION, 0, "\"0s\"",
     "Log statements that took longer; 0s: none"},
    {"continuous_queries", TW_OPT_BOOL, 0, "true", "Run continuous queries"},
    {"continuous_interval", TW_OPT_DURATION, 0, "\"1s\"",
     "How often to look for continuous queries that are due"},
    {}};

}  // namespace
}  // namespace tickwork::query

TICKWORK_MODULE("org.tickwork.query.influxql", "0.1.0", "MIT",
                tickwork::plugin<tickwork::query::InfluxQl>("query.influxql",
                                                            "InfluxQL over a storage",
                                                            tickwork::query::options));
