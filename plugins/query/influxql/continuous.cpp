// SPDX-License-Identifier: MIT
#include "continuous.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "text_table.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

// InfluxDB names the database as well when a policy is missing here.
void need_policies(Session& session, const Select& select) {
  auto need = [&](const Measurement& m) {
    if (session.catalogue.policy(m.database, m.retention)) return;
    throw StatementError("retention policy not found: " + m.database + "." + m.retention);
  };
  if (select.target) need(*select.target);
  for (const Source& source : select.sources) {
    source.subquery ? need_policies(session, *source.subquery) : need(source.measurement);
  }
}

// The start of the slice of `duration` that t lies in, by the zone's clock.
int64_t floor_to(int64_t t, int64_t duration, const Zone& zone) {
  int64_t into = (t + zone.offset_at(t)) % duration;
  return t - into - (into < 0 ? duration : 0);
}

// What GROUP BY time() says, without the checks that a run makes.
Interval interval_of(const Select& select) {
  Interval out;
  for (const ExprPtr& d : select.dimensions) {
    if (d->kind != ExprKind::call || d->text != "time" || d->args.empty()) continue;
    out.duration = d->args[0]->integer;
    bool shifted = d->args.size() > 1 && d->args[1]->kind == ExprKind::duration;
    if (shifted && out.duration > 0) out.offset = d->args[1]->integer % out.duration;
  }
  return out;
}

ExprPtr both(const ExprPtr& a, const ExprPtr& b) {
  return a ? make_binary(Op::logical_and, make_paren(a), b) : b;
}

ExprPtr in_range(const ExprPtr& condition, int64_t start, int64_t end) {
  ExprPtr time = make_variable("time");
  return both(condition, make_binary(Op::logical_and, make_binary(Op::gte, time, make_time(start)),
                                     make_binary(Op::lt, time, make_time(end))));
}

// With a catalogue of its own: what an earlier query wrote must be seen.
void run_query(const Session& session, const std::string& database, Select select,
               const ContinuousRun& run) {
  Catalogue catalogue(session.catalogue.storage(), session.catalogue.aggregates());
  Session own{catalogue};
  own.database = database;
  own.now = session.now;
  own.ticks = session.ticks;
  own.queries = session.queries;
  own.check_alive = session.check_alive;
  own.clock = session.clock;
  Zone zone(select.time_zone);
  ExprPtr rest = split_condition(select.condition, {session.now, &zone}).rest;
  select.condition = in_range(rest, run.start, run.end);
  write_into(own, select);
}

}  // namespace

CreateContinuousQuery qualified(Session& session, const CreateContinuousQuery& given) {
  if (!session.catalogue.has_database(given.database)) {
    throw StatementError("database not found: " + given.database);
  }
  CreateContinuousQuery query = given;
  query.select = std::make_shared<Select>(*given.select);
  std::string database = std::exchange(session.database, given.database);
  std::string retention = std::exchange(session.retention, "");
  qualify(session, *query.select);
  session.database = database;
  session.retention = retention;
  need_policies(session, *query.select);
  return query;
}

void create_continuous(Session& session, const CreateContinuousQuery& query) {
  std::string text = to_string(Statement(query));
  tw_definition d{};
  d.size = sizeof d;
  d.what = TW_CONTINUOUS_QUERIES;
  d.database = str(query.database);
  d.name = str(query.name);
  d.mode = str(text);
  session.catalogue.storage().call(&tw_storage::define, static_cast<const tw_definition*>(&d));
}

void drop_continuous(Session& session, const DropContinuousQuery& query) {
  ScanRequest scan({query.database, "", ""}, {});
  scan.raw.name = str(query.name);
  session.catalogue.storage().call(&tw_storage::drop, uint32_t{TW_CONTINUOUS_QUERIES},
                                   static_cast<const tw_scan*>(&scan.raw));
}

Tables show_continuous(Session& session) {
  Tables out;
  List list = session.catalogue.list(TW_CONTINUOUS_QUERIES, {});
  for (const std::string& database : session.catalogue.databases()) {
    TextTable table(database, {"name", "query"});
    for (auto& row : list.rows) {
      if (row[0].s == database) table.add({row[1], row[2]});
    }
    out.push_back(table.table());
  }
  return out;
}

std::optional<ContinuousRun> due_run(const CreateContinuousQuery& query, int64_t now,
                                     int64_t last) {
  const Select& select = *query.select;
  Zone zone(select.time_zone);
  Interval i = interval_of(select);
  if (i.none() || select.is_raw) return std::nullopt;
  int64_t every = query.resample_every_ns > 0 ? query.resample_every_ns : i.duration;
  int64_t span = query.resample_for_ns > 0 ? query.resample_for_ns : std::max(i.duration, every);
  int64_t next = last == 0 ? now : last + every;
  if (next > now) return std::nullopt;
  ContinuousRun out;
  out.last = floor_to(now - i.offset, every, zone) + i.offset;
  out.start = floor_to(next + i.duration - span - i.offset - 1, i.duration, zone) + i.offset;
  out.end = floor_to(now + i.duration - std::min(every, i.duration) - i.offset, i.duration, zone) +
            i.offset;
  return out;
}

void ContinuousClock::Known::read(std::string_view stored) {
  if (text == stored) return;
  text = stored;
  query.reset();
  influxql::Parsed parsed = influxql::parse(text);
  error = parsed.error;
  if (parsed.statements.size() != 1) return;
  auto* create = std::get_if<CreateContinuousQuery>(&parsed.statements[0]);
  if (create) query = std::move(*create);
}

void ContinuousClock::tick(Session& session,
                           const std::function<void(const std::string&)>& failed) {
  std::set<Key> listed;
  List list = session.catalogue.list(TW_CONTINUOUS_QUERIES, {});
  for (auto& row : list.rows) {
    session.check_alive();
    Key key{row[0].s, row[1].s};
    Known& known = known_[key];
    known.read(row[2].s);
    listed.insert(key);
    try {
      if (!known.query) throw StatementError("the stored text does not parse: " + known.error);
      auto run = due_run(*known.query, session.now, known.last);
      if (!run) continue;
      known.last = run->last;
      if (run->end <= run->start) continue;
      run_query(session, key.first, *known.query->select, *run);
      session.queries->count_continuous(true);
    } catch (const std::exception& e) {
      session.queries->count_continuous(false);
      failed("continuous query " + key.second + " on " + key.first + ": " + e.what());
    }
  }
  std::erase_if(known_, [&](const auto& entry) { return !listed.contains(entry.first); });
}

}  // namespace tickwork::query
