// SPDX-License-Identifier: MIT
#include "kit/lineproto/lineproto.hpp"

#include <gtest/gtest.h>
#include <tickwork/cpp/error.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace tickwork::lineproto {
namespace {

std::string show(const tw_value& value) {
  switch (value.type) {
    case TW_FLOAT:
      return "f:" + std::to_string(value.as.f);
    case TW_INT:
      return "i:" + std::to_string(value.as.i);
    case TW_UINT:
      return "u:" + std::to_string(value.as.u);
    case TW_BOOL:
      return value.as.b ? "b:true" : "b:false";
    default:
      return "s:" + std::string{value.as.s, value.len};
  }
}

// name|key=value;...|key=type:value;...|time
std::string show(const tw_point& point) {
  std::string out{view(point.name)};
  out += '|';
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    out.append(view(point.tags[i].key)).append("=").append(view(point.tags[i].value)).append(";");
  }
  out += '|';
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    out.append(view(point.fields[i].key)).append("=");
    out.append(show(point.fields[i].value)).append(";");
  }
  return out + '|' + (point.time_ns == TW_NOW ? "now" : std::to_string(point.time_ns));
}

std::string parse_one(std::string_view line, ParserOptions options = {}) {
  Parser parser{options};
  const Parsed parsed = parser.parse(line);
  if (parsed.failed > 0) return std::string{parsed.errors};
  return parsed.points.size() == 1 ? show(parsed.points[0])
                                   : std::to_string(parsed.points.size()) + " points";
}

std::string refused(std::string_view line, std::string_view message) {
  return "unable to parse '" + std::string{line} + "': " + std::string{message};
}

struct Refusal {
  std::string_view line, message;
};

TEST(Parser, NamesTheMistakeAsInfluxdb) {
  const Refusal refusals[] = {
      {",t=a v=1", "missing measurement"},
      {"m", "missing fields"},
      {"m ", "invalid field format"},
      {"m,=a v=1", "missing tag key"},
      {"m,t v=1", "missing tag value"},
      {"m,t= v=1", "missing tag value"},
      {"m,t=a=b v=1", "invalid tag format"},
      {"m,t=a,t=b v=1", "duplicate tags"},
      {"m,t=a,s=c,t=b v=1", "duplicate tags"},
      {"m =1", "missing field key"},
      {"m a=1,=2", "missing field key"},
      {"m a=", "missing field value"},
      {"m a=,b=2", "missing field value"},
      {"m a", "invalid field format"},
      {"m a=1,b", "invalid field format"},
      {"m a=1,", "invalid field format"},
      {"m,t=\"a b\" v=1", "invalid field format"},
      {"m a=1x", "invalid number"},
      {"m a=1.1.1", "invalid number"},
      {"m a=-", "invalid number"},
      {"m a=NaN", "invalid number"},
      {"m a=-inf", "invalid number"},
      {"m a=inf", "invalid boolean"},
      {"m a=+1", "invalid boolean"},
      {"m a=tRUE", "invalid boolean"},
      {"m a=1e400", "invalid float"},
      {"m a=1e", "invalid float"},
      {"m a=\"x", "unbalanced quotes"},
      {"m a=1 1.5", "bad timestamp"},
      {"m a=1 +1", "bad timestamp"},
      {"m a=1\t", "invalid number"},
      {"m a=1 1 # c", "point is invalid"},
      {"m a=1 12\r", "bad timestamp"},
      {"m a=9223372036854775808i",
       "unable to parse integer 9223372036854775808: strconv.ParseInt: parsing "
       "\"9223372036854775808\": value out of range"},
      {"m a=1 99999999999999999999",
       "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"},
      {"m a=1 9223372036854775807",
       "time outside range -9223372036854775806 - 9223372036854775806"},
  };
  for (const auto& [line, message] : refusals) {
    EXPECT_EQ(parse_one(line), refused(line, message));
    EXPECT_EQ(parse_one(std::string{line} + "\n"), refused(line, message));
  }
}

