// SPDX-License-Identifier: MIT
#include "explain.hpp"

#include <algorithm>
#include <cstdio>

#include "reduce.hpp"
#include "types.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

// What one iterator of the query reads.
struct Step {
  std::string expression;              // empty: none
  std::vector<std::string> auxiliary;  // sorted
  std::vector<std::string> measurements;
  size_t shards = 0, series = 0;
  int64_t bytes = 0;
};

class Explainer {
 public:
  explicit Explainer(Session& session) : session_{session} {}

  std::vector<Step> steps(const Select& select, int64_t min, int64_t max);

 private:
  using Places = std::vector<Place>;
  Places places(const Measurement& m);
  Names names(const Places& places);
  void add(const Select& select, const Places& places, const Condition& condition);
  std::string typed(const Expr& variable, const Names& names) const;
  void call(const Expr& e, const Names& names);
  void plain(const Expr& e, const Names& names);
  void measure(Step& step, const Places& places, const Condition& condition);

  Session& session_;
  std::vector<Step> steps_;
  std::vector<std::string> seen_, plain_;
};

Explainer::Places Explainer::places(const Measurement& m) {
  if (!m.regex) return {{m.database, m.retention, m.name}};
  Places out;
  for (const std::string& name : session_.catalogue.measurements(m.database, m.retention)) {
    if (session_.regexes.match(*m.regex, name)) out.push_back({m.database, m.retention, name});
  }
  return out;
}

Names Explainer::names(const Places& places) {
  Names out;
  for (const Place& place : places) Input(place).add_names(session_, out);
  return out;
}

std::string Explainer::typed(const Expr& variable, const Names& names) const {
  DataType type = variable.type;
  auto field = names.fields.find(variable.text);
  if (type == DataType::unknown && field != names.fields.end()) type = field->second;
  if (type == DataType::unknown && names.tags.count(variable.text)) type = DataType::tag;
  return type == DataType::unknown ? "" : to_string(*make_variable(variable.text, type));
}

// Functions that go along with the values name themselves; others read the field as it is.
void Explainer::call(const Expr& e, const Names& names) {
  const Expr* inner = &e;
  while (!inner->args.empty() && inner->args[0]->kind == ExprKind::call) {
    inner = inner->args[0].get();
  }
  std::string field = inner->args.empty() ? "" : typed(*inner->args[0], names);
  std::string key = to_string(*inner);
  if (field.empty() || std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return;
  seen_.push_back(key);
  Step step;
  bool best = (inner->text == "top" || inner->text == "bottom") && inner->args.size() > 2;
  Streaming function = streaming_function(inner->text);
  bool along = function != Streaming::none && function != Streaming::spread;
  if (best) {
    step.expression = (inner->text == "top" ? "max(" : "min(") + field + ")";
    for (size_t i = 1; i + 1 < inner->args.size(); ++i) {
      step.auxiliary.push_back(typed(*inner->args[i], names));
    }
  } else {
    step.expression = along ? inner->text + "(" + field + ")" : field;
  }
  steps_.push_back(std::move(step));
}

void Explainer::plain(const Expr& e, const Names& names) {
  if (e.kind == ExprKind::variable) {
    std::string text = typed(e, names);
    if (!text.empty()) plain_.push_back(text);
    return;
  }
  if (e.kind == ExprKind::call && !is_math_function(e.text)) return call(e, names);
  for (const ExprPtr& arg : e.args) plain(*arg, names);
}

void Explainer::measure(Step& step, const Places& places, const Condition& c) {
  for (const Place& place : places) {
    step.measurements.push_back(place.measurement);
    auto is_tag = [&](const Expr& e) {
      return session_.catalogue.tag_keys(place).count(e.text) > 0;
    };
    size_t series = session_.catalogue
                        .list(TW_SERIES, {place.database, "", place.measurement},
                              tag_conditions(c.rest, is_tag))
                        .rows.size();
    List shards = session_.catalogue.list(TW_SHARDS, {place.database, "", ""});
    for (auto& row : shards.rows) {
      bool touched = row[2].s == place.retention && row[3].i <= c.max && row[4].i > c.min;
      if (!touched) continue;
      ++step.shards;
      step.series += series;
      step.bytes += row[5].i;
    }
  }
}

void Explainer::add(const Select& given, const Places& places, const Condition& condition) {
  Names known = names(places);
  Select select = given;
  expand(select, known, session_.regexes);
  size_t first = steps_.size();
  seen_.clear();
  plain_.clear();
  for (const Field& field : select.fields) plain(*field.expr, known);
  std::sort(plain_.begin(), plain_.end());
  plain_.erase(std::unique(plain_.begin(), plain_.end()), plain_.end());
  if (steps_.size() == first && plain_.empty()) return;
  if (steps_.size() == first) steps_.emplace_back();
  for (size_t i = first; i < steps_.size(); ++i) {
    auto& auxiliary = steps_[i].auxiliary;
    auxiliary.insert(auxiliary.end(), plain_.begin(), plain_.end());
    measure(steps_[i], places, condition);
  }
}

std::vector<Step> Explainer::steps(const Select& given, int64_t min, int64_t max) {
  Select select = given;
  Zone zone(select.time_zone);
  std::string time_column;
  Checked checked = check_select(select, {session_.now, &zone}, {}, time_column);
  Condition condition = checked.condition;
  condition.min = std::max(condition.has_min ? condition.min : min_time, min);
  condition.max = std::min(condition.has_max ? condition.max : max_time, max);
  for (const Source& source : select.sources) {
    if (source.subquery) {
      steps(*source.subquery, condition.min, condition.max);
    } else {
      add(select, places(source.measurement), condition);
    }
  }
  return steps_;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::vector<std::string> plan_lines(const std::vector<Step>& steps) {
  std::vector<std::string> out;
  for (const Step& step : steps) {
    if (!out.empty()) out.emplace_back();
    out.push_back("EXPRESSION: " + (step.expression.empty() ? "<nil>" : step.expression));
    if (!step.auxiliary.empty()) out.push_back("AUXILIARY FIELDS: " + joined(step.auxiliary));
    out.push_back("NUMBER OF SHARDS: " + std::to_string(step.shards));
    out.push_back("NUMBER OF SERIES: " + std::to_string(step.series));
    out.push_back("SIZE OF SHARDS: " + std::to_string(step.bytes));
  }
  if (out.empty()) out.emplace_back();
  return out;
}

// A tree as text, drawn with lines.
struct Node {
  std::string text;
  std::vector<Node> children = {};
};

void draw(const std::vector<Node>& nodes, const std::string& indent,
          std::vector<std::string>& out) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    bool last = i + 1 == nodes.size();
    out.push_back(indent + (last ? "└── " : "├── ") + nodes[i].text);
    draw(nodes[i].children, indent + (last ? "    " : "│   "), out);
  }
}

