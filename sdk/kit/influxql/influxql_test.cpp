// SPDX-License-Identifier: MIT
// Parser and printer against texts recorded from InfluxDB 1.6.7 (cases/), and the lexical forms.
#include "influxql.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace tickwork::influxql {
namespace {

struct Case {
  std::string statement, expected;
};

std::vector<Case> read_cases(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.is_open()) << path;
  std::vector<Case> cases;
  for (std::string line, expected; std::getline(in, line);) {
    if (line.starts_with("#")) continue;
    std::getline(in, expected);
    cases.push_back({line, expected.substr(2)});
  }
  EXPECT_GT(cases.size(), 30u);
  return cases;
}

std::string without(std::string text, const std::string& part) {
  for (size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

// InfluxDB prints sources with database and policy filled in; that is the engine's work.
std::string unqualified(const std::string& text) {
  return without(without(without(text, "d.autogen."), "d.."), "autogen.");
}

TEST(InfluxQl, AcceptsAndRefusesLikeInfluxDb) {
  for (const Case& c : read_cases("cases/errors.txt")) {
    Parsed parsed = parse(c.statement);
    EXPECT_EQ(parsed.error.empty() ? "ok" : parsed.error, c.expected) << c.statement;
  }
}

TEST(InfluxQl, PrintsNormalForm) {
  for (const Case& c : read_cases("cases/print.txt")) {
    Parsed parsed = parse(c.statement);
    ASSERT_EQ(parsed.error, "") << c.statement;
    ASSERT_EQ(parsed.statements.size(), 1u);
    EXPECT_EQ(unqualified(to_string(parsed.statements[0])), unqualified(c.expected));
  }
}

TEST(InfluxQl, PrintedTextParsesToItself) {
  for (const Case& c : read_cases("cases/print.txt")) {
    if (c.expected.find("[REDACTED]") != std::string::npos) continue;
    if (c.expected.find("SHARD DURATION 0s") != std::string::npos) continue;
    if (c.expected.starts_with("CREATE DATABASE pdb3")) continue;  // prints INF as 0s
    Parsed parsed = parse(c.expected);
    ASSERT_EQ(parsed.error, "") << c.expected;
    EXPECT_EQ(to_string(parsed.statements[0]), c.expected);
  }
}

TEST(InfluxQl, OperatorsBindByPrecedence) {
  std::string error;
  ExprPtr e = parse_expression("a = 1 OR b = 2 AND c + d * 2 > 3", error);
  ASSERT_TRUE(e) << error;
  EXPECT_EQ(e->op, Op::logical_or);
  EXPECT_EQ(e->right()->op, Op::logical_and);
  EXPECT_EQ(e->right()->right()->left()->op, Op::add);
}

TEST(InfluxQl, EqualPrecedenceBindsLeft) {
  std::string error;
  ExprPtr e = parse_expression("a - b - c", error);
  ASSERT_TRUE(e) << error;
  EXPECT_EQ(to_string(*e->left()), "a - b");
}

TEST(InfluxQl, BoundParametersReplaceTokens) {
  Parameters parameters = {
      {"h", {ParameterKind::string, "a'b"}},   {"m", {ParameterKind::identifier, "my cpu"}},
      {"r", {ParameterKind::regex, "x/y"}},    {"n", {ParameterKind::integer, "3"}},
      {"t", {ParameterKind::duration, "10s"}}, {"a b", {ParameterKind::boolean, "true"}}};
  Parsed parsed =
      parse("SELECT v FROM $m WHERE h = $h AND r =~ $r AND n > $n AND b = $\"a b\" AND time > $t",
            parameters);
  ASSERT_EQ(parsed.error, "");
  EXPECT_EQ(to_string(parsed.statements[0]),
            "SELECT v FROM \"my cpu\" WHERE h = 'a\\'b' AND r =~ /x\\/y/ AND n > 3 AND b = true "
            "AND time > 10s");
}

TEST(InfluxQl, DurationsInBothForms) {
  int64_t ns = 0;
  std::string error;
  ASSERT_TRUE(parse_duration("1h30m", ns, error));
  EXPECT_EQ(ns, 5'400'000'000'000);
  EXPECT_EQ(format_duration(ns), "90m");
  EXPECT_EQ(format_go_duration(ns), "1h30m0s");
  EXPECT_EQ(format_go_duration(1'500'000'000), "1.5s");
  EXPECT_EQ(format_go_duration(21'000), "21\xC2\xB5s");
  EXPECT_EQ(format_go_duration(2'010'000), "2.01ms");
  EXPECT_EQ(format_go_duration(7), "7ns");
  EXPECT_FALSE(parse_duration("1", ns, error));
  EXPECT_FALSE(parse_duration("1x", ns, error));
  EXPECT_FALSE(parse_duration("", ns, error));
}

TEST(InfluxQl, DeepNestingIsAnErrorNotACrash) {
  std::string deep(100000, '(');
  EXPECT_NE(parse("SELECT v FROM m WHERE " + deep).error, "");
  std::string minus = "SELECT ";
  for (int i = 0; i < 100000; ++i) minus += "- (";
  EXPECT_NE(parse(minus).error, "");
}

std::string error_of(const std::string& text) { return parse(text).error; }

TEST(InfluxQl, LongChainsOfOperatorsAreRefused) {
  const auto chain = [](int n, const std::string& more) {
    std::string out = "SELECT v FROM cpu WHERE v = 1";
    for (int i = 0; i < n; ++i) out += more;
    return out;
  };
  EXPECT_EQ(error_of(chain(1'000, " + 1")), "");
  EXPECT_EQ(error_of(chain(4'000, " AND v = 1")), "");
  for (const char* more : {" + 1", " * 1", " AND v = 1", " OR abs(-v) = 1"}) {
    EXPECT_NE(error_of(chain(5'001, more)).find("expression has too many operators"),
              std::string::npos);
  }
  // A chain in parentheses is part of the next one.
  std::string nested(10, '(');
  for (int i = 0; i < 10; ++i) nested += chain(600, " + 1").substr(29) + ")";
  EXPECT_NE(error_of("SELECT v FROM cpu WHERE v = " + nested).find("too many operators"),
            std::string::npos);
}

TEST(InfluxQl, NamesAreQuotedOnlyWhenNeeded) {
  EXPECT_EQ(quote_identifier("cpu"), "cpu");
  EXPECT_EQ(quote_identifier("my cpu"), "\"my cpu\"");
  EXPECT_EQ(quote_identifier("select"), "\"select\"");
  EXPECT_EQ(quote_identifier("1x"), "\"1x\"");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\\\"b\"");
}

TEST(Parameters, ComeFromJson) {
  Parameters out;
  std::string error;
  ASSERT_TRUE(parse_parameters(
      R"({"h":"a","n":5,"x":2.5,"m":{"identifier":"cpu"},"r":{"regex":"^a"},"d":{"duration":"1h"}})",
      out, error))
      << error;
  Parsed parsed = parse(
      "SELECT v FROM $m WHERE h = $h AND r =~ $r AND v > $n AND v < $x AND time > now() - $d", out);
  ASSERT_EQ(parsed.error, "");
  EXPECT_EQ(
      to_string(parsed.statements[0]),
      "SELECT v FROM cpu WHERE h = 'a' AND r =~ /^a/ AND v > 5 AND v < 2.500 AND time > now() "
      "- 1h");
  EXPECT_FALSE(parse_parameters("[1]", out, error));
  EXPECT_EQ(error, "error parsing query parameters: not a JSON object");
  EXPECT_FALSE(parse_parameters(R"({"h":null})", out, error));
  EXPECT_EQ(error,
            "error parsing query: missing parameter: unable to bind parameter with type <nil>");
}

}  // namespace
}  // namespace tickwork::influxql
