// SPDX-License-Identifier: MIT
// The recursive-descent parser behind parse(). Internal to the kit. Failures are thrown as
// ParseFailure and never leave the kit.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxql.hpp"
#include "token.hpp"

namespace tickwork::influxql {

struct ParseFailure {
  std::string message;
};

class Parser {
 public:
  Parser(std::string_view text, const Parameters& parameters)
      : lexer_(text), parameters_(parameters) {}

  std::vector<Statement> statements();
  ExprPtr expression();
  void expect_end();

 private:
  enum class Target { optional, required };

  // Lexemes. `back` may be called up to three times in a row.
  Lexeme scan();
  Lexeme scan_regex();
  Lexeme scan_skipping_space();
  void back() { ++back_; }
  char32_t peek_rune();
  void skip_space();
  Lexeme substitute(Lexeme lexeme) const;

  bool accept(Token token);
  void expect(Token token);
  void expect(std::initializer_list<Token> tokens);
  [[noreturn]] static void fail(const std::string& message, Position at);
  [[noreturn]] static void fail_found(const Lexeme& found,
                                      std::initializer_list<std::string_view> expected);

  // Pieces shared by statements.
  std::string identifier();
  std::vector<std::string> segments();
  std::string string();
  std::vector<std::string> string_list();
  int64_t integer_between(int64_t least, int64_t most);
  uint64_t unsigned_integer();
  int64_t duration();
  int64_t optional_count(Token keyword_before);

  // Expressions.
  ExprPtr binary(int least_precedence);
  ExprPtr right_side(const Lexeme& op, int precedence);
  ExprPtr unary();
  ExprPtr after_identifier(const Lexeme& name);
  ExprPtr after_distinct();
  ExprPtr signed_operand(bool negative);
  ExprPtr wildcard();
  ExprPtr call(std::string name);
  ExprPtr call_argument();
  ExprPtr variable();
  ExprPtr regex_if_any();

  // SELECT and its clauses.
  Select select(Target target);
  std::vector<Field> fields();
  Field field();
  std::optional<Measurement> into(Target target);
  std::vector<Source> sources(bool subqueries);
  std::vector<Source> optional_sources(bool subqueries);
  Source source(bool subqueries);
  ExprPtr condition();
  std::vector<ExprPtr> dimensions();
  void fill(Select& out);
  std::vector<SortField> order_by();
  SortField sort_field();
  std::string time_zone();

  // Statements.
  Statement statement();
  Statement show();
  Statement create();
  Statement drop();
  Statement explain();
  Statement delete_();
  Statement drop_series();
  Statement create_database();
  Statement create_retention_policy();
  Statement alter_retention_policy();
  bool alter_option(AlterRetentionPolicy& out, const Lexeme& lexeme);
  Statement create_continuous_query();
  void resample(CreateContinuousQuery& out);
  Statement create_subscription();
  Statement drop_subscription();
  Statement create_user();
  Statement set_password();
  Statement grant();
  Statement revoke();
  Privilege privilege();
  Statement kill_query();
  std::pair<std::string, std::string> name_on_database();

  Statement show_field();
  Statement show_tag();
  Statement show_series();
  Statement show_measurements();
  Statement show_measurement_cardinality();
  Statement show_cardinality(Show out);
  Statement show_named(ShowKind kind);
  Statement show_grants();
  Statement show_retention_policies();
  void on_database(Show& out);
  void with_key(Show& out);

  Lexer lexer_;
  const Parameters& parameters_;
  static constexpr int history = 4;
  Lexeme recent_[history];
  int last_ = 0, back_ = 0;
  int depth_ = 0;
  int tree_ = 0;  // the depth of the expression that was read last
};

int64_t group_by_interval(const Select& select);  // 0 without GROUP BY time(...)

}  // namespace tickwork::influxql
