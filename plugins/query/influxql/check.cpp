// SPDX-License-Identifier: MIT
#include "check.hpp"

#include <algorithm>
#include <array>

#include "constants.hpp"
#include "holt_winters.hpp"
#include "technical.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

const char* literal_type(const Expr& e) {
  switch (e.kind) {
    case ExprKind::integer:
      return "*influxql.IntegerLiteral";
    case ExprKind::number:
      return "*influxql.NumberLiteral";
    case ExprKind::string:
      return "*influxql.StringLiteral";
    case ExprKind::duration:
      return "*influxql.DurationLiteral";
    case ExprKind::variable:
      return "*influxql.VarRef";
    case ExprKind::call:
      return "*influxql.Call";
    case ExprKind::boolean:
      return "*influxql.BooleanLiteral";
    default:
      return "*influxql.Wildcard";
  }
}

bool is_literal(const Expr& e) {
  switch (e.kind) {
    case ExprKind::number:
    case ExprKind::integer:
    case ExprKind::unsigned_integer:
    case ExprKind::string:
    case ExprKind::boolean:
    case ExprKind::duration:
    case ExprKind::time:
    case ExprKind::nil:
    case ExprKind::list:
      return true;
    default:
      return false;
  }
}

std::string count_error(const std::string& name, size_t expected, size_t got) {
  return "invalid number of arguments for " + name + ", expected " + std::to_string(expected) +
         ", got " + std::to_string(got);
}

std::string range_error(const std::string& name, size_t least, size_t most, size_t got) {
  return "invalid number of arguments for " + name + ", expected at least " +
         std::to_string(least) + " but no more than " + std::to_string(most) + ", got " +
         std::to_string(got);
}

bool constant(const Expr& e) {
  if (e.kind == ExprKind::binary || e.kind == ExprKind::paren) {
    return std::all_of(e.args.begin(), e.args.end(), [](auto& a) { return constant(*a); });
  }
  return is_literal(e);
}

class Checker {
 public:
  Checker(const Select& select, Checked& out) : select_{select}, out_{out} {}

  void run(const Clock& clock) {
    for (const Field& field : select_.fields) {
      wildcard_allowed_ = true;
      if (constant(*field.expr)) fail("field must contain at least one variable");
      expression(*field.expr);
    }
    fields();
    (void)clock;
  }

 private:
  [[noreturn]] static void fail(const std::string& message) { throw StatementError(message); }
  bool windowed() const { return !out_.interval.none(); }

  void expression(const Expr& e) {
    switch (e.kind) {
      case ExprKind::variable:
        out_.has_columns = true;
        return;
      case ExprKind::wildcard:
        out_.has_columns = true;
        if (!wildcard_allowed_) fail("unable to use wildcard in a binary expression");
        return;
      case ExprKind::regex:
        if (!wildcard_allowed_) fail("unable to use regex in a binary expression");
        out_.has_columns = true;
        return;
      case ExprKind::call:
        return is_math_function(e.text) ? math(e) : call(e);
      case ExprKind::paren:
        return expression(*e.args[0]);
      case ExprKind::binary:
        return binary(e);
      default:
        fail("field must contain at least one variable");
    }
  }

  void binary(const Expr& e) {
    wildcard_allowed_ = false;
    bool left = is_literal(*e.left()), right = is_literal(*e.right());
    if (left && right) fail("cannot perform a binary expression on two literals");
    if (!left) expression(*e.left());
    if (!right) expression(*e.right());
  }

  void math(const Expr& e) {
    size_t expected = e.text == "atan2" || e.text == "pow" || e.text == "log" ? 2 : 1;
    if (e.args.size() != expected) fail(count_error(e.text, expected, e.args.size()));
    // The first argument needs a variable somewhere; others may be literals.
    for (const ExprPtr& arg : e.args) {
      if (!is_literal(*arg)) expression(*arg);
    }
    if (std::all_of(e.args.begin(), e.args.end(), [](auto& a) { return is_literal(*a); })) {
      fail("field must contain at least one variable");
    }
  }

