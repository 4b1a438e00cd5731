// SPDX-License-Identifier: MIT
#include "select.hpp"

#include <algorithm>

#include "groups.hpp"
#include "plan.hpp"
#include "push_down.hpp"
#include "reading.hpp"
#include "row_maker.hpp"
#include "types.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

void add_measurement(Session& session, const Measurement& m, std::set<Place>& seen, Sources& out) {
  Place place{m.database, m.retention, m.name};
  if (!m.regex) {
    if (seen.insert(place).second) out[m.name].emplace_back(place);
    return;
  }
  for (const std::string& name : session.catalogue.measurements(m.database, m.retention)) {
    if (!session.regexes.match(*m.regex, name)) continue;
    place.measurement = name;
    if (seen.insert(place).second) out[name].emplace_back(place);
  }
}

// The types of what subqueries select that gave no rows.
using SilentTypes = std::map<std::string, DataType>;

void add_types(const Plan& plan, SilentTypes& out) {
  for (size_t i = 0; i < plan.output_types.size(); ++i) {
    DataType& known = out[plan.names[i + 1]];
    if (wins_over(plan.output_types[i], known)) known = plan.output_types[i];
  }
}

Sources find_sources(Session& session, const Select& select, const Outer& lent,
                     SilentTypes& silent) {
  Sources out;
  std::set<Place> seen;
  for (const Source& source : select.sources) {
    if (!source.subquery) {
      add_measurement(session, source.measurement, seen, out);
      continue;
    }
    const auto prepared = prepare_select(session, *source.subquery, lent);
    std::map<std::string, Tables> by_name;
    for (auto& table : run_prepared(session, *prepared)) by_name[table->name].push_back(table);
    if (by_name.empty()) add_types(prepared->plan, silent);
    for (auto& [name, tables] : by_name) out[name].emplace_back(tables);
  }
  return out;
}

// A row of a raw query.
struct RowRef {
  int64_t time;
  uint32_t run, row;
};

std::shared_ptr<Table> new_table(const Plan& plan, const std::string& name, const Group& group) {
  auto table = std::make_shared<Table>();
  table->name = name;
  table->tags = group.tags;
  table->columns = plan.names;
  table->result_types = plan.output_types;
  table->cells.resize(plan.outputs.size());
  table->time_zone = plan.select.time_zone;
  return table;
}

std::vector<RowRef> raw_rows(const Plan& plan, const Group& group) {
  std::vector<RowRef> rows;
  for (uint32_t r = 0; r < group.runs.size(); ++r) {
    const Run& run = *group.runs[r];
    for (uint32_t i = 0; i < run.rows; ++i) {
      if (run.has_row(i) && has_selected_field(plan, run, i)) rows.push_back({run.times[i], r, i});
    }
  }
  auto earlier = [](const RowRef& a, const RowRef& b) { return a.time < b.time; };
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) {
    std::stable_sort(rows.begin(), rows.end(), earlier);
  }
  if (!plan.ascending()) std::reverse(rows.begin(), rows.end());
  return rows;
}

// Rows of which every output is just a column, filled a column at a time.
void fill_columns(const Plan& plan, const Group& group, const RowRef* rows, size_t n,
                  Table& table) {
  table.times.resize(n);
  for (size_t i = 0; i < n; ++i) table.times[i] = rows[i].time;
  std::vector<const Column*> by_run(group.runs.size());
  for (size_t output = 0; output < plan.outputs.size(); ++output) {
    const size_t column = plan.output_columns[output];
    for (size_t r = 0; r < by_run.size(); ++r) by_run[r] = &group.runs[r]->columns[column];
    auto& cells = table.cells[output];
    cells.resize(n);
    for (size_t i = 0; i < n; ++i) {
      const Column& c = *by_run[rows[i].run];
      cells[i] = c.fixed ? c.value : finite(c.at(rows[i].row));
    }
  }
}

