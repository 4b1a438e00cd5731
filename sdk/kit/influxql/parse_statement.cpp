// SPDX-License-Identifier: MIT
// Every statement but SELECT and SHOW.
#include <algorithm>
#include <limits>
#include <tuple>

#include "parser.hpp"

namespace tickwork::influxql {

namespace {
constexpr int64_t max_int32 = std::numeric_limits<int32_t>::max();
}

Statement Parser::statement() {
  Lexeme first = scan_skipping_space();
  switch (first.token) {
    case Token::kw_select:
      return select(Target::optional);
    case Token::kw_delete:
      return delete_();
    case Token::kw_show:
      return show();
    case Token::kw_create:
      return create();
    case Token::kw_drop:
      return drop();
    case Token::kw_explain:
      return explain();
    case Token::kw_grant:
      return grant();
    case Token::kw_revoke:
      return revoke();
    case Token::kw_alter:
      expect({Token::kw_retention, Token::kw_policy});
      return alter_retention_policy();
    case Token::kw_set:
      expect({Token::kw_password, Token::kw_for});
      return set_password();
    case Token::kw_kill:
      expect(Token::kw_query);
      return kill_query();
    default:
      fail_found(first, {"SELECT", "DELETE", "SHOW", "CREATE", "DROP", "EXPLAIN", "GRANT", "REVOKE",
                         "ALTER", "SET", "KILL"});
  }
}

Statement Parser::create() {
  Lexeme what = scan_skipping_space();
  switch (what.token) {
    case Token::kw_continuous:
      expect(Token::kw_query);
      return create_continuous_query();
    case Token::kw_database:
      return create_database();
    case Token::kw_user:
      return create_user();
    case Token::kw_retention:
      expect(Token::kw_policy);
      return create_retention_policy();
    case Token::kw_subscription:
      return create_subscription();
    default:
      fail_found(what, {"CONTINUOUS", "DATABASE", "USER", "RETENTION", "SUBSCRIPTION"});
  }
}

std::pair<std::string, std::string> Parser::name_on_database() {
  std::string name = identifier();
  expect(Token::kw_on);
  return {name, identifier()};
}

Statement Parser::drop() {
  Lexeme what = scan_skipping_space();
  switch (what.token) {
    case Token::kw_continuous: {
      expect(Token::kw_query);
      auto [name, database] = name_on_database();
      return DropContinuousQuery{name, database};
    }
    case Token::kw_database:
      return DropDatabase{identifier()};
    case Token::kw_measurement:
      return DropMeasurement{identifier()};
    case Token::kw_retention: {
      expect(Token::kw_policy);
      auto [name, database] = name_on_database();
      return DropRetentionPolicy{name, database};
    }
    case Token::kw_series:
      return drop_series();
    case Token::kw_shard:
      return DropShard{unsigned_integer()};
    case Token::kw_subscription:
      return drop_subscription();
    case Token::kw_user:
      return DropUser{identifier()};
    default:
      fail_found(what, {"CONTINUOUS", "DATABASE", "MEASUREMENT", "RETENTION", "SERIES", "SHARD",
                        "SUBSCRIPTION", "USER"});
  }
}

Statement Parser::explain() {
  Explain out;
  out.analyze = accept(Token::kw_analyze);
  expect(Token::kw_select);
  out.select = std::make_shared<Select>(select(Target::optional));
  return out;
}

Statement Parser::delete_() {
  Delete out;
  Lexeme first = scan_skipping_space();
  back();
  out.sources = optional_sources(false);
  for (const Source& source : out.sources) {
    if (!source.measurement.retention.empty()) fail("retention policy not supported", {});
    if (!source.measurement.database.empty()) fail("database not supported", {});
  }
  out.condition = condition();
  if (out.sources.empty() && !out.condition) fail_found(first, {"FROM", "WHERE"});
  return out;
}

Statement Parser::drop_series() {
  DropSeries out;
  Lexeme first = scan_skipping_space();
  back();
  out.sources = optional_sources(false);
  for (const Source& source : out.sources) {
    if (!source.measurement.retention.empty()) fail("retention policy not supported", {});
    if (!source.measurement.database.empty()) fail("database not supported", {});
  }
  out.condition = condition();
  if (out.sources.empty() && !out.condition) fail_found(first, {"FROM", "WHERE"});
  return out;
}

Statement Parser::create_database() {
  CreateDatabase out;
  out.name = identifier();
  if (!accept(Token::kw_with)) return out;
  Lexeme first = scan_skipping_space();
  back();
  if (first.token != Token::kw_duration && first.token != Token::kw_name &&
      first.token != Token::kw_replication && first.token != Token::kw_shard) {
    fail_found(first, {"DURATION", "NAME", "REPLICATION", "SHARD"});
  }
  out.with_policy = true;
  if (accept(Token::kw_duration)) out.duration_ns = duration();
  if (accept(Token::kw_replication)) out.replication = integer_between(1, max_int32);
  if (accept(Token::kw_shard)) {
    expect(Token::kw_duration);
    out.shard_duration_ns = duration();
  }
  if (accept(Token::kw_name)) out.policy_name = identifier();
  return out;
}

Statement Parser::create_retention_policy() {
  CreateRetentionPolicy out;
  std::tie(out.name, out.database) = name_on_database();
  expect(Token::kw_duration);
  out.duration_ns = duration();
  expect(Token::kw_replication);
  out.replication = integer_between(1, max_int32);
  if (accept(Token::kw_shard)) {
    expect(Token::kw_duration);
    out.shard_duration_ns = duration();
  }
  out.is_default = accept(Token::kw_default);
  return out;
}

bool Parser::alter_option(AlterRetentionPolicy& out, const Lexeme& lexeme) {
  switch (lexeme.token) {
    case Token::kw_duration:
      out.duration_ns = duration();
      return true;
    case Token::kw_replication:
      out.replication = integer_between(1, max_int32);
      return true;
    case Token::kw_shard:
      expect(Token::kw_duration);
      out.shard_duration_ns = duration();
      return true;
    case Token::kw_default:
      out.is_default = true;
      return true;
    default:
      return false;
  }
}

Statement Parser::alter_retention_policy() {
  AlterRetentionPolicy out;
  Lexeme name = scan_skipping_space();
  if (name.token == Token::kw_default) {
    out.name = "default";
  } else if (name.token == Token::identifier) {
    out.name = name.text;
  } else {
    fail_found(name, {"identifier"});
  }
  expect(Token::kw_on);
  out.database = identifier();
  std::vector<Token> seen;
  for (;;) {
    Lexeme lexeme = scan_skipping_space();
    for (Token token : seen) {
      if (token != lexeme.token) continue;
      fail("found duplicate " + std::string(token_text(token)) + " option", lexeme.position);
    }
    if (alter_option(out, lexeme)) {
      seen.push_back(lexeme.token);
      continue;
    }
    if (seen.empty()) fail_found(lexeme, {"DURATION", "REPLICATION", "SHARD", "DEFAULT"});
    back();
    return out;
  }
}

void Parser::resample(CreateContinuousQuery& out) {
  if (accept(Token::kw_every)) {
    Lexeme lexeme = scan_skipping_space();
    back();
    if (lexeme.token != Token::duration) fail_found(lexeme, {"duration"});
    out.resample_every_ns = duration();
  }
  if (accept(Token::kw_for)) {
    Lexeme lexeme = scan_skipping_space();
    back();
    if (lexeme.token != Token::duration) fail_found(lexeme, {"duration"});
    out.resample_for_ns = duration();
  }
  if (out.resample_every_ns == 0 && out.resample_for_ns == 0) {
    fail_found(scan_skipping_space(), {"EVERY", "FOR"});
  }
}

Statement Parser::create_continuous_query() {
  CreateContinuousQuery out;
  std::tie(out.name, out.database) = name_on_database();
  if (accept(Token::kw_resample)) resample(out);
  expect({Token::kw_begin, Token::kw_select});
  out.select = std::make_shared<Select>(select(Target::required));
  int64_t interval = 0;
  if (!out.select->is_raw) {
    std::string problem;
    try {
      interval = group_by_interval(*out.select);
    } catch (const ParseFailure& failure) {
      problem = failure.message;
    }
    if (interval == 0) {
      // Show the token that the SELECT ended with: over END and the space before it.
      back();
      back();
      Lexeme found = scan_skipping_space();
      if (problem.empty()) fail_found(found, {"GROUP BY time(...)"});
      fail_found(found, {"GROUP BY time(...)", problem});
    }
  }
  if (out.resample_for_ns != 0) {
    int64_t least = std::max(interval, out.resample_every_ns);
    if (out.resample_for_ns < least) {
      throw ParseFailure{"FOR duration must be >= GROUP BY time duration: must be a minimum of " +
                         format_duration(least) + ", got " + format_duration(out.resample_for_ns)};
    }
  }
  expect(Token::kw_end);
  return out;
}

Statement Parser::create_subscription() {
  CreateSubscription out;
  std::tie(out.name, out.database) = name_on_database();
  Lexeme dot = scan();
  if (dot.token != Token::dot) fail_found(dot, {"."});
  out.retention = identifier();
  expect(Token::kw_destinations);
  Lexeme mode = scan_skipping_space();
  if (mode.token != Token::kw_all && mode.token != Token::kw_any) {
    fail_found(mode, {"ALL", "ANY"});
  }
  out.mode = std::string(token_text(mode.token));
  out.destinations = string_list();
  return out;
}

Statement Parser::drop_subscription() {
  DropSubscription out;
  std::tie(out.name, out.database) = name_on_database();
  Lexeme dot = scan();
  if (dot.token != Token::dot) fail_found(dot, {"."});
  out.retention = identifier();
  return out;
}

Statement Parser::create_user() {
  CreateUser out;
  out.name = identifier();
  expect({Token::kw_with, Token::kw_password});
  out.password = string();
  if (!accept(Token::kw_with)) return out;
  expect({Token::kw_all, Token::kw_privileges});
  out.admin = true;
  return out;
}

Statement Parser::set_password() {
  SetPassword out;
  out.name = identifier();
  expect(Token::eq);
  out.password = string();
  return out;
}

Privilege Parser::privilege() {
  Lexeme lexeme = scan_skipping_space();
  switch (lexeme.token) {
    case Token::kw_read:
      return Privilege::read;
    case Token::kw_write:
      return Privilege::write;
    case Token::kw_all:
      accept(Token::kw_privileges);
      return Privilege::all;
    default:
      fail_found(lexeme, {"READ", "WRITE", "ALL [PRIVILEGES]"});
  }
}

Statement Parser::grant() {
  Grant out;
  out.privilege = privilege();
  Lexeme lexeme = scan_skipping_space();
  if (lexeme.token == Token::kw_on) {
    out.database = identifier();
    expect(Token::kw_to);
    out.user = identifier();
    return out;
  }
  if (out.privilege != Privilege::all) fail_found(lexeme, {"ON"});
  if (lexeme.token != Token::kw_to) fail_found(lexeme, {"ON", "TO"});
  out.admin = true;
  out.user = identifier();
  return out;
}

Statement Parser::revoke() {
  Revoke out;
  out.privilege = privilege();
  Lexeme lexeme = scan_skipping_space();
  if (lexeme.token == Token::kw_on) {
    out.database = identifier();
    expect(Token::kw_from);
    out.user = identifier();
    return out;
  }
  if (out.privilege != Privilege::all) fail_found(lexeme, {"ON"});
  if (lexeme.token != Token::kw_from) fail_found(lexeme, {"ON", "FROM"});
  out.admin = true;
  out.user = identifier();
  return out;
}

Statement Parser::kill_query() {
  KillQuery out;
  out.id = unsigned_integer();
  if (accept(Token::kw_on)) out.host = identifier();
  return out;
}

}  // namespace tickwork::influxql