  void call(const Expr& e) {
    ++out_.calls;
    const std::string& f = e.text;
    if (f == "percentile") return percentile(e);
    if (f == "sample") return sample(e);
    if (f == "distinct") return distinct(e, false);
    if (f == "top" || f == "bottom") return top(e);
    if (f == "derivative" || f == "non_negative_derivative") return derivative(e);
    if (f == "difference" || f == "non_negative_difference" || f == "cumulative_sum") {
      return one_series(e, 1);
    }
    if (f == "elapsed") return derivative(e);
    if (f == "moving_average") return moving_average(e);
    if (is_technical(f)) return check_technical(e), nested_or_field(e);
    if (is_holt_winters(f)) return check_holt_winters(e), nested_or_field(e);
    if (f == "integral") return integral(e);
    aggregate(e);
  }

  void aggregate(const Expr& e) {
    static constexpr std::array<std::string_view, 4> selectors = {"max", "min", "first", "last"};
    static constexpr std::array<std::string_view, 7> others = {"count", "sum",    "mean",  "median",
                                                               "mode",  "stddev", "spread"};
    auto in = [&](auto& list) { return std::find(list.begin(), list.end(), e.text) != list.end(); };
    if (in(others)) {
      out_.only_selectors = false;
    } else if (!in(selectors)) {
      fail("undefined function " + e.text + "()");
    }
    if (e.args.size() != 1) fail(count_error(e.text, 1, e.args.size()));
    const Expr& arg = *e.args[0];
    if (e.text == "count" && arg.kind == ExprKind::call && arg.text == "distinct") {
      return distinct(arg, true);
    }
    if (e.text == "count" && arg.kind == ExprKind::distinct) return;
    symbol(e.text, arg);
  }

  void symbol(const std::string& name, const Expr& e) {
    if (e.kind == ExprKind::variable) return;
    if (e.kind == ExprKind::wildcard) {
      if (!wildcard_allowed_) fail("unsupported expression with wildcard: " + name + "()");
      out_.only_selectors = false;
    } else if (e.kind == ExprKind::regex) {
      if (!wildcard_allowed_) fail("unsupported expression with regex field: " + name + "()");
      out_.only_selectors = false;
    } else {
      fail("expected field argument in " + name + "()");
    }
  }

  void percentile(const Expr& e) {
    if (e.args.size() != 2) fail(count_error(e.text, 2, e.args.size()));
    ExprKind kind = e.args[1]->kind;
    if (kind != ExprKind::integer && kind != ExprKind::number) {
      fail("expected float argument in percentile()");
    }
    symbol(e.text, *e.args[0]);
  }

  void sample(const Expr& e) {
    if (e.args.size() != 2) fail(count_error(e.text, 2, e.args.size()));
    if (e.args[1]->kind != ExprKind::integer) fail("expected integer argument in sample()");
    if (e.args[1]->integer <= 0) {
      fail("sample window must be greater than 1, got " + std::to_string(e.args[1]->integer));
    }
    symbol(e.text, *e.args[0]);
  }

  void distinct(const Expr& e, bool nested) {
    if (e.args.empty()) fail("distinct function requires at least one argument");
    if (e.args.size() != 1) fail("distinct function can only have one argument");
    if (e.args[0]->kind != ExprKind::variable) fail("expected field argument in distinct()");
    if (!nested) out_.has_distinct = true;
    out_.only_selectors = false;
  }

