// SPDX-License-Identifier: MIT
#include "kit/lambda/lambda.hpp"

#include <gtest/gtest.h>

#include <map>

#include "kit/tickscript/tickscript.hpp"

namespace tickwork::lambda {
namespace {

struct Names : Scope {
  std::map<std::string, Value, std::less<>> values;
  bool get(std::string_view name, Value& out, std::string&) const override {
    auto found = values.find(name);
    out = found == values.end() ? Value{} : found->second;
    return true;
  }
  std::string names() const override { return "f,i"; }
  bool call(std::string_view name, Value& out) const override {
    if (name != "level") return false;
    out = Value::of(int64_t{2});
    return true;
  }
  int64_t now() const override { return 1'600'000'000'000'000'000; }
};

struct Lambda : testing::Test {
  Names scope;
  Lambda() {
    scope.values = {{"f", Value::of(2.5)},
                    {"i", Value::of(int64_t{7})},
                    {"s", Value::of(std::string{"web01"})},
                    {"b", Value::of(true)}};
  }
  /// The result as text with its type, or the error.
  std::string run(const std::string& text) {
    auto parsed = tickscript::parse_lambda(text);
    if (!parsed.root) return parsed.error;
    auto compiled = compile(*parsed.root, {{"WARNING", Value::of(int64_t{2})}});
    if (!compiled.expression) return compiled.error;
    State state{*compiled.expression};
    return once(*compiled.expression, state);
  }
  std::string once(const Expression& expression, State& state) {
    Value v;
    std::string error;
    if (!expression.evaluate(scope, state, v, error)) return error;
    switch (v.type) {
      case Type::boolean:
        return v.integer ? "true" : "false";
      case Type::integer:
        return std::to_string(v.integer) + "i";
      case Type::real:
        return plain(v.real);
      case Type::string:
        return "'" + v.text + "'";
      case Type::duration:
        return tickscript::format_duration(v.integer);
      default:
        return std::string{name(v.type)};
    }
  }
};

TEST_F(Lambda, ComparisonsMixIntegersAndFloats) {
  EXPECT_EQ(run("\"f\" > 2"), "true");
  EXPECT_EQ(run("\"i\" == 7.0"), "true");
  EXPECT_EQ(run("'a' < 'b'"), "true");
  EXPECT_EQ(run("1m == 60s"), "true");
  EXPECT_EQ(run("\"s\" =~ /^web/ AND \"s\" !~ /02$/"), "true");
}

TEST_F(Lambda, ArithmeticDoesNot) {
  EXPECT_EQ(run("\"f\" / 10"),
            "mismatched type to binary operator. got float / int. see bool(), int(), float(), "
            "string(), duration()");
  EXPECT_EQ(run("\"i\" + \"f\""),
            "mismatched type to binary operator. got int + float. see bool(), int(), float(), "
            "string(), duration()");
  EXPECT_EQ(run("\"i\" / 2"), "3i");
  EXPECT_EQ(run("\"i\" % 4"), "3i");
  EXPECT_EQ(run("\"f\" / 0.5"), "5");
  EXPECT_EQ(run("'a' + \"s\""), "'aweb01'");
}

TEST_F(Lambda, OperatorsThatATypeLacks) {
  EXPECT_EQ(run("\"b\" < TRUE"), "invalid comparison operator < for type boolean");
  EXPECT_EQ(run("\"f\" % 2.0"), "invalid math operator % for type float");
  EXPECT_EQ(run("\"i\" OR TRUE"), "invalid logical operator OR for type int");
}

TEST_F(Lambda, Durations) {
  EXPECT_EQ(run("1h + 30m"), "90m");
  EXPECT_EQ(run("10s * 3"), "30s");
  EXPECT_EQ(run("0.5 * 10s"), "5s");
  EXPECT_EQ(run("1m / 2"), "30s");
  EXPECT_EQ(run("1m / 20s"), "3i");
  EXPECT_EQ(run("-1m"), "-1m");
  EXPECT_EQ(run("duration(\"i\", 1s)"), "7s");
}

TEST_F(Lambda, IntegersWrapAndRefuseZero) {
  EXPECT_EQ(run("9223372036854775807 + 1"), "-9223372036854775808i");
  EXPECT_EQ(run("\"i\" / 0"), "division by zero");
  EXPECT_EQ(run("(-9223372036854775807 - 1) / -1"), "-9223372036854775808i");
  EXPECT_EQ(run("1.0 / 0.0"), "+Inf");
}

TEST_F(Lambda, MissingValues) {
  EXPECT_EQ(run("\"x\" > 1"), "left reference value \"x\" is missing value");
  EXPECT_EQ(run("1 < \"x\""), "right reference value \"x\" is missing value");
  EXPECT_EQ(run("isPresent(\"x\")"), "false");
  EXPECT_EQ(run("isPresent(\"f\")"), "true");
  EXPECT_EQ(run("isPresent(\"x\") AND \"x\" > 5"), "false");
  EXPECT_EQ(run("sqrt(\"x\")"),
            "Cannot call function \"sqrt\" argument \"x\" is missing, values in scope are [f,i]");
}

TEST_F(Lambda, SignaturesAreStrict) {
  EXPECT_EQ(run("sqrt(4)"),
            "Cannot call function \"sqrt\" with args (int), available signatures are [(float)]");
  EXPECT_EQ(run("nothing(1)"), "undefined function: \"nothing\"");
  EXPECT_EQ(run("int(1m)"),
            "Cannot call function \"int\" with args (duration), available signatures are "
            "[(boolean),(int),(float),(string)]");
}

TEST_F(Lambda, Conversions) {
  EXPECT_EQ(run("int('12')"), "12i");
  EXPECT_EQ(run("int(-1.9)"), "-1i");
  EXPECT_EQ(run("float(\"i\") / 2.0"), "3.5");
  EXPECT_EQ(run("string(1000000.0)"), "'1000000'");
  EXPECT_EQ(run("string(5m)"), "'5m'");
  EXPECT_EQ(run("bool('True')"), "true");
  EXPECT_EQ(run("bool(2)"),
            "error calling \"bool\": cannot convert 2 to bool, only 0 and 1 can be");
}

TEST_F(Lambda, Strings) {
  EXPECT_EQ(run("strReplace('aaa', 'a', 'b', 2)"), "'bba'");
  EXPECT_EQ(run("strReplace('aaa', 'a', '', -1)"), "''");
  EXPECT_EQ(run("strSubstring(\"s\", 0, 3)"), "'web'");
  EXPECT_EQ(run("strSubstring(\"s\", 0, 5)"),
            "error calling \"strSubstring\": stop index too large for string in strSubstring: 5");
  EXPECT_EQ(run("strTrim('xxaxx', 'x')"), "'a'");
  EXPECT_EQ(run("strLength('\xC3\xA9')"), "2i");
  EXPECT_EQ(run("strIndex('abc', 'z')"), "-1i");
  EXPECT_EQ(run("strTrimSpace('  a b ')"), "'a b'");
}

TEST_F(Lambda, RegexReplaceExpandsGroups) {
  EXPECT_EQ(run("regexReplace(/(a+)(?P<n>b)/, 'xaab', '${n}-$1')"), "'xb-aa'");
  EXPECT_EQ(run("regexReplace(/o/, 'foo', '$1x')"), "'f'");
}

TEST_F(Lambda, HumanBytes) {
  EXPECT_EQ(run("humanBytes(82854982)"), "'83 MB'");
  EXPECT_EQ(run("humanBytes(1500)"), "'1.5 kB'");
  EXPECT_EQ(run("humanBytes(7)"), "'7 B'");
}

TEST_F(Lambda, IfNeedsBranchesOfOneType) {
  EXPECT_EQ(run("if(\"f\" > 1, 'hi', 'lo')"), "'hi'");
  EXPECT_NE(run("if(TRUE, 1, 2.0)").find("with args (boolean,int,float)"), std::string::npos);
}

TEST_F(Lambda, StatefulFunctionsHaveASlotACall) {
  auto parsed = tickscript::parse_lambda("count() * 10 + count()");
  auto compiled = compile(*parsed.root);
  State first{*compiled.expression}, second{*compiled.expression};
  EXPECT_EQ(once(*compiled.expression, first), "11i");
  EXPECT_EQ(once(*compiled.expression, first), "22i");
  EXPECT_EQ(once(*compiled.expression, second), "11i");
}

TEST_F(Lambda, SigmaIncludesTheCurrentValue) {
  auto parsed = tickscript::parse_lambda("sigma(\"f\")");
  auto compiled = compile(*parsed.root);
  State state{*compiled.expression};
  auto next = [&](double x) {
    scope.values["f"] = Value::of(x);
    Value v;
    std::string error;
    EXPECT_TRUE(compiled.expression->evaluate(scope, state, v, error));
    return v.real;
  };
  EXPECT_DOUBLE_EQ(next(1), 0);
  EXPECT_DOUBLE_EQ(next(1), 0);
  EXPECT_DOUBLE_EQ(next(4), 2 / std::sqrt(3.0));  // mean 2, sample variance 3
}

TEST_F(Lambda, ScopesMayAddFunctionsAndConstants) {
  EXPECT_EQ(run("level() >= WARNING"), "true");
  EXPECT_EQ(run("level() >= FATAL"), "name \"FATAL\" is undefined. Names in scope: ");
}

TEST_F(Lambda, TestWantsABoolean) {
  auto parsed = tickscript::parse_lambda("1 + 1");
  auto compiled = compile(*parsed.root);
  State state;
  bool out = false;
  std::string error;
  EXPECT_FALSE(compiled.expression->test(scope, state, out, error));
  EXPECT_EQ(error, "expression returned unexpected type int");
}

}  // namespace
}  // namespace tickwork::lambda