Node scanner(const Step& step) {
  Node labels{"labels"};
  if (!step.expression.empty()) labels.children.push_back({"expr: " + step.expression});
  if (!step.auxiliary.empty()) {
    labels.children.push_back({"auxiliary_fields: " + joined(step.auxiliary)});
  }
  Node iterator{"create_iterator"};
  iterator.children = {{"labels", {{"measurement: " + joined(step.measurements)}}},
                       {"shards: " + std::to_string(step.shards)},
                       {"series: " + std::to_string(step.series)}};
  return {"iterator_scanner", {labels, iterator}};
}

Tables as_table(const char* title, const std::vector<std::string>& lines) {
  auto table = std::make_shared<Table>();
  auto texts = std::make_shared<std::vector<std::string>>(lines);
  table->columns = {title};
  table->has_time = false;
  table->cells.resize(1);
  for (const std::string& line : *texts)
    table->cells[0].push_back(Value::of(std::string_view(line)));
  table->owners.push_back(texts);
  return {table};
}

Tables analyze(Session& session, const Select& select) {
  int64_t begun = session.clock();
  std::vector<Step> steps = Explainer(session).steps(select, min_time, max_time);
  int64_t planned = session.clock();
  Select reading = select;
  reading.target.reset();
  size_t rows = 0, series = 0;
  for (auto& table : run_select(session, reading)) {
    ++series;
    rows += table->rows();
  }
  int64_t done = session.clock();
  Node cursor{"build_cursor", {{"labels", {{"statement: " + to_string(reading)}}}}};
  for (const Step& step : steps) cursor.children.push_back(scanner(step));
  Node top{"select",
           {{"execution_time: " + format_go_duration(done - planned)},
            {"planning_time: " + format_go_duration(planned - begun)},
            {"total_time: " + format_go_duration(done - begun)},
            {"series_answered: " + std::to_string(series)},
            {"rows_answered: " + std::to_string(rows)},
            cursor}};
  std::vector<std::string> lines{"."};
  draw({top}, "", lines);
  lines.emplace_back();
  return as_table("EXPLAIN ANALYZE", lines);
}

}  // namespace

Tables run_explain(Session& session, const Explain& explain) {
  if (explain.analyze) return analyze(session, *explain.select);
  return as_table("QUERY PLAN",
                  plan_lines(Explainer(session).steps(*explain.select, min_time, max_time)));
}

}  // namespace tickwork::query