TEST(Parser, ReadsEveryType) {
  EXPECT_EQ(parse_one("m,b=2,a=1 f=1.5,i=-3i,u=4u,t=T,s=\"x y,z\" 5\n"),
            "m|a=1;b=2;|f=f:1.500000;i=i:-3;u=u:4;t=b:true;s=s:x y,z;|5");
  EXPECT_EQ(parse_one("m a=1u", {.unsigned_integers = false}), refused("m a=1u", "invalid number"));
  EXPECT_EQ(parse_one("m a=.5,b=-.5,c=1.,d=1E+3,e=007,g=1e-400\n"),
            "m||a=f:0.500000;b=f:-0.500000;c=f:1.000000;d=f:1000.000000;e=f:7.000000;"
            "g=f:0.000000;|now");
  EXPECT_EQ(parse_one("m a=-9223372036854775808i,b=9223372036854775807i\n"),
            "m||a=i:-9223372036854775808;b=i:9223372036854775807;|now");
}

TEST(Parser, FloatsAreExact) {
  for (const char* text : {"0.1", "123456789012345678", "1.7976931348623157e308", "5e-324",
                           "3.141592653589793", "9007199254740993", "0.30000000000000004"}) {
    Parser parser;
    const std::string line = "m a=" + std::string{text} + "\n";
    const Parsed parsed = parser.parse(line);
    ASSERT_EQ(parsed.points.size(), 1u) << text;
    EXPECT_EQ(parsed.points[0].fields[0].value.as.f, std::strtod(text, nullptr)) << text;
  }
}

TEST(Parser, Unescapes) {
  EXPECT_EQ(parse_one("a\\ b\\,c\\=d,k\\=1=v\\ 2\\,\\x w\\ x=1 2"),
            "a b,c=d|k=1=v 2,\\x;|w x=f:1.000000;|2");
  EXPECT_EQ(parse_one("m,t=a\\ v=1"), refused("m,t=a\\ v=1", "invalid tag format"));
  EXPECT_EQ(parse_one(R"(m a="q\"b\\n\n")"), R"(m||a=s:q"b\n\n;|now)");
  EXPECT_EQ(parse_one("m a\\\"b=1"), "m||a\"b=f:1.000000;|now");
  EXPECT_EQ(parse_one("m a=\"x\"y"), "m||a=s:x\";|now");
  EXPECT_EQ(parse_one("a\\\\,b v=1"), "a\\,b||v=f:1.000000;|now");
}

TEST(Parser, NewlineInsideAStringContinuesTheLine) {
  EXPECT_EQ(parse_one("m a=\"x\ny\" 1\n"), "m||a=s:x\ny;|1");
  EXPECT_EQ(parse_one("m a=\"x\ny\",b=\"\\\\\" 1\n"), "m||a=s:x\ny;b=s:\\;|1");
}

TEST(Parser, SkipsBlanksAndComments) {
  EXPECT_EQ(parse_one(""), "0 points");
  EXPECT_EQ(parse_one("\n  \n# a=\"b\n \t# c\n"), "0 points");
  EXPECT_EQ(parse_one(" \t m,a=b  v=1   2  \n"), "m|a=b;|v=f:1.000000;|2");
}

TEST(Parser, ScalesTimes) {
  EXPECT_EQ(parse_one("m v=1 -2\n", {.unit_ns = precision_unit("s")}),
            "m||v=f:1.000000;|-2000000000");
  EXPECT_EQ(parse_one("m v=1\n", {.unit_ns = 1000, .default_time_ns = 1999}),
            "m||v=f:1.000000;|1000");
  EXPECT_EQ(parse_one("m v=1 9223372036854775\n", {.unit_ns = precision_unit("h")}),
            refused("m v=1 9223372036854775",
                    "time outside range -9223372036854775806 - 9223372036854775806"));
  EXPECT_EQ(precision_unit("d"), 0);
  EXPECT_EQ(precision_unit("m"), 60000000000);
}

TEST(Parser, KeepsGoodLinesAndJoinsErrors) {
  Parser parser;
  const Parsed parsed = parser.parse("m v=1 1\nbad\nm v=2 2\nworse,\nm v=3 3");
  ASSERT_EQ(parsed.points.size(), 3u);
  EXPECT_EQ(parsed.failed, 2u);
  EXPECT_EQ(parsed.errors,
            "unable to parse 'bad': missing fields\nunable to parse 'worse,': missing tag key");
  EXPECT_EQ(show(parsed.points[2]), "m||v=f:3.000000;|3");
}

TEST(Parser, KeyLengthIsLimited) {
  const std::string name(65530, 'm');
  EXPECT_EQ(parse_one(name + " a=1"), name + "||a=f:1.000000;|now");
  EXPECT_EQ(parse_one(name + " ab=1"),
            refused(name + " ab=1", "max key length exceeded: 65536 > 65535"));
}

TEST(Parser, HintIsTheRawLineStart) {
  Parser parser;
  for (int round = 0; round < 3; ++round) {
    const std::string text = "cpu,host=a,x=1 v=1 1\ncpu,host=b v=1 1\n cpu,z=1,a=2 v=1 1\n";
    const Parsed parsed = parser.parse(text);
    ASSERT_EQ(parsed.points.size(), 3u);
    EXPECT_EQ(view(parsed.points[0].series), "cpu,host=a,x=1");
    EXPECT_EQ(view(parsed.points[1].series), "cpu,host=b");
    EXPECT_EQ(view(parsed.points[2].series), "cpu,z=1,a=2");
    EXPECT_EQ(show(parsed.points[1]), "cpu|host=b;|v=f:1.000000;|1");
    EXPECT_EQ(show(parsed.points[2]), "cpu|a=2;z=1;|v=f:1.000000;|1");
  }
}

TEST(Parser, RememberedSeriesAreTheSamePoints) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    const auto host = std::to_string(i * 7919 % 700);
    text += "cpu,host=h" + host + ",region=r" + host + " v=" + std::to_string(i) + "i 1\n";
  }
  Parser cached{{.series_cache_bytes = 20000}};
  Parser plain{{.series_cache_bytes = 0}};
  for (int round = 0; round < 3; ++round) {
    const Parsed a = cached.parse(text);
    const Parsed b = plain.parse(text);
    ASSERT_EQ(a.points.size(), b.points.size());
    for (size_t i = 0; i < a.points.size(); ++i) ASSERT_EQ(show(a.points[i]), show(b.points[i]));
  }
}