std::shared_ptr<Table> raw_table(Session& session, const Plan& plan, const std::string& name,
                                 const Group& group) {
  std::vector<RowRef> rows = raw_rows(plan, group);
  auto [begin, end] = kept_rows(plan, rows.size());
  if (begin == end) return nullptr;
  auto table = new_table(plan, name, group);
  const auto is_column = [](size_t column) { return column != Plan::no_column; };
  const bool as_they_are = plan.select.fill != Fill::number && plan.select.fill != Fill::previous;
  if (as_they_are &&
      std::all_of(plan.output_columns.begin(), plan.output_columns.end(), is_column)) {
    fill_columns(plan, group, rows.data() + begin, end - begin, *table);
  } else {
    RowMaker maker(session, plan, *table, end - begin);
    for (size_t i = begin; i < end; ++i) {
      maker.add(rows[i].time, group.runs[rows[i].run].get(), rows[i].row, nullptr);
    }
  }
  for (const RunPtr& run : group.runs) table->owners.push_back(run);
  return table;
}

// Rows of several calls: one a time, in the query's direction.
class CallRows {
 public:
  CallRows(const Plan& plan, Group& group) : plan_{plan} {
    for (size_t i = 0; i < plan.calls.size(); ++i) {
      const Call& call = plan.calls[i];
      const bool known = call.type != DataType::unknown;
      outs_.push_back(known ? finish_call(plan, call, group.calls[i]) : Outs{});
      if (plan.calls.size() > 1) limit(outs_.back());
      instead_.push_back(number_in_place_of(plan.select, call.result));
    }
    next_.resize(outs_.size());
    values_.resize(outs_.size());
  }

  bool advance() {
    bool found = false;
    for (size_t i = 0; i < outs_.size(); ++i) {
      if (next_[i] >= outs_[i].size()) continue;
      int64_t t = outs_[i][next_[i]].time;
      bool sooner = plan_.ascending() ? t < time_ : t > time_;
      if (!found || sooner) time_ = t;
      found = true;
    }
    if (!found) return false;
    point_ = nullptr;
    texts_.clear();
    for (size_t i = 0; i < outs_.size(); ++i) take(i);
    return true;
  }

  int64_t time() const { return time_; }
  const std::vector<Value>& values() const { return values_; }
  const Out* point() const { return point_; }
  // What has the text of the values.
  const std::vector<RunPtr>& texts() const { return texts_; }

 private:
  // Of several functions each is limited by itself.
  void limit(Outs& outs) const {
    const auto begin = std::min(static_cast<size_t>(plan_.select.offset), outs.size());
    outs.erase(outs.begin(), outs.begin() + static_cast<ptrdiff_t>(begin));
    const auto most = static_cast<size_t>(plan_.select.limit);
    if (most > 0 && outs.size() > most)
      outs.erase(outs.begin() + static_cast<ptrdiff_t>(most), outs.end());
  }

  void take(size_t i) {
    if (next_[i] < outs_[i].size() && outs_[i][next_[i]].time == time_) {
      const Out& o = outs_[i][next_[i]++];
      values_[i] = o.value;
      if (o.run) point_ = &o;
      if (o.run && o.value.type == DataType::string) texts_.push_back(o.run);
    } else if (plan_.select.fill != Fill::previous) {
      values_[i] = instead_[i];
    }
  }

  const Plan& plan_;
  std::vector<Outs> outs_;
  std::vector<size_t> next_;
  std::vector<Value> values_, instead_;
  int64_t time_ = 0;
  const Out* point_ = nullptr;
  std::vector<RunPtr> texts_;
};

void keep(Table& table, const RunPtr& run) {
  if (table.owners.empty() || table.owners.back() != run) table.owners.push_back(run);
}

