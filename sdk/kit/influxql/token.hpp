// SPDX-License-Identifier: MIT
// Tokens of InfluxQL and the lexer. Positions count runes, and end of text counts as a rune once,
// because that is what InfluxDB's error positions show.
#pragma once

#include <string>
#include <string_view>

namespace tickwork::influxql {

enum class Token {
  illegal,
  eof,
  space,
  comment,
  identifier,
  bound_parameter,
  number,
  integer,
  duration,
  string,
  bad_string,
  bad_escape,
  kw_true,
  kw_false,
  regex,
  bad_regex,
  add,
  sub,
  mul,
  div,
  mod,
  bit_and,
  bit_or,
  bit_xor,
  kw_and,
  kw_or,
  eq,
  neq,
  eq_regex,
  neq_regex,
  lt,
  lte,
  gt,
  gte,
  lparen,
  rparen,
  comma,
  colon,
  double_colon,
  semicolon,
  dot,
  kw_all,
  kw_alter,
  kw_analyze,
  kw_any,
  kw_as,
  kw_asc,
  kw_begin,
  kw_by,
  kw_cardinality,
  kw_create,
  kw_continuous,
  kw_database,
  kw_databases,
  kw_default,
  kw_delete,
  kw_desc,
  kw_destinations,
  kw_diagnostics,
  kw_distinct,
  kw_drop,
  kw_duration,
  kw_end,
  kw_every,
  kw_exact,
  kw_explain,
  kw_field,
  kw_for,
  kw_from,
  kw_grant,
  kw_grants,
  kw_group,
  kw_groups,
  kw_in,
  kw_inf,
  kw_insert,
  kw_into,
  kw_key,
  kw_keys,
  kw_kill,
  kw_limit,
  kw_measurement,
  kw_measurements,
  kw_name,
  kw_offset,
  kw_on,
  kw_order,
  kw_password,
  kw_policy,
  kw_policies,
  kw_privileges,
  kw_queries,
  kw_query,
  kw_read,
  kw_replication,
  kw_resample,
  kw_retention,
  kw_revoke,
  kw_select,
  kw_series,
  kw_set,
  kw_show,
  kw_shard,
  kw_shards,
  kw_slimit,
  kw_soffset,
  kw_stats,
  kw_subscription,
  kw_subscriptions,
  kw_tag,
  kw_to,
  kw_user,
  kw_users,
  kw_values,
  kw_where,
  kw_with,
  kw_write
};

std::string_view token_text(Token token);  // "SELECT", "<=", "EOF"
Token keyword(std::string_view word);      // identifier when it is none
bool identifier_needs_quotes(std::string_view name);

struct Position {
  int line = 0, column = 0;
};

struct Lexeme {
  Token token = Token::eof;
  Position position;
  std::string text;  // empty for keywords and operators

  std::string shown() const { return text.empty() ? std::string(token_text(token)) : text; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Lexeme next();
  Lexeme next_regex();  // reads /…/ where the grammar allows a regular expression
  char32_t peek();      // the next rune, 0 at the end

 private:
  struct Rune {
    char32_t value = 0;
    Position position;
  };

  static constexpr int history = 4;
  char32_t read();
  void unread() { ++unread_; }
  const Rune& current() const;
  char32_t decode();

  Lexeme whitespace();
  Lexeme word(bool keywords);
  Lexeme quoted();
  Lexeme numeral();
  Lexeme duration_or_integer(Position at, std::string digits);
  Lexeme bound_parameter(Position at);
  Lexeme operator_or_illegal(char32_t first, Position at);
  bool accept(char32_t wanted);
  std::string digits();
  bool skip_block_comment();
  void skip_line();

  std::string_view text_;
  size_t offset_ = 0;
  Rune runes_[history];  // the last few runes, for unread
  int last_ = 0, unread_ = 0;
  Position next_position_;
  bool at_end_ = false;
};

void append_utf8(std::string& out, char32_t rune);

}  // namespace tickwork::influxql