  void top(const Expr& e) {
    if (!out_.top_or_bottom.empty()) {
      fail("selector function " + out_.top_or_bottom +
           "() cannot be combined with other functions");
    }
    if (e.args.size() < 2) {
      fail("invalid number of arguments for " + e.text + ", expected at least 2, got " +
           std::to_string(e.args.size()));
    }
    const Expr& last = *e.args.back();
    if (last.kind != ExprKind::integer) {
      fail("expected integer as last argument in " + e.text + "(), found " + to_string(last));
    }
    if (last.integer <= 0) {
      fail("limit (" + std::to_string(last.integer) + ") in " + e.text +
           " function must be at least 1");
    }
    if (select_.limit > 0 && last.integer > select_.limit) {
      fail("limit (" + std::to_string(last.integer) + ") in " + e.text +
           " function can not be larger than the LIMIT (" + std::to_string(select_.limit) +
           ") in the select statement");
    }
    if (e.args[0]->kind != ExprKind::variable) {
      fail("expected first argument to be a field in " + e.text + "(), found " +
           to_string(*e.args[0]));
    }
    for (size_t i = 1; i + 1 < e.args.size(); ++i) {
      if (e.args[i]->kind == ExprKind::variable) continue;
      fail("only fields or tags are allowed in " + e.text + "(), found " + to_string(*e.args[i]));
    }
    out_.top_or_bottom = e.text;
  }

  void unit(const Expr& e, const std::string& what) {
    if (e.args.size() < 2) return;
    const Expr& u = *e.args[1];
    if (u.kind != ExprKind::duration) fail(what);
    if (u.integer <= 0)
      fail("duration argument must be positive, got " + format_duration(u.integer));
  }

  void derivative(const Expr& e) {
    if (e.args.empty() || e.args.size() > 2) fail(range_error(e.text, 1, 2, e.args.size()));
    if (e.args.size() == 2) {
      unit(e,
           "second argument to " + e.text + " must be a duration, got " + literal_type(*e.args[1]));
    }
    nested_or_field(e);
  }

  void one_series(const Expr& e, size_t n) {
    if (e.args.size() != n) fail(count_error(e.text, n, e.args.size()));
    nested_or_field(e);
  }

  void moving_average(const Expr& e) {
    if (e.args.size() != 2) fail(count_error(e.text, 2, e.args.size()));
    const Expr& n = *e.args[1];
    if (n.kind != ExprKind::integer) {
      fail("second argument for moving_average must be an integer, got " +
           std::string(literal_type(n)));
    }
    if (n.integer <= 1) {
      fail("moving_average window must be greater than 1, got " + std::to_string(n.integer));
    }
    nested_or_field(e);
  }

  void nested_or_field(const Expr& e) {
    out_.only_selectors = false;
    const Expr& arg = *e.args[0];
    if (arg.kind == ExprKind::call) {
      if (!windowed()) fail(e.text + " aggregate requires a GROUP BY interval");
      if (is_holt_winters(e.text) && (arg.text == "top" || arg.text == "bottom")) {
        fail("selector function " + arg.text + "() cannot be combined with other functions");
      }
      size_t before = out_.calls;
      if (arg.text == "distinct") {
        distinct(arg, true);
      } else {
        call(arg);
      }
      out_.calls = before;
      return;
    }
    if (windowed() && !out_.inherited_interval) {
      fail("aggregate function required inside the call to " + e.text);
    }
    symbol(e.text, arg);
  }

  void integral(const Expr& e) {
    if (e.args.empty() || e.args.size() > 2) fail(range_error(e.text, 1, 2, e.args.size()));
    unit(e, "second argument must be a duration");
    out_.only_selectors = false;
    symbol(e.text, *e.args[0]);
  }

  void fields() {
    if (select_.fields.empty()) fail("at least 1 non-time field must be queried");
    if (out_.calls > 1 && !out_.top_or_bottom.empty()) {
      fail("selector function " + out_.top_or_bottom +
           "() cannot be combined with other functions");
    }
    if (out_.calls == 0) {
      if (select_.fill == Fill::none) fail("fill(none) must be used with a function");
      if (select_.fill == Fill::linear) fail("fill(linear) must be used with a function");
      if (windowed() && !out_.inherited_interval) {
        fail("GROUP BY requires at least one aggregate function");
      }
    }
    if (out_.has_distinct && (out_.calls != 1 || out_.has_columns)) {
      fail("aggregate function distinct() cannot be combined with other functions or fields");
    }
    if (!out_.has_columns) return;
    if (!out_.only_selectors) {
      fail("mixing aggregate and non-aggregate queries is not supported");
    }
    if (out_.calls > 1) {
      fail("mixing multiple selector functions with tags or fields is not supported");
    }
  }