std::shared_ptr<Table> call_table(Session& session, const Plan& plan, const std::string& name,
                                  Group& group) {
  auto table = new_table(plan, name, group);
  RowMaker maker(session, plan, *table);
  CallRows rows(plan, group);
  size_t n = 0, begin = 0, end = SIZE_MAX;
  if (plan.calls.size() == 1) {
    begin = static_cast<size_t>(plan.select.offset);
    if (plan.select.limit > 0) end = begin + static_cast<size_t>(plan.select.limit);
  }
  for (; n < end && rows.advance(); ++n) {
    if (n < begin) continue;
    const Out* point = rows.point();
    maker.add(rows.time(), point ? point->run.get() : nullptr, point ? point->row : 0,
              &rows.values());
    if (point) keep(*table, point->run);
    for (const RunPtr& run : rows.texts()) keep(*table, run);
  }
  return table->times.empty() ? nullptr : table;
}

// Runs must ascend; a descending scan was only for its limit.
RunPtr ascending(const RunPtr& run) {
  struct Turned {
    RunPtr from;
    std::vector<int64_t> times;
    std::vector<std::vector<Value>> columns;
  };
  auto turned = std::make_shared<Turned>();
  auto out = std::make_shared<Run>(*run);
  turned->from = run;
  turned->columns.resize(run->columns.size());
  for (size_t i = run->rows; i-- > 0;) turned->times.push_back(run->times[i]);
  std::reverse(out->selected.begin(), out->selected.end());
  for (size_t c = 0; c < run->columns.size(); ++c) {
    if (run->columns[c].fixed) continue;
    for (size_t i = run->rows; i-- > 0;) turned->columns[c].push_back(run->columns[c].at(i));
    out->columns[c] = Column{};
    out->columns[c].type = run->columns[c].type;
    out->columns[c].values = &turned->columns[c];
  }
  out->times = turned->times.data();
  out->owner = turned;
  return out;
}

Names names_of(Session& session, const Sources& sources) {
  Names out;
  for (auto& [name, inputs] : sources) {
    for (const Input& input : inputs) input.add_names(session, out);
  }
  return out;
}

// A condition on what is a field of any source is one on a field in all of them: where there is no
// such field nothing matches.
ExprPtr with_fields_typed(const Expr& e, const TypeOf& field_type) {
  auto out = std::make_shared<Expr>(e);
  if (e.kind == ExprKind::variable && e.type == DataType::unknown) {
    out->type = field_type(e);
  }
  for (ExprPtr& arg : out->args) arg = with_fields_typed(*arg, field_type);
  return out;
}

std::vector<std::string> dimension_names(const Select& select) {
  std::set<std::string> out;
  for (const ExprPtr& d : select.dimensions) {
    if (d->kind == ExprKind::variable) out.insert(d->text);
  }
  return {out.begin(), out.end()};
}

void set_range(Session& session, Plan& plan, const Outer& outer) {
  const Condition& c = plan.checked.condition;
  plan.min = std::max(c.has_min ? c.min : min_time, outer.min);
  plan.max = c.has_max ? c.max : max_time;
  if (!c.has_max && plan.windowed() && !plan.checked.inherited_interval && outer.max == max_time) {
    plan.max = session.now;
  }
  plan.max = std::min(plan.max, outer.max);
  plan.subquery = outer.subquery;
}

// What the subqueries are lent: the range with the windows before it that functions need.
Outer lent_by(const Plan& plan) {
  Outer out{plan.min, plan.max, plan.checked.interval, true};
  int64_t windows = 0;
  for (const Field& field : plan.select.fields) {
    windows = std::max(windows, windows_before(*field.expr));
  }
  const int64_t more = plan.windowed() ? windows * plan.checked.interval.duration : 0;
  if (plan.ascending() && out.min > min_time) out.min -= more;
  if (!plan.ascending() && out.max < max_time) out.max += more;
  for (const ExprPtr& dimension : plan.select.dimensions) {
    if (dimension->kind == ExprKind::variable) out.dimensions.push_back(dimension->text);
  }
  return out;
}

void add_dimensions(Select& select, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto same = [&](const ExprPtr& dimension) {
      return dimension->kind == ExprKind::variable && dimension->text == name;
    };
    const auto& known = select.dimensions;
    if (std::any_of(known.begin(), known.end(), same)) continue;
    select.dimensions.push_back(make_variable(name));
  }
}

