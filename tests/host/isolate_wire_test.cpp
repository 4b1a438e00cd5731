// SPDX-License-Identifier: MIT
// What goes over the socket to an isolated instance: images, frames, small structs; wrong ones,
// too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "graph/options_view.hpp"
#include "isolate/aggregate_shape.hpp"
#include "isolate/callee.hpp"
#include "isolate/crossing.hpp"
#include "isolate/deaths.hpp"
#include "isolate/frame.hpp"
#include "isolate/image.hpp"
#include "isolate/wire.hpp"
#include "time_units.hpp"

namespace tickwork::host {
namespace {

// Two unlike points with every type of value.
struct Sample {
  tw_tag tags[2] = {{TW_STR("host"), TW_STR("a b")}, {TW_STR("rack"), TW_STR("r1")}};
  tw_field fields[5] = {{TW_STR("f"), {TW_FLOAT, 0, {1.5}}},
                        {TW_STR("i"), {}},
                        {TW_STR("u"), {}},
                        {TW_STR("b"), {}},
                        {TW_STR("s"), {}}};
  std::vector<tw_point> points;

  Sample() {
    fields[1].value.type = TW_INT;
    fields[1].value.as.i = -7;
    fields[2].value.type = TW_UINT;
    fields[2].value.as.u = 1ull << 63;
    fields[3].value.type = TW_BOOL;
    fields[3].value.as.b = true;
    fields[4].value.type = TW_STRING;
    fields[4].value.len = 5;
    fields[4].value.as.s = "hello";
    points.push_back({TW_STR("cpu"), tags, fields, 2, 5, 42, TW_GAUGE, 0, 9, TW_STR("cpu,host=a")});
    points.push_back({TW_STR("bare"), nullptr, fields, 0, 1, TW_NOW, 0, 0, 0, {nullptr, 0}});
  }
};

std::vector<char> image_of(const std::vector<tw_point>& points) {
  Packer packer;
  pack_points(packer, points);
  return {packer.data(), packer.data() + packer.size()};
}

TEST(IsolateImage, GoesThereAndBack) {
  const Sample sample;
  auto bytes = image_of(sample.points);
  Unpacker in{bytes.data(), bytes.size()};
  const auto points = unpack_points(in);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in.left(), 0u);
  ASSERT_EQ(points.size(), 2u);
  const tw_point& cpu = points[0];
  EXPECT_STREQ(cpu.name.data, "cpu");
  EXPECT_STREQ(cpu.series.data, "cpu,host=a");
  EXPECT_EQ(cpu.time_ns, 42);
  EXPECT_EQ(cpu.kind, uint32_t{TW_GAUGE});
  EXPECT_EQ(cpu.token, 9u);
  ASSERT_EQ(cpu.n_tags, 2u);
  EXPECT_STREQ(cpu.tags[1].key.data, "rack");
  EXPECT_STREQ(cpu.tags[0].value.data, "a b");
  ASSERT_EQ(cpu.n_fields, 5u);
  EXPECT_EQ(cpu.fields[0].value.as.f, 1.5);
  EXPECT_EQ(cpu.fields[1].value.as.i, -7);
  EXPECT_EQ(cpu.fields[2].value.as.u, 1ull << 63);
  EXPECT_TRUE(cpu.fields[3].value.as.b);
  EXPECT_EQ(std::string(cpu.fields[4].value.as.s, cpu.fields[4].value.len), "hello");
  EXPECT_EQ(points[1].n_tags, 0u);
  EXPECT_EQ(points[1].series.len, 0u);
}

// Every byte of an image turned into something else, one at a time and many at once: refused or
// read within its bounds (AddressSanitizer looks on).
TEST(IsolateImage, WrongBytesAreRefusedOrHarmless) {
  const Sample sample;
  const auto good = image_of(sample.points);
  std::mt19937 random{1};
  size_t refused = 0;
  const auto read = [&](std::vector<char> bytes) {
    auto exact = std::make_unique<char[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), exact.get());
    Unpacker in{exact.get(), bytes.size()};
    uint64_t sum = 0;
    for (const tw_point& point : unpack_points(in)) {
      for (size_t i = 0; i <= point.name.len; ++i) sum += static_cast<uint8_t>(point.name.data[i]);
      for (uint32_t i = 0; i < point.n_tags; ++i) sum += point.tags[i].value.data[0];
      for (uint32_t i = 0; i < point.n_fields; ++i) {
        const tw_value& value = point.fields[i].value;
        if (value.type == TW_STRING && value.len) sum += value.as.s[value.len - 1];
      }
    }
    refused += !in.ok();
    return sum;
  };
  for (size_t at = 0; at < good.size(); ++at) {
    for (const int to : {0, 1, 0x7f, 0xff}) {
      auto bytes = good;
      bytes[at] = static_cast<char>(to);
      read(std::move(bytes));
    }
  }
  for (int round = 0; round < 2000; ++round) {
    auto bytes = good;
    for (int i = 0; i < 8; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    read(std::move(bytes));
  }
  EXPECT_GT(refused, 1000u);
}

// Two points that claim one table: the first one's pointers would be the second one's offsets.
TEST(IsolateImage, TablesAreNotShared) {
  const Sample sample;
  auto bytes = image_of(sample.points);
  auto* points = reinterpret_cast<tw_point*>(bytes.data() + 3 * sizeof(uint64_t));
  points[1].n_fields = 5;
  Unpacker in{bytes.data(), bytes.size()};
  EXPECT_TRUE(unpack_points(in).empty());
  EXPECT_FALSE(in.ok());
}

std::vector<char> frame(FrameType type, uint64_t call, const std::string& payload) {
  Packer out;
  out.put(static_cast<uint32_t>(payload.size()));
  out.put(type);
  out.put(call);
  out.raw(payload.data(), payload.size());
  return {out.data(), out.data() + out.size()};
}

Done feed(FrameReader& reader, const std::vector<char>& bytes, size_t step) {
  for (size_t at = 0; at < bytes.size();) {
    const auto room = reader.room();
    const size_t n = std::min({step, bytes.size() - at, room.size()});
    std::copy_n(bytes.data() + at, n, room.data());
    if (const Done taken = reader.advance(n); !taken) return taken;
    at += n;
  }
  return std::monostate{};
}

TEST(IsolateFrames, ComeOutWholeForAnySplit) {
  const std::string large(200'000, 'x');
  std::vector<char> bytes;
  for (const auto& one : {frame(FrameType::call, 1, "abc"), frame(FrameType::reply, 2, large),
                          frame(FrameType::ping, 0, ""), frame(FrameType::part, 3, "12345678")}) {
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  for (const size_t step : {size_t{1}, size_t{7}, size_t{15}, size_t{65536}, bytes.size()}) {
    FrameReader reader;
    ASSERT_TRUE(feed(reader, bytes, step));
    const auto a = reader.next(), b = reader.next(), c = reader.next(), d = reader.next();
    ASSERT_TRUE(a && b && c && d) << step;
    EXPECT_EQ(std::string(a->payload.bytes.get(), a->payload.size), "abc");
    EXPECT_EQ(std::string(b->payload.bytes.get(), b->payload.size), large);
    EXPECT_EQ(b->call, 2u);
    EXPECT_EQ(c->type, FrameType::ping);
    EXPECT_EQ(std::string(d->payload.bytes.get(), 8), "12345678");
    EXPECT_FALSE(reader.next());
  }
}

TEST(IsolateFrames, WhatIsNoFrameIsRefused) {
  FrameReader unknown;
  EXPECT_FALSE(feed(unknown, frame(static_cast<FrameType>(77), 1, "abc"), 100));
  Packer endless;
  endless.put(~uint32_t{0});
  endless.put(FrameType::call);
  endless.put(uint64_t{1});
  FrameReader reader;
  EXPECT_FALSE(feed(reader, {endless.data(), endless.data() + endless.size()}, 100));
}

TEST(IsolateWire, ConfigurationsReadTheSame) {
  Options options;
  const auto put = [&](const char* key, uint32_t type, auto data) {
    Value value;
    value.data = std::move(data);
    options.values.emplace_back(key, value);
    options.types[key] = type;
  };
  put("text", TW_OPT_STRING, std::string{"a\"b"});
  put("flag", TW_OPT_BOOL, true);
  put("wait", TW_OPT_DURATION, int64_t{1'500'000'000});
  put("ratio", TW_OPT_FLOAT, 0.25);
  put("none", TW_OPT_STRING, Array{});
  Array texts(2);
  texts[0].data = std::string{"one"};
  texts[1].data = std::string{"two"};
  put("texts", TW_OPT_STRING, texts);
  Value inner;
  inner.data = int64_t{7};
  Table table;
  table.emplace_back("deep", inner);
  put("table", TW_OPT_TABLE, table);

  const OptionsView here{options};
  Packer packer;
  pack_config(packer, here.config());
  Unpacker in{packer.data(), packer.size()};
  const OptionsView there{unpack_config(in)};
  ASSERT_TRUE(in.ok());
  const tw_config* config = there.config();
  EXPECT_STREQ(config->str(config, "text", 0).data, "a\"b");
  EXPECT_EQ(config->num(config, "flag", 0), 1);
  EXPECT_EQ(config->num(config, "wait", 0), 1'500'000'000);
  EXPECT_EQ(config->type(config, "wait"), uint32_t{TW_OPT_DURATION});
  EXPECT_EQ(config->real(config, "ratio", 0), 0.25);
  EXPECT_EQ(config->count(config, "none"), 0u);
  ASSERT_EQ(config->count(config, "texts"), 2u);
  EXPECT_STREQ(config->str(config, "texts", 1).data, "two");
  const tw_config* deep = config->table(config, "table", 0);
  ASSERT_TRUE(deep);
  EXPECT_EQ(deep->num(deep, "deep", 0), 7);
  EXPECT_STREQ(config->key(config, 6).data, "table");
}

TEST(IsolateDeaths, WaitDoublesUpToAMinute) {
  Deaths deaths;
  int64_t now = 0;
  for (const int64_t wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const int64_t born = now;
    now += 200 * second;  // too seldom for five in ten minutes
    deaths.note(born, now);
    EXPECT_EQ(deaths.not_before_ns(), now + wait * second);
    EXPECT_FALSE(deaths.off());
  }
  deaths.note(now, now + 700 * second);
  EXPECT_EQ(deaths.not_before_ns(), now + 701 * second);
}

TEST(IsolateDeaths, FiveInTenMinutesAreTooMany) {
  Deaths deaths;
  for (int64_t i = 1; i <= 4; ++i) deaths.note((i - 1) * 60 * second, i * 60 * second);
  EXPECT_FALSE(deaths.off());
  deaths.note(240 * second, 300 * second);
  EXPECT_TRUE(deaths.off());
}

TEST(IsolateWire, AggregationsReadTheSame) {
  const tw_where where{TW_STR("host"), TW_STR("a"), TW_EQ, 0};
  tw_scan rows{};
  rows.size = sizeof rows;
  rows.database = TW_STR("db0");
  rows.measurement = TW_STR("cpu");
  rows.from_ns = -5;
  rows.to_ns = 500;
  rows.where = &where;
  rows.n_where = 1;
  const tw_str group_by[] = {TW_STR("host"), TW_STR("rack")};
  const tw_aggregate aggregates[] = {{TW_STR("v"), TW_AGGREGATE_COUNT, 0, 0},
                                     {TW_STR("w"), TW_AGGREGATE_PERCENTILE, 0, 99.5}};
  const tw_aggregation wanted{
      sizeof wanted, TW_AGGREGATE_TIMES, &rows, group_by, 2, 60, -7, 3, aggregates, 2};
  Packer packed;
  pack_aggregation(packed, wanted);
  std::string bytes(packed.data(), packed.size());
  Unpacker in{bytes.data(), bytes.size()};
  const UnpackedAggregation got = unpack_aggregation(in);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in.left(), 0u);
  EXPECT_EQ(got.aggregation.flags, uint32_t{TW_AGGREGATE_TIMES});
  EXPECT_STREQ(got.aggregation.rows->measurement.data, "cpu");
  EXPECT_EQ(got.aggregation.rows->from_ns, -5);
  ASSERT_EQ(got.aggregation.rows->n_where, 1u);
  EXPECT_STREQ(got.aggregation.rows->where[0].value.data, "a");
  ASSERT_EQ(got.aggregation.n_group_by, 2u);
  EXPECT_STREQ(got.aggregation.group_by[1].data, "rack");
  EXPECT_EQ(got.aggregation.bucket_ns, 60);
  EXPECT_EQ(got.aggregation.offset_ns, -7);
  EXPECT_EQ(got.aggregation.limit, 3u);
  ASSERT_EQ(got.aggregation.n_aggregates, 2u);
  EXPECT_STREQ(got.aggregation.aggregates[1].column.data, "w");
  EXPECT_EQ(got.aggregation.aggregates[1].parameter, 99.5);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    Unpacker half{bytes.data(), cut};
    unpack_aggregation(half);
    EXPECT_FALSE(half.ok()) << cut;
  }
}

TEST(IsolateWire, AggregationsWithoutMeaningAreRefused) {
  tw_scan rows{};
  rows.size = sizeof rows;
  const std::pair<int64_t, double> widths_and_parameters[] = {
      {-1, 50}, {60, std::nan("")}, {60, HUGE_VAL}, {60, 50}};
  for (const auto& [bucket, parameter] : widths_and_parameters) {
    const tw_aggregate percentile{TW_STR("v"), TW_AGGREGATE_PERCENTILE, 0, parameter};
    const tw_aggregation wanted{sizeof wanted, 0, &rows, nullptr, 0, bucket, 0, 0, &percentile, 1};
    Packer packed;
    pack_aggregation(packed, wanted);
    std::string bytes(packed.data(), packed.size());
    Unpacker in{bytes.data(), bytes.size()};
    unpack_aggregation(in);
    EXPECT_EQ(in.ok(), bucket == 60 && parameter == 50) << bucket << ' ' << parameter;
  }
}

TEST(IsolateWire, AnswersOfAggregationsHaveTheirShape) {
  const tw_aggregate aggregates[] = {{TW_STR("v"), TW_AGGREGATE_COUNT, 0, 0},
                                     {TW_STR("v"), TW_AGGREGATE_MAX, 0, 0}};
  tw_aggregation wanted{
      sizeof wanted, TW_AGGREGATE_TIMES, nullptr, nullptr, 0, 60, 0, 0, aggregates, 2};
  const auto answer = [](std::initializer_list<const char*> formats) {
    ColumnType type;
    type.format = "+s";
    for (const char* format : formats) type.children.emplace_back().format = format;
    return type;
  };
  EXPECT_TRUE(has_shape_of(answer({"tsn:", "l", "g", "tsn:"}), wanted));
  EXPECT_TRUE(has_shape_of(answer({"tsn:", "l", "b", "tsn:"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"tsn:", "l", "g"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"tsn:", "l", "g", "tsn:", "l"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"l", "l", "g", "tsn:"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"tsn:", "g", "g", "tsn:"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"tsn:", "l", "u", "tsn:"}), wanted));
  wanted.flags = 0;
  EXPECT_TRUE(has_shape_of(answer({"tsn:", "l", "g"}), wanted));
  EXPECT_FALSE(has_shape_of(answer({"tsn:", "l", "g", "tsn:"}), wanted));
}

TEST(IsolateCrossing, NamesWhatDoesNotCross) {
  EXPECT_EQ(why_not_isolated({"tw.input/1", "tw.interrupt/1"}), "");
  EXPECT_EQ(why_not_isolated({"tw.storage/1", "tw.storage-aggregate/1", "tw.memory/1"}), "");
  EXPECT_NE(stand_in("tw.storage-aggregate/1"), nullptr);
  EXPECT_EQ(why_not_isolated({"tw.http-server/1"}),
            "calls of tw.http-server/1 do not cross processes");
  EXPECT_NE(why_not_isolated({"tw.service/1"}), "");
  EXPECT_NE(why_not_isolated({}), "");
}

}  // namespace
}  // namespace tickwork::host
