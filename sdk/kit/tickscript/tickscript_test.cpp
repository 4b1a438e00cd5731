// SPDX-License-Identifier: MIT
#include "kit/tickscript/tickscript.hpp"

#include <gtest/gtest.h>

namespace tickwork::tickscript {
namespace {

std::string tidy(std::string_view text) {
  auto parsed = parse(text);
  return parsed.root ? format(*parsed.root) : parsed.error;
}
NodePtr value(std::string_view literal) {
  auto parsed = parse("var x = " + std::string{literal});
  EXPECT_TRUE(parsed.root) << parsed.error;
  return parsed.root ? parsed.root->children[0]->children[0] : std::make_shared<Node>();
}

TEST(Parse, UnexpectedEndNamesWhatMayFollow) {
  EXPECT_EQ(parse("\n\n\nvar b = ").error,
            "parser: unexpected EOF line 4 char 9 in \"var b = \". expected: "
            "\"number\",\"string\",\"duration\",\"identifier\",\"TRUE\",\"FALSE\",\"==\",\"(\",\"-"
            "\",\"!\"");
}

TEST(Parse, ExcerptStopsAtLineEnds) {
  EXPECT_EQ(parse("stream\n|from(\n.a()").error,
            "parser: unexpected . line 3 char 1 in \".a()\". expected: "
            "\"number\",\"string\",\"duration\",\"identifier\",\"TRUE\",\"FALSE\",\"==\",\"(\",\"-"
            "\",\"!\"");
}

TEST(Parse, ScanErrorsAreTold) {
  EXPECT_EQ(parse("var x = 'abc").error,
            "parser: unexpected unterminated string line 1 char 9 in \"var x = 'abc\". expected: "
            "\"number\",\"string\",\"duration\",\"identifier\",\"TRUE\",\"FALSE\",\"==\",\"(\",\"-"
            "\",\"!\"");
  EXPECT_NE(parse("var x = 1.2.3").error.find("multiple decimals in number"), std::string::npos);
  EXPECT_NE(parse("a # b").error.find("unknown state, last char: '#'"), std::string::npos);
  EXPECT_NE(parse("var x = \"a").error.find("unterminated field reference"), std::string::npos);
  EXPECT_NE(parse("var x = /a").error.find("unterminated regex"), std::string::npos);
}

TEST(Parse, PipeNeedsACall) {
  EXPECT_EQ(parse("stream|from").error,
            "parser: unexpected EOF line 1 char 12 in \"tream|from\". expected: \"(\"");
}

TEST(Parse, IllegalNumbersAndExpressions) {
  EXPECT_EQ(parse("var x = 08").error, "parser: illegal number syntax: \"08\"");
  EXPECT_EQ(parse("var x = 9223372036854775808").error,
            "parser: illegal number syntax: \"9223372036854775808\"");
  EXPECT_EQ(parse("var x = /(a/").error, "parser: error parsing regexp: missing closing ): `(a`");
}

TEST(Parse, Literals) {
  EXPECT_EQ(value("0644")->integer, 420);
  EXPECT_EQ(value("644")->integer, 644);
  EXPECT_DOUBLE_EQ(value(".5")->real, .5);
  EXPECT_DOUBLE_EQ(value("2.")->real, 2);
  EXPECT_EQ(value("TRUE")->integer, 1);
  EXPECT_EQ(value("lambda")->kind, Kind::identifier);
  EXPECT_EQ(value("*")->kind, Kind::star);
}

TEST(Parse, DurationsHaveOneUnit) {
  EXPECT_EQ(value("10s")->integer, 10'000'000'000);
  EXPECT_EQ(value("250ms")->integer, 250'000'000);
  EXPECT_EQ(value("7u")->integer, 7000);
  EXPECT_EQ(value("7\xC2\xB5")->integer, 7000);
  EXPECT_EQ(value("2w")->integer, 1'209'600'000'000'000);
  EXPECT_FALSE(parse("f(1h30m)").root);
}

TEST(Parse, StringsKeepBackslashesExceptBeforeTheQuote) {
  EXPECT_EQ(value(R"('it\'s')")->text, "it's");
  EXPECT_EQ(value(R"('a\nb\\ ')")->text, R"(a\nb\\ )");
  EXPECT_EQ(value("''")->text, "");
  EXPECT_EQ(value("'''say 'x' and ''y'' \\' '''")->text, "say 'x' and ''y'' \\' ");
  EXPECT_EQ(value("'two\nlines'")->text, "two\nlines");
}

TEST(Parse, SlashIsDivisionAfterAnOperand) {
  auto division = value("a / b");
  ASSERT_EQ(division->kind, Kind::binary);
  EXPECT_EQ(division->op, Token::divide);
  auto match = parse_lambda(R"("host" =~ /^a\/b$/)");
  ASSERT_TRUE(match.root) << match.error;
  EXPECT_EQ(match.root->children[0]->children[1]->text, "^a/b$");
}

TEST(Parse, PrecedenceAndLeftAssociation) {
  auto sum = value("1 + 2 * 3 - 4");
  EXPECT_EQ(sum->op, Token::minus);
  EXPECT_EQ(sum->children[0]->op, Token::plus);
  EXPECT_EQ(sum->children[0]->children[1]->op, Token::multiply);
  auto logic = parse_lambda("\"a\" > 1 OR \"b\" == 2 AND !\"c\"");
  ASSERT_TRUE(logic.root) << logic.error;
  EXPECT_EQ(logic.root->children[0]->op, Token::or_);
  EXPECT_EQ(logic.root->children[0]->children[1]->op, Token::and_);
}

TEST(Parse, StatementsAndDeclarations) {
  auto parsed = parse("dbrp \"telegraf\".\"auto\\\"gen\"\nvar crit int\nvar rows = [a, 'b', *]");
  ASSERT_TRUE(parsed.root) << parsed.error;
  auto& s = parsed.root->children;
  ASSERT_EQ(s.size(), 3u);
  EXPECT_EQ(s[0]->text, "telegraf");
  EXPECT_EQ(s[0]->type, "auto\"gen");
  EXPECT_EQ(s[1]->kind, Kind::type_declaration);
  EXPECT_EQ(s[1]->type, "int");
  EXPECT_EQ(s[2]->children[0]->children.size(), 3u);
}

TEST(Parse, ALineBeginningWithAPipeContinuesTheChain) {
  auto parsed = parse("stream\n|from()\n\n|window()");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(parsed.root->children.size(), 1u);
}

TEST(Parse, PositionsCountFromOne) {
  auto parsed = parse("stream\n  |from()");
  ASSERT_TRUE(parsed.root);
  auto& call = *parsed.root->children[0]->children[1];
  EXPECT_EQ(call.at.line, 2);
  EXPECT_EQ(call.at.column, 4);
}

TEST(Parse, HostileDepthIsRefused) {
  EXPECT_EQ(parse("var x = " + std::string(100'000, '(')).error,
            "parser: expressions are nested too deeply");
  std::string chain = "a";
  for (int i = 0; i < 100'000; ++i) chain += ".b()";
  EXPECT_EQ(parse(chain).error, "parser: too many calls in one chain");
}

TEST(Format, ChainsAndPropertiesGetLines) {
  EXPECT_EQ(
      tidy(
          "var d=stream|from().measurement('cpu').groupBy('host')|window().every(1s)@udf().opt(1)"),
      "var d = stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n"
      "    |window()\n        .every(1s)\n    @udf()\n        .opt(1)\n");
}

TEST(Format, BlankLineBetweenStatementsAndCommentsAbove) {
  EXPECT_EQ(
      tidy("//threshold\nvar t=80.0\nvar n = 0600\n\n\n//  the task\nstream\n//only cpu\n|from()"),
      "// threshold\nvar t = 80.0\n\nvar n = 0600\n\n//  the task\nstream\n    // only cpu\n    "
      "|from()\n");
}

TEST(Format, ArgumentsStayOnALineUnlessTheySpannedSome) {
  EXPECT_EQ(tidy("f(1,2)"), "f(1, 2)\n");
  EXPECT_EQ(tidy("f(1,\n2)"), "f(\n    1,\n    2\n)\n");
}

TEST(Format, OperatorsGetSpacesAndParenthesesStay) {
  EXPECT_EQ(tidy("f(lambda:(\"a\"+(1))/(\"b\"*2)>5 AND !TRUE)"),
            "f(lambda: (\"a\" + 1) / (\"b\" * 2) > 5 AND !TRUE)\n");
  EXPECT_EQ(tidy("f(lambda: \"host\"=~/a\\/b/)"), "f(lambda: \"host\" =~ /a\\/b/)\n");
}

TEST(Format, IsStable) {
  for (auto text : {"dbrp \"a\".\"b\"\nvar x = ['a', *]\nstream|from().where(lambda: \"v\" > -1.5)",
                    "// one\n\n// two\nvar q = '''select 'x' '''\n// end"}) {
    auto once = tidy(text);
    EXPECT_EQ(tidy(once), once);
  }
}

TEST(Format, Durations) {
  EXPECT_EQ(format_duration(90'000'000'000), "90s");
  EXPECT_EQ(format_duration(120'000'000'000), "2m");
  EXPECT_EQ(format_duration(1'500'000'000), "1500ms");
  EXPECT_EQ(format_duration(0), "0s");
}

TEST(Equal, IgnoresPositionAndComments) {
  auto a = parse("stream|from() // x\n"), b = parse("\n stream\n\n|from()\n// x\n");
  ASSERT_TRUE(a.root && b.root);
  EXPECT_TRUE(equal(*a.root->children[0], *b.root->children[0]));
}

}  // namespace
}  // namespace tickwork::tickscript