// The type of a variable over all sources, as InfluxDB has it for the whole statement.
class TypesOver {
 public:
  TypesOver(Session& session, const Sources& sources, const SilentTypes& silent)
      : session_{session}, sources_{sources}, silent_{silent} {}

  DataType of(const Expr& variable) {
    auto [at, added] = found_.try_emplace(to_string(variable), DataType::unknown);
    DataType& known = at->second;
    if (!added) return known;
    for (auto& [name, inputs] : sources_) {
      for (const Input& input : inputs) {
        const DataType type = input.type_of(session_, variable);
        differ_ |= known != DataType::unknown && type != DataType::unknown && type != known;
        if (wins_over(type, known)) known = type;
      }
    }
    // Wrong types are wrong without rows as well.
    const auto silent = silent_.find(variable.text);
    if (known == DataType::unknown && silent != silent_.end()) known = silent->second;
    return known;
  }
  // The same without tags, which are unknown then.
  DataType of_field(const Expr& variable) const {
    DataType known = DataType::unknown;
    for (auto& [name, inputs] : sources_) {
      for (const Input& input : inputs) {
        const auto type = input.field_type(session_, variable.text);
        if (type && wins_over(*type, known)) known = *type;
      }
    }
    return known;
  }
  // Whether sources have different types for one of the variables asked for.
  bool differ() const { return differ_; }

 private:
  Session& session_;
  const Sources& sources_;
  const SilentTypes& silent_;
  std::map<std::string, DataType> found_;
  bool differ_ = false;
};

bool any_call(const Plan& plan) {
  return plan.raw() || std::any_of(plan.calls.begin(), plan.calls.end(),
                                   [](const Call& c) { return c.type != DataType::unknown; });
}

// By which InfluxDB numbers the series of an answer: the keys that a series has, then their values.
std::string rank_of(const Table& table) {
  std::string keys, values;
  for (const auto& [key, value] : table.tags) {
    if (value.empty()) continue;
    keys += key + "|";
    values += value + "|";
  }
  return keys + values;
}

// SLIMIT and SOFFSET choose among output series.
void choose_series(const Plan& plan, Tables& tables) {
  if (plan.dimensions.empty()) return;
  size_t offset = static_cast<size_t>(plan.select.soffset);
  size_t limit = static_cast<size_t>(plan.select.slimit);
  if (offset == 0 && limit == 0) return;
  if (limit == 0 || offset >= tables.size()) return tables.clear();
  std::vector<std::pair<std::string, size_t>> ranked;  // and the place in tables
  for (size_t i = 0; i < tables.size(); ++i) ranked.emplace_back(rank_of(*tables[i]), i);
  std::sort(ranked.begin(), ranked.end());
  ranked.erase(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(offset));
  if (ranked.size() > limit) ranked.resize(limit);
  std::vector<size_t> chosen;
  for (const auto& [rank, place] : ranked) chosen.push_back(place);
  std::sort(chosen.begin(), chosen.end());
  Tables out;
  for (const size_t place : chosen) out.push_back(std::move(tables[place]));
  tables = std::move(out);
}

}  // namespace

bool has_field(Session& session, const Plan& plan, const std::vector<Input>& inputs) {
  for (const ExprPtr& column : plan.columns) {
    for (const Input& input : inputs) {
      DataType type = input.type_of(session, *column);
      const bool tag = type == DataType::tag && input.place();
      if (type != DataType::unknown && !tag) return true;
    }
  }
  return false;
}

