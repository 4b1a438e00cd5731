// SPDX-License-Identifier: MIT
#include "plan.hpp"

#include <algorithm>

#include "holt_winters.hpp"
#include "technical.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

void add_column(Plan& plan, const ExprPtr& variable) {
  if (plan.column_of(*variable) < plan.columns.size()) return;
  plan.columns.push_back(variable);
  plan.column_texts.push_back(to_string(*variable));
}

double number_of(const Expr& e) {
  return e.kind == ExprKind::integer ? static_cast<double>(e.integer) : e.number;
}

void reduction(Plan& plan, Call& call, const Expr& e) {
  const Expr* inner = &e;
  call.reduced_expression = &e;
  call.reduction = call.parameters.function = e.text;
  if (e.text == "count" && e.args[0]->kind == ExprKind::call) {
    call.parameters.function = "count distinct";
    inner = e.args[0].get();
  } else {
    call.streaming = streaming_function(e.text);
  }
  if (e.text == "percentile") call.parameters.number = number_of(*e.args[1]);
  if (e.text == "integral" && e.args.size() > 1) call.unit = e.args[1]->integer;
  if (e.text == "top" || e.text == "bottom" || e.text == "sample") {
    call.parameters.count = e.args.back()->integer;
  }
  add_column(plan, inner->args[0]);
  call.column = plan.column_of(*inner->args[0]);
  if (e.text != "top" && e.text != "bottom") return;
  for (size_t i = 1; i + 1 < e.args.size(); ++i) {
    add_column(plan, e.args[i]);
    call.parameters.by.push_back(plan.column_of(*e.args[i]));
  }
}

Transformation transformation(const Plan& plan, const Expr& e) {
  Transformation out;
  out.function = e.text;
  out.ascending = plan.ascending();
  bool nested = e.args[0]->kind == ExprKind::call;
  if (is_technical(e.text)) {
    set_technical(e, out);
  } else if (is_holt_winters(e.text)) {
    set_holt_winters(e, out);
    out.unit = plan.checked.interval.duration;
  } else if (e.text == "moving_average") {
    out.n = static_cast<size_t>(e.args[1]->integer);
  } else if (e.args.size() > 1) {
    out.unit = e.args[1]->integer;
  } else if (e.text == "elapsed") {
    out.unit = 1;
  } else if (nested && plan.windowed()) {
    out.unit = plan.checked.interval.duration;
  }
  return out;
}

// One window, however many values the step remembers.
int64_t own_windows_before(const Expr& e) {
  return e.text == "cumulative_sum" || is_holt_winters(e.text) || !is_transformation(e.text) ? 0
                                                                                             : 1;
}

// From the outside in: transformations, then a reduction or a variable.
void chain(Plan& plan, Call& call, const Expr& e) {
  if (!is_transformation(e.text)) return reduction(plan, call, e);
  Transformation step = transformation(plan, e);
  call.extra_windows += own_windows_before(e);
  if (e.args[0]->kind == ExprKind::call) {
    chain(plan, call, *e.args[0]);
  } else {
    add_column(plan, e.args[0]);
    call.column = plan.column_of(*e.args[0]);
  }
  call.around.push_back(step);
}

void find_calls(Plan& plan, const Expr& e) {
  if (e.kind == ExprKind::call && !is_math_function(e.text)) {
    std::string key = to_string(e);
    for (const Call& known : plan.calls) {
      if (known.key == key) return;
    }
    Call call;
    call.key = key;
    call.expression = &e;
    chain(plan, call, e);
    plan.calls.push_back(std::move(call));
    return;
  }
  for (const ExprPtr& arg : e.args) find_calls(plan, *arg);
}

void find_plain(Plan& plan, const ExprPtr& e) {
  if (e->kind == ExprKind::variable) return add_column(plan, e);
  if (e->kind == ExprKind::call && !is_math_function(e->text)) return;
  for (const ExprPtr& arg : e->args) find_plain(plan, arg);
}

void add_outputs(Plan& plan, const Field& field) {
  plan.outputs.push_back(field.expr);
  const Expr& e = *field.expr;
  if (plan.select.target || e.kind != ExprKind::call || (e.text != "top" && e.text != "bottom")) {
    return;
  }
  for (size_t i = 1; i + 1 < e.args.size(); ++i) plan.outputs.push_back(e.args[i]);
}

const char* iterator_name(DataType type) {
  return type == DataType::string ? "*query.stringInterruptIterator"
                                  : "*query.booleanInterruptIterator";
}

std::string asked_function(const Call& call) {
  if (!call.reduction.empty()) return call.reduction;
  return call.around.front().function;
}

// What goes into the transformations around a call, and the name that InfluxDB's message has for
// the first of them that takes numbers only.
void check_around(const Call& call) {
  bool counts = call.reduction == "count" || call.type == DataType::float_ ||
                call.type == DataType::integer || call.type == DataType::unsigned_;
  if (counts) return;
  for (const Transformation& t : call.around) {
    if (!is_technical(t.function) && !is_holt_winters(t.function)) continue;
    std::string shown = is_holt_winters(t.function) ? "elapsed" : t.function;
    std::replace(shown.begin(), shown.end(), '_', ' ');
    throw StatementError("unsupported " + shown + " iterator type: " + iterator_name(call.type));
  }
}

}  // namespace

size_t Plan::column_of(const Expr& variable) const {
  const std::string text = to_string(variable);
  return static_cast<size_t>(std::find(column_texts.begin(), column_texts.end(), text) -
                             column_texts.begin());
}

int64_t windows_before(const Expr& e) {
  int64_t most = 0;
  for (const ExprPtr& arg : e.args) most = std::max(most, windows_before(*arg));
  return most + (e.kind == ExprKind::call ? own_windows_before(e) : 0);
}

void plan_calls(Plan& plan) {
  for (const Field& field : plan.select.fields) find_calls(plan, *field.expr);
  for (const Field& field : plan.select.fields) add_outputs(plan, field);
  for (const ExprPtr& output : plan.outputs) find_plain(plan, output);
  for (const ExprPtr& output : plan.outputs) {
    const bool plain = output->kind == ExprKind::variable;
    plan.output_columns.push_back(plain ? plan.column_of(*output) : Plan::no_column);
  }
  plan.selects_point = plan.calls.size() == 1 && plan.calls[0].around.empty() &&
                       is_selector(plan.calls[0].reduction);
}

void set_types(Plan& plan, const TypeOf& type_of) {
  for (const ExprPtr& column : plan.columns) plan.column_types.push_back(type_of(*column));
  for (const ExprPtr& output : plan.outputs) {
    const DataType type = check_types(*output, type_of);
    plan.output_types.push_back(type == DataType::tag ? DataType::string : type);
  }
  for (Call& call : plan.calls) {
    call.result = check_types(*call.expression, type_of);
    if (call.reduced_expression) call.reduced = check_types(*call.reduced_expression, type_of);
  }
}

void resolve_types(Plan& plan, Session& session, const std::vector<Input>& inputs) {
  for (Call& call : plan.calls) {
    call.type = DataType::unknown;
    for (const Input& input : inputs) {
      DataType type = input.type_of(session, *plan.columns[call.column]);
      if (wins_over(type, call.type)) call.type = type;
    }
    if (call.type == DataType::tag) call.type = DataType::unknown;
    if (call.type == DataType::unknown) continue;
    check_around(call);
    std::string function = asked_function(call);
    if (takes(function, call.type)) continue;
    throw StatementError("unsupported " + function + " iterator type: " + iterator_name(call.type));
  }
}

}  // namespace tickwork::query
