// SPDX-License-Identifier: MIT
// SELECT and the clauses it shares with other statements.
#include <algorithm>
#include <filesystem>

#include "parser.hpp"

namespace tickwork::influxql {

namespace {

bool equals_word(std::string_view text, std::string_view lower_word) {
  return text.size() == lower_word.size() &&
         std::equal(text.begin(), text.end(), lower_word.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// The first operator in `expr` that makes a condition of it.
Op condition_operator(const Expr& expr) {
  if (expr.kind == ExprKind::binary) {
    switch (expr.op) {
      case Op::eq:
      case Op::neq:
      case Op::eq_regex:
      case Op::neq_regex:
      case Op::lt:
      case Op::lte:
      case Op::gt:
      case Op::gte:
      case Op::logical_and:
      case Op::logical_or:
        return expr.op;
      default:
        break;
    }
  }
  Op found = Op::none;
  for (const ExprPtr& arg : expr.args) {
    if (Op inner = condition_operator(*arg); inner != Op::none) found = inner;
  }
  return found;
}

bool has_call(const Expr& expr) {
  return expr.kind == ExprKind::call ||
         std::any_of(expr.args.begin(), expr.args.end(), [](auto& a) { return has_call(*a); });
}

bool time_zone_exists(const std::string& name) {
  if (name == "UTC" || name == "Local" || name.empty()) return true;
  if (name.find("..") != std::string::npos || name[0] == '/' || name[0] == '\\') return false;
  std::error_code error;
  return std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

}  // namespace

int64_t group_by_interval(const Select& select) {
  for (const ExprPtr& dimension : select.dimensions) {
    if (dimension->kind != ExprKind::call || dimension->text != "time") continue;
    size_t count = dimension->args.size();
    if (count != 1 && count != 2) {
      throw ParseFailure{"time dimension expected 1 or 2 arguments"};
    }
    if (dimension->args[0]->kind != ExprKind::duration) {
      throw ParseFailure{"time dimension must have duration argument"};
    }
    return dimension->args[0]->integer;
  }
  return 0;
}

Select Parser::select(Target target) {
  Select out;
  out.fields = fields();
  out.target = into(target);
  expect(Token::kw_from);
  out.sources = sources(true);
  out.condition = condition();
  out.dimensions = dimensions();
  fill(out);
  out.sort = order_by();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  out.slimit = optional_count(Token::kw_slimit);
  out.soffset = optional_count(Token::kw_soffset);
  out.time_zone = time_zone();
  out.is_raw = std::none_of(out.fields.begin(), out.fields.end(),
                            [](const Field& f) { return has_call(*f.expr); });
  return out;
}

std::vector<Field> Parser::fields() {
  std::vector<Field> out{field()};
  while (accept(Token::comma)) out.push_back(field());
  return out;
}

Field Parser::field() {
  Field out;
  out.expr = regex_if_any();
  if (!out.expr) {
    Position at = scan_skipping_space().position;
    back();
    out.expr = expression();
    if (Op op = condition_operator(*out.expr); op != Op::none) {
      throw ParseFailure{"invalid operator " + std::string(to_string(op)) +
                         " in SELECT clause at line " + std::to_string(at.line + 1) + ", char " +
                         std::to_string(at.column + 1) + "; operator is intended for WHERE clause"};
    }
  }
  if (accept(Token::kw_as)) out.alias = identifier();
  skip_space();
  return out;
}

std::optional<Measurement> Parser::into(Target target) {
  Lexeme lexeme = scan_skipping_space();
  if (lexeme.token != Token::kw_into) {
    if (target == Target::required) fail_found(lexeme, {"INTO"});
    back();
    return std::nullopt;
  }
  std::vector<std::string> names = segments();
  if (names.size() < 3 && peek_rune() == ':') {
    expect({Token::colon, Token::kw_measurement});
    names.emplace_back();
  }
  Measurement out;
  out.is_target = true;
  out.name = names.back();
  if (names.size() > 1) out.retention = names[names.size() - 2];
  if (names.size() > 2) out.database = names[0];
  return out;
}

std::vector<Source> Parser::sources(bool subqueries) {
  std::vector<Source> out{source(subqueries)};
  while (accept(Token::comma)) out.push_back(source(subqueries));
  return out;
}

std::vector<Source> Parser::optional_sources(bool subqueries) {
  if (!accept(Token::kw_from)) return {};
  return sources(subqueries);
}

Source Parser::source(bool subqueries) {
  Source out;
  Measurement& m = out.measurement;
  if (ExprPtr regex = regex_if_any()) {
    m.regex = regex->text;
    return out;
  }
  if (subqueries && accept(Token::lparen)) {
    if (++depth_ > 100) fail("subqueries are nested too deeply", {});
    expect(Token::kw_select);
    out.subquery = std::make_shared<Select>(select(Target::optional));
    expect(Token::rparen);
    --depth_;
    return out;
  }
  std::vector<std::string> names = segments();
  if (names.size() < 3) {
    if (ExprPtr regex = regex_if_any()) {
      m.regex = regex->text;
      names.emplace_back();
    }
  }
  m.name = names.back();
  if (names.size() > 1) m.retention = names[names.size() - 2];
  if (names.size() > 2) m.database = names[0];
  return out;
}

ExprPtr Parser::condition() { return accept(Token::kw_where) ? expression() : nullptr; }

std::vector<ExprPtr> Parser::dimensions() {
  std::vector<ExprPtr> out;
  if (!accept(Token::kw_group)) return out;
  expect(Token::kw_by);
  do {
    out.push_back(call_argument());
    skip_space();
  } while (accept(Token::comma));
  return out;
}

void Parser::fill(Select& out) {
  Lexeme lexeme = scan_skipping_space();
  back();
  if (lexeme.token != Token::identifier || !equals_word(lexeme.text, "fill")) return;
  ExprPtr call = expression();
  if (call->kind != ExprKind::call) throw ParseFailure{"fill must be a function call"};
  if (call->args.size() != 1) {
    throw ParseFailure{"fill requires an argument, e.g.: 0, null, none, previous, linear"};
  }
  const ExprPtr& arg = call->args[0];
  std::string word = to_string(*arg);
  if (word == "null") return;
  if (word == "none") {
    out.fill = Fill::none;
  } else if (word == "previous") {
    out.fill = Fill::previous;
  } else if (word == "linear") {
    out.fill = Fill::linear;
  } else if (arg->kind == ExprKind::integer || arg->kind == ExprKind::number) {
    out.fill = Fill::number;
    out.fill_value = arg;
  } else {
    throw ParseFailure{"expected number argument in fill()"};
  }
}

SortField Parser::sort_field() {
  SortField out;
  out.name = identifier();
  Lexeme lexeme = scan_skipping_space();
  out.ascending = lexeme.token != Token::kw_desc;
  if (lexeme.token != Token::kw_desc && lexeme.token != Token::kw_asc) back();
  return out;
}

std::vector<SortField> Parser::order_by() {
  std::vector<SortField> out;
  if (!accept(Token::kw_order)) return out;
  expect(Token::kw_by);
  Lexeme first = scan_skipping_space();
  if (first.token == Token::kw_asc || first.token == Token::kw_desc) {
    out.push_back({"", first.token == Token::kw_asc});
  } else if (first.token == Token::identifier) {
    back();
    out.push_back(sort_field());
    if (first.text != "time") throw ParseFailure{"only ORDER BY time supported at this time"};
  } else {
    fail_found(first, {"identifier", "ASC", "DESC"});
  }
  while (accept(Token::comma)) out.push_back(sort_field());
  if (out.size() > 1) throw ParseFailure{"only ORDER BY time supported at this time"};
  return out;
}

std::string Parser::time_zone() {
  Lexeme lexeme = scan_skipping_space();
  back();
  if (lexeme.token != Token::identifier || !equals_word(lexeme.text, "tz")) return "";
  ExprPtr call = expression();
  if (call->kind != ExprKind::call) throw ParseFailure{"tz must be a function call"};
  if (call->args.size() != 1) throw ParseFailure{"tz requires exactly one argument"};
  if (call->args[0]->kind != ExprKind::string) {
    throw ParseFailure{"expected string argument in tz()"};
  }
  const std::string& name = call->args[0]->text;
  if (!time_zone_exists(name)) throw ParseFailure{"unable to find time zone " + name};
  return name;
}

}  // namespace tickwork::influxql