TEST(Parser, AnySplitGivesTheSamePoints) {
  const std::string text =
      "m,t=a v=1 1\n# c\nm\\\nx v=2\n\nbad\nm s=\"a\nb\\\"\",v=3i 3\n m v=t\nm v=5 5";
  const auto all = [](std::string_view whole, size_t split) {
    std::string seen;
    std::string errors;
    Parser parser;
    std::string buffer{whole.substr(0, split)};
    const auto take = [&](bool final) {
      const Parsed parsed = parser.parse(buffer, final);
      for (const auto& point : parsed.points) seen += show(point) + "\n";
      if (parsed.failed > 0) errors.append(parsed.errors).append("\n");
      buffer.erase(0, parsed.used);
    };
    take(false);
    buffer += whole.substr(split);
    take(true);
    return seen + errors;
  };
  const std::string expected = all(text, 0);
  EXPECT_NE(expected.find("m\\\nx||v=f:2"), std::string::npos) << expected;
  for (size_t split = 1; split <= text.size(); ++split) EXPECT_EQ(all(text, split), expected);
}

TEST(Parser, StopsAfterMaxPoints) {
  Parser parser;
  const std::string_view text = "m v=1 1\nm v=2 2\nm v=3 3\n";
  const Parsed parsed = parser.parse(text, true, 2);
  EXPECT_EQ(parsed.points.size(), 2u);
  EXPECT_EQ(parsed.used, 16u);
}

TEST(Parser, ErrorTextIsBounded) {
  Parser parser{{.error_text_limit = 100}};
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x\n";
  const Parsed parsed = parser.parse(text);
  EXPECT_EQ(parsed.failed, 1000u);
  EXPECT_LT(parsed.errors.size(), 200u);
}