Tables run_plan(Session& session, Plan& plan, const std::string& name,
                const std::vector<Input>& inputs) {
  Tables out;
  resolve_types(plan, session, inputs);
  if (!any_call(plan) || !has_field(session, plan, inputs)) return out;
  Reading reading = reading_of(plan);
  if (reading.min > reading.max) return out;
  Groups groups(plan);
  const bool reduced = !session.meter.counts() && inputs.size() == 1 && inputs[0].place() &&
                       reduce_in_storage(session, plan, *inputs[0].place(), reading, groups);
  push_limit(plan, reading);
  for (const Input& input : inputs) {
    if (reduced) break;
    input.read(session, reading, [&](const RunPtr& run) {
      session.meter.read(*run);
      groups.add(reading.descending && run->rows > 1 && run->times[0] > run->times[run->rows - 1]
                     ? ascending(run)
                     : run);
    });
  }
  for (auto& [key, group] : groups.all()) {
    session.check_alive();
    auto table =
        plan.raw() ? raw_table(session, plan, name, group) : call_table(session, plan, name, group);
    if (table) out.push_back(std::move(table));
  }
  choose_series(plan, out);
  return out;
}

void qualify(Session& session, Measurement& m) {
  if (m.database.empty()) m.database = session.database;
  if (m.database.empty()) throw StatementError("database name required");
  if (!session.catalogue.has_database(m.database)) {
    throw StatementError("database not found: " + m.database);
  }
  if (m.retention.empty() && !m.is_target) m.retention = session.retention;
  if (!m.retention.empty()) return;
  m.retention = session.catalogue.default_policy(m.database);
  if (m.retention.empty()) {
    throw StatementError("default retention policy not set for: " + m.database);
  }
}

void qualify(Session& session, Select& select) {
  if (select.target) qualify(session, *select.target);
  for (Source& source : select.sources) {
    if (!source.subquery) {
      qualify(session, source.measurement);
      continue;
    }
    source.subquery = std::make_shared<Select>(*source.subquery);
    qualify(session, *source.subquery);
  }
}

std::unique_ptr<Prepared> prepare_select(Session& session, Select select, const Outer& outer) {
  auto out = std::make_unique<Prepared>();
  Plan& plan = out->plan;
  plan.select = std::move(select);
  add_dimensions(plan.select, outer.dimensions);
  plan.zone = Zone(plan.select.time_zone);
  Clock clock{session.now, &plan.zone};
  plan.checked = check_select(plan.select, clock, outer.interval, plan.time_column);
  set_range(session, plan, outer);
  session.meter.windows(plan.checked.interval, plan.zone, plan.min, plan.max);
  const Outer lent = lent_by(plan);
  SilentTypes silent;
  out->sources = find_sources(session, plan.select, lent, silent);
  const Sources& sources = out->sources;
  if (needs_names(plan.select)) expand(plan.select, names_of(session, sources), session.regexes);
  TypesOver types(session, sources, silent);
  const TypeOf type_of = [&](const Expr& variable) { return types.of(variable); };
  for (const Field& field : plan.select.fields) check_types(*field.expr, type_of);
  plan.dimensions = dimension_names(plan.select);
  plan.names = column_names(plan.select, plan.time_column);
  // A field has one type in a statement; what cannot be converted to it is left out.
  const TypeOf field_type = [&](const Expr& variable) { return types.of_field(variable); };
  if (types.differ()) {
    for (Field& field : plan.select.fields) {
      field.expr = with_fields_typed(*field.expr, field_type);
    }
  }
  plan_calls(plan);
  set_types(plan, type_of);
  if (plan.checked.condition.rest) {
    plan.checked.condition.rest = with_fields_typed(*plan.checked.condition.rest, field_type);
  }
  return out;
}

Tables run_prepared(Session& session, Prepared& prepared) {
  Tables out;
  Plan& plan = prepared.plan;
  if (plan.select.fields.empty()) return out;
  for (auto& [name, inputs] : prepared.sources) {
    Tables tables = run_plan(session, plan, name, inputs);
    out.insert(out.end(), tables.begin(), tables.end());
  }
  if (!plan.ascending()) std::reverse(out.begin(), out.end());
  return out;
}

Tables run_select(Session& session, Select select, const Outer& outer) {
  return run_prepared(session, *prepare_select(session, std::move(select), outer));
}

}  // namespace tickwork::query
