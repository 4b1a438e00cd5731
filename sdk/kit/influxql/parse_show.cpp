// SPDX-License-Identifier: MIT
// SHOW in all its forms.
#include "parser.hpp"

namespace tickwork::influxql {

Statement Parser::show() {
  Lexeme what = scan_skipping_space();
  auto plain = [](ShowKind kind) {
    Show out;
    out.kind = kind;
    return out;
  };
  switch (what.token) {
    case Token::kw_continuous:
      expect(Token::kw_queries);
      return plain(ShowKind::continuous_queries);
    case Token::kw_databases:
      return plain(ShowKind::databases);
    case Token::kw_diagnostics:
      return show_named(ShowKind::diagnostics);
    case Token::kw_field:
      return show_field();
    case Token::kw_grants:
      return show_grants();
    case Token::kw_measurement:
      return show_measurement_cardinality();
    case Token::kw_measurements:
      return show_measurements();
    case Token::kw_queries:
      return plain(ShowKind::queries);
    case Token::kw_retention:
      expect(Token::kw_policies);
      return show_retention_policies();
    case Token::kw_series:
      return show_series();
    case Token::kw_shard:
      expect(Token::kw_groups);
      return plain(ShowKind::shard_groups);
    case Token::kw_shards:
      return plain(ShowKind::shards);
    case Token::kw_stats:
      return show_named(ShowKind::stats);
    case Token::kw_subscriptions:
      return plain(ShowKind::subscriptions);
    case Token::kw_tag:
      return show_tag();
    case Token::kw_users:
      return plain(ShowKind::users);
    default:
      fail_found(what, {"CONTINUOUS", "DATABASES", "DIAGNOSTICS", "FIELD", "GRANTS", "MEASUREMENT",
                        "MEASUREMENTS", "QUERIES", "RETENTION", "SERIES", "SHARD", "SHARDS",
                        "STATS", "SUBSCRIPTIONS", "TAG", "USERS"});
  }
}

void Parser::on_database(Show& out) {
  if (accept(Token::kw_on)) out.database = identifier();
}

Statement Parser::show_named(ShowKind kind) {
  Show out;
  out.kind = kind;
  if (accept(Token::kw_for)) out.name = string();
  return out;
}

Statement Parser::show_grants() {
  Show out;
  out.kind = ShowKind::grants;
  expect(Token::kw_for);
  out.name = identifier();
  return out;
}

Statement Parser::show_retention_policies() {
  Show out;
  out.kind = ShowKind::retention_policies;
  on_database(out);
  return out;
}

Statement Parser::show_field() {
  Show out;
  Lexeme what = scan_skipping_space();
  if (what.token == Token::kw_key) {
    out.kind = ShowKind::field_key_cardinality;
    return show_cardinality(std::move(out));
  }
  if (what.token != Token::kw_keys) fail_found(what, {"KEY", "KEYS"});
  out.kind = ShowKind::field_keys;
  on_database(out);
  out.sources = optional_sources(false);
  out.sort = order_by();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  return out;
}

Statement Parser::show_tag() {
  Show out;
  Lexeme what = scan_skipping_space();
  if (what.token == Token::kw_key) {
    out.kind = ShowKind::tag_key_cardinality;
    return show_cardinality(std::move(out));
  }
  if (what.token == Token::kw_values) {
    Lexeme next = scan_skipping_space();
    back();
    out.kind = ShowKind::tag_values_cardinality;
    if (next.token == Token::kw_exact || next.token == Token::kw_cardinality) {
      return show_cardinality(std::move(out));
    }
    out.kind = ShowKind::tag_values;
  } else if (what.token == Token::kw_keys) {
    out.kind = ShowKind::tag_keys;
  } else {
    fail_found(what, {"KEY", "KEYS", "VALUES"});
  }
  on_database(out);
  out.sources = optional_sources(false);
  if (out.kind == ShowKind::tag_values) with_key(out);
  out.condition = condition();
  out.sort = order_by();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  if (out.kind == ShowKind::tag_keys) {
    out.slimit = optional_count(Token::kw_slimit);
    out.soffset = optional_count(Token::kw_soffset);
  }
  return out;
}

void Parser::with_key(Show& out) {
  expect({Token::kw_with, Token::kw_key});
  Lexeme op = scan_skipping_space();
  switch (op.token) {
    case Token::kw_in: {
      out.key_op = Op::in;
      auto list = std::make_shared<Expr>();
      list->kind = ExprKind::list;
      expect(Token::lparen);
      do {
        list->names.push_back(identifier());
      } while (accept(Token::comma));
      expect(Token::rparen);
      out.key = list;
      return;
    }
    case Token::eq:
    case Token::neq:
      out.key_op = op.token == Token::eq ? Op::eq : Op::neq;
      out.key = make_string(identifier());
      return;
    case Token::eq_regex:
    case Token::neq_regex:
      out.key_op = op.token == Token::eq_regex ? Op::eq_regex : Op::neq_regex;
      out.key = regex_if_any();
      if (!out.key) fail_found(scan_skipping_space(), {"regex"});
      return;
    default:
      fail_found(op, {"IN", "=", "=~"});
  }
}

Statement Parser::show_series() {
  Show out;
  out.exact = accept(Token::kw_exact);
  if (accept(Token::kw_cardinality)) {
    back();
    out.kind = ShowKind::series_cardinality;
    return show_cardinality(std::move(out));
  }
  out.exact = false;  // EXACT alone says nothing
  out.kind = ShowKind::series;
  on_database(out);
  out.sources = optional_sources(false);
  out.condition = condition();
  out.sort = order_by();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  return out;
}

Statement Parser::show_measurements() {
  Show out;
  out.kind = ShowKind::measurements;
  on_database(out);
  if (accept(Token::kw_with)) {
    expect(Token::kw_measurement);
    Lexeme op = scan_skipping_space();
    if (op.token != Token::eq && op.token != Token::eq_regex) fail_found(op, {"=", "=~"});
    out.measurement = source(false).measurement;
  }
  out.condition = condition();
  out.sort = order_by();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  return out;
}

Statement Parser::show_measurement_cardinality() {
  Show out;
  out.kind = ShowKind::measurement_cardinality;
  return show_cardinality(std::move(out));
}

Statement Parser::show_cardinality(Show out) {
  Lexeme next = scan_skipping_space();
  if (next.token == Token::kw_exact) {
    out.exact = true;
    expect(Token::kw_cardinality);
  } else if (next.token != Token::kw_cardinality) {
    fail_found(next, {"EXACT", "CARDINALITY"});
  }
  on_database(out);
  out.sources = optional_sources(false);
  if (out.kind == ShowKind::tag_values_cardinality) with_key(out);
  out.condition = condition();
  out.dimensions = dimensions();
  out.limit = optional_count(Token::kw_limit);
  out.offset = optional_count(Token::kw_offset);
  return out;
}

}  // namespace tickwork::influxql