  const Select& select_;
  Checked& out_;
  bool wildcard_allowed_ = true;
};

ExprPtr without_distinct(const ExprPtr& e) {
  if (e->kind == ExprKind::distinct) return make_call("distinct", {make_variable(e->text)});
  if (e->args.empty()) return e;
  auto out = std::make_shared<Expr>(*e);
  for (ExprPtr& arg : out->args) arg = without_distinct(arg);
  return out;
}

void drop_time_fields(Select& select, std::string& time_column) {
  time_column = "time";
  std::vector<Field> kept;
  for (Field& field : select.fields) {
    field.expr = with_constants(without_distinct(field.expr));
    if (field.expr->kind == ExprKind::variable && field.expr->text == "time") {
      if (!field.alias.empty()) time_column = field.alias;
    } else {
      kept.push_back(field);
    }
  }
  select.fields = std::move(kept);
}

void no_functions(const Expr& e) {
  if (e.kind == ExprKind::call && !is_math_function(e.text)) {
    throw StatementError("invalid function call in condition: " + to_string(e));
  }
  for (const ExprPtr& arg : e.args) no_functions(*arg);
}

int64_t window_offset(const Expr& e, int64_t duration, const Clock& clock) {
  auto of_time = [&](int64_t t) {
    return duration > 0 ? ((t % duration) + duration) % duration : 0;
  };
  switch (e.kind) {
    case ExprKind::duration:
      return duration > 0 ? e.integer % duration : 0;
    case ExprKind::time:
      return of_time(e.integer);
    case ExprKind::call:
      if (e.text != "now") throw StatementError("time dimension offset function must be now()");
      if (!e.args.empty()) {
        throw StatementError("time dimension offset now() function requires no arguments");
      }
      return of_time(clock.now);
    case ExprKind::string:
      if (looks_like_time(e.text)) return of_time(parse_time(e.text, clock));
      break;
    default:
      break;
  }
  throw StatementError("time dimension offset must be duration or now()");
}

void dimensions(const Select& select, const Clock& clock, Checked& out) {
  bool seen = false;
  for (const ExprPtr& d : select.dimensions) {
    switch (d->kind) {
      case ExprKind::variable:
        if (is_time_name(d->text)) {
          throw StatementError("time() is a function and expects at least one argument");
        }
        break;
      case ExprKind::call:
        if (d->text != "time") throw StatementError("only time() calls allowed in dimensions");
        if (d->args.empty() || d->args.size() > 2) {
          throw StatementError("time dimension expected 1 or 2 arguments");
        }
        if (d->args[0]->kind != ExprKind::duration) {
          throw StatementError("time dimension must have duration argument");
        }
        if (seen && out.interval.duration != 0) {
          throw StatementError("multiple time dimensions not allowed");
        }
        seen = true;
        out.interval.duration = d->args[0]->integer;
        if (d->args.size() == 2) {
          out.interval.offset = window_offset(*d->args[1], out.interval.duration, clock);
        }
        break;
      case ExprKind::wildcard:
      case ExprKind::regex:
        break;
      default:
        throw StatementError("only time and tag dimensions allowed");
    }
  }
}

}  // namespace

bool is_selector(std::string_view f) {
  return f == "max" || f == "min" || f == "first" || f == "last" || f == "percentile" ||
         f == "sample" || f == "top" || f == "bottom";
}

Checked check_select(Select& select, const Clock& clock, const Interval& outer,
                     std::string& time_column) {
  Checked out;
  drop_time_fields(select, time_column);
  out.condition = split_condition(select.condition, clock);
  if (out.condition.rest) no_functions(*out.condition.rest);
  dimensions(select, clock, out);
  if (out.interval.none() && !outer.none()) {
    out.interval = outer;
    out.inherited_interval = true;
  }
  Checker(select, out).run(clock);
  for (const Source& source : select.sources) {
    if (!source.subquery || source.subquery->ascending() == select.ascending()) continue;
    throw StatementError("subqueries must be ordered in the same direction as the query itself");
  }
  return out;
}

}  // namespace tickwork::query
