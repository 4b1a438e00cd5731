// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include "gotime.hpp"

using tickwork::testing::Host;
namespace gotime = tickwork::gotime;

namespace {

std::string parsed(const std::string& options, std::string_view text) {
  Host host{options};
  auto format = host.create("formats.json");
  if (!format) return format.error();
  format.start();
  const std::string points = tickwork::testing::sorted(format.parse(text));
  return format.error().empty() ? points : "error: " + format.error();
}

}  // namespace

TEST(Json, FlattensAndDropsStrings) {
  EXPECT_EQ(parsed("", R"({"a":1,"b":{"c":2.5,"d":"x","e":true},"f":[3,{"g":4}],"n":null})"),
            "json a=1,b_c=2.5,f_0=3,f_1_g=4");
}

TEST(Json, TagsStringsNameAndTime) {
  EXPECT_EQ(parsed("tag_keys = ['host', 'id*']\njson_string_fields = ['s', 'ok']\n"
                   "json_name_key = 'kind'\njson_time_key = 'at'\njson_time_format = 'unix_ms'\n"
                   "default_name = 'x'",
                   R"({"kind":"m","host":"h","id1":7,"s":"text","ok":true,"v":1,"at":1500})"),
            "m,host=h,id1=7 s=\"text\",ok=true,v=1 1500000000");
}

TEST(Json, ArraysAndQueries) {
  EXPECT_EQ(parsed("", R"([{"a":1},{"a":2}])"), "json a=1\njson a=2");
  EXPECT_EQ(parsed("json_query = 'x.0.y'", R"({"x":[{"y":{"a":3}}]})"), "json a=3");
  EXPECT_EQ(parsed("json_query = 'x.#.y'", R"({"x":[{"y":{"a":3}},{"y":{"a":4}}]})"),
            "json a=3\njson a=4");
  EXPECT_EQ(parsed("json_query = 'none'", R"({"x":1})"), "");
  EXPECT_EQ(parsed("", " \n"), "");
}

TEST(Json, StrictOrNot) {
  EXPECT_EQ(parsed("json_strict = false", R"([{"a":1},5,{"a":2}])"), "json a=1\njson a=2");
  EXPECT_EQ(parsed("", R"([{"a":1},5])"), "error: JSON: expected an object or an array of objects");
  EXPECT_EQ(parsed("", "{").find("error: cannot parse JSON: "), 0u);
  EXPECT_EQ(parsed("json_time_key = 't'", "{}"), "json_time_key needs json_time_format");
  EXPECT_EQ(parsed("json_time_key = 't'\njson_time_format = 'unix'", R"({"a":1})"),
            "error: JSON: time key \"t\" is missing");
}

TEST(Json, Serializes) {
  Host host;
  auto format = host.create("formats.json");
  ASSERT_EQ(format.start(), "");
  EXPECT_EQ(format.serialize("m,h=a b=1i,a=0.5,s=\"x<\",t=true 1500000000000000000"),
            "{\"fields\":{\"a\":0.5,\"b\":1,\"s\":\"x\\u003c\",\"t\":true},\"name\":\"m\","
            "\"tags\":{\"h\":\"a\"},\"timestamp\":1500000000}\n");
  EXPECT_EQ(format.serialize("m a=1 1000000000\nm a=2 2000000000"),
            "{\"metrics\":[{\"fields\":{\"a\":1},\"name\":\"m\",\"tags\":{},\"timestamp\":1},"
            "{\"fields\":{\"a\":2},\"name\":\"m\",\"tags\":{},\"timestamp\":2}]}\n");
}

TEST(Json, SerializesTimes) {
  Host host{"json_timestamp_units = '30ms'"};
  auto format = host.create("formats.json");
  ASSERT_EQ(format.start(), "");
  EXPECT_NE(format.serialize("m a=1 1234567890").find("\"timestamp\":123}"), std::string::npos);
  auto layout =
      host.create("formats.json", "json_timestamp_format = '2006-01-02T15:04:05.000Z07:00'");
  ASSERT_EQ(layout.start(), "");
  EXPECT_NE(layout.serialize("m a=1 1500000000250000000")
                .find("\"timestamp\":\"2017-07-14T02:40:00.250Z\"}"),
            std::string::npos);
}

TEST(GoTime, Parses) {
  const auto ns = [](const char* format, const char* text, const char* zone = "") {
    int64_t out = -1;
    return gotime::parse(format, text, zone, out) ? out : int64_t{-1};
  };
  constexpr int64_t moment = 1500000000000000000;  // 2017-07-14 02:40:00 UTC
  EXPECT_EQ(ns("unix", "1500000000"), moment);
  EXPECT_EQ(ns("unix", "1500000000.5"), moment + 500000000);
  EXPECT_EQ(ns("unix_us", "1500000000000000"), moment);
  EXPECT_EQ(ns("2006-01-02 15:04:05", "2017-07-14 02:40:00"), moment);
  EXPECT_EQ(ns("2006-01-02 15:04:05", "2017-07-14 02:40:00.25"), moment + 250000000);
  EXPECT_EQ(ns("2006-01-02 15:04:05", "2017-07-14 04:40:00", "Europe/Berlin"), moment);
  EXPECT_EQ(ns("RFC3339", "2017-07-14T04:40:00+02:00"), moment);
  EXPECT_EQ(ns("RFC1123", "Fri, 14 Jul 2017 02:40:00 GMT"), moment);
  EXPECT_EQ(ns("Jan _2 2006 3:04PM", "Jul 14 2017 2:40AM"), moment);
  EXPECT_EQ(ns("2006-01-02", "2017-02-30"), -1);
  EXPECT_EQ(ns("2006-01-02 15:04:05", "2017-07-14 02:40:00", "No/Where"), -1);
  EXPECT_EQ(ns("unix", "x"), -1);
}

TEST(GoTime, Formats) {
  EXPECT_EQ(gotime::format("Mon Jan _2 15:04:05 2006", 1500000000000000000),
            "Fri Jul 14 02:40:00 2017");
  EXPECT_EQ(gotime::format("RFC3339Nano", 1500000000250000000), "2017-07-14T02:40:00.25Z");
  EXPECT_EQ(gotime::format("1/2/06 3:04PM", 1500000000000000000), "7/14/17 2:40AM");
}