tw_str str(std::string_view text) { return {text.data(), text.size()}; }

tw_field number(std::string_view key, double value) {
  tw_field field{str(key), {TW_FLOAT, 0, {}}};
  field.value.as.f = value;
  return field;
}
tw_field integer(std::string_view key, uint32_t type, uint64_t value) {
  tw_field field{str(key), {type, 0, {}}};
  field.value.as.u = value;
  return field;
}
tw_field text(std::string_view key, std::string_view value) {
  tw_field field{str(key), {TW_STRING, static_cast<uint32_t>(value.size()), {}}};
  field.value.as.s = value.data();
  return field;
}

std::string written(std::string_view name, std::vector<tw_tag> tags, std::vector<tw_field> fields,
                    SerializerOptions options = {}, int64_t time = 7) {
  tw_point point{};
  point.name = str(name);
  point.tags = tags.data();
  point.n_tags = static_cast<uint32_t>(tags.size());
  point.fields = fields.data();
  point.n_fields = static_cast<uint32_t>(fields.size());
  point.time_ns = time;
  Serializer serializer{options};
  std::string out;
  switch (serializer.append(point, out)) {
    case Written::ok:
      return out;
    case Written::no_fields:
      return out + "no fields";
    default:
      return out + "too long";
  }
}

TEST(Serializer, WritesEveryType) {
  EXPECT_EQ(written("m", {{str("a"), str("b")}},
                    {number("f", 0.1), integer("i", TW_INT, static_cast<uint64_t>(-3)),
                     integer("u", TW_UINT, 4), integer("b", TW_BOOL, 1), text("s", "a\"b\\\n")}),
            "m,a=b f=0.1,i=-3i,u=4i,b=true,s=\"a\\\"b\\\\\n\" 7\n");
  EXPECT_EQ(written("m", {}, {number("f", 1e20), number("g", 1)}),
            "m f=100000000000000000000,g=1 7\n");
}

TEST(Serializer, ClampsUnsignedUnlessSupported) {
  const auto big = integer("u", TW_UINT, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(written("m", {}, {big}), "m u=9223372036854775807i 7\n");
  EXPECT_EQ(written("m", {}, {big}, {.uint_support = true}), "m u=18446744073709551615u 7\n");
}

TEST(Serializer, EscapesAndTrims) {
  EXPECT_EQ(written("a,b=c d\t", {{str("k,= \n"), str("v=,\\")}, {str("e"), str("\\")}},
                    {number("x y=z", 1)}),
            "a\\,b=c\\ d\\t,k\\,\\=\\ \\n=v\\=\\, x\\ y\\=z=1 7\n");
}

TEST(Serializer, LeavesOutWhatCannotBeWritten) {
  EXPECT_EQ(written("m", {}, {number("a", NAN), number("", 1), number("b", 2)}), "m b=2 7\n");
  EXPECT_EQ(written("m", {}, {number("a", INFINITY)}), "no fields");
}

TEST(Serializer, SortsAndOmits) {
  EXPECT_EQ(written("m", {}, {number("b", 1), number("a", 2)},
                    {.sort_fields = true, .omit_timestamp = true}),
            "m a=2,b=1\n");
  EXPECT_EQ(written("m", {}, {number("b", 1)}, {}, TW_NOW), "m b=1\n");
}

TEST(Serializer, SplitsLongLinesByFields) {
  EXPECT_EQ(
      written("m", {}, {number("a", 1), number("b", 2), number("c", 3)}, {.max_line_bytes = 12}),
      "m a=1,b=2 7\nm c=3 7\n");
  EXPECT_EQ(written("m", {}, {number("a", 1), number("b", 2)}, {.max_line_bytes = 8}),
            "m a=1 7\nm b=2 7\n");
  EXPECT_EQ(written("m", {}, {number("a", 1), number("b", 2)}, {.max_line_bytes = 7}), "too long");
}

}  // namespace
}  // namespace tickwork::lineproto
