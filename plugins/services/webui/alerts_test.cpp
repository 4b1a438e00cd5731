// SPDX-License-Identifier: MIT
#include "alerts.hpp"

#include <gtest/gtest.h>

#include "tickwork/tickwork.hpp"

namespace {

using namespace tickwork::webui;

constexpr const char* topics = R"({"topics":[{"id":"main:cpu/high","level":"CRITICAL"}]})";
constexpr const char* events = R"({"topic":"main:cpu/high","events":[
  {"id":"cpu_high","state":{"message":"93%","time":"2026-03-12T14:47:20.5Z","level":"CRITICAL"}},
  {"id":"cpu_low","state":{"message":"","time":"2026-03-12T14:40:00Z","level":"OK"}}]})";

TEST(Alerts, TimesAreMillisecondsSince1970) {
  EXPECT_EQ(time_of("1970-01-01T00:00:01.25Z"), 1250);
  EXPECT_EQ(time_of("2000-03-01T00:00:00Z"), 951868800000.0);
  EXPECT_EQ(time_of("soon"), 0);
}

TEST(Alerts, AnAlertIsAsOldAsItsLevel) {
  EXPECT_EQ(length_of("5m0s"), 300e3);
  EXPECT_EQ(length_of("1h2m3.5s"), 3723.5e3);
  EXPECT_EQ(length_of("250ms"), 250);
  EXPECT_EQ(length_of(""), 0);
  EXPECT_EQ(length_of("long"), 0);
  const auto alerts = read_events("t", R"({"events":[{"id":"a","state":{"level":"CRITICAL",
    "message":"","time":"1970-01-01T00:10:00Z","duration":"5m0s"}}]})");
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].time_ms, 300e3);
}

TEST(Alerts, EventsOfEveryTopicAreListedAndOpenOnesCounted) {
  std::vector<std::string> asked;
  Alerts alerts{[&](const std::string& path) {
    asked.push_back(path);
    return std::string{asked.size() == 1 ? topics : events};
  }};
  const Frame frame = alerts.frame(1);
  ASSERT_EQ(frame.rows(), 2u);
  EXPECT_EQ(frame.columns[0].texts[0], "cpu_high");
  EXPECT_EQ(frame.columns[1].texts[0], "CRITICAL");
  EXPECT_EQ(asked[1], "/kapacitor/v1/alerts/topics/main%3Acpu%2Fhigh/events");
  EXPECT_EQ(alerts.open(), 1u);
}

TEST(Alerts, AFailureIsTold) {
  Alerts alerts{[](const std::string&) -> std::string {
    throw tickwork::Error{TW_E_IO, "cannot read alerts from http://x"};
  }};
  EXPECT_THROW(alerts.frame(1), tickwork::Error);
  EXPECT_EQ(alerts.open(), 0u);
}

TEST(Alerts, AnswersAreKeptForAWhile) {
  int calls = 0;
  Alerts alerts{[&](const std::string&) {
    ++calls;
    return std::string{R"({"topics":[]})"};
  }};
  alerts.frame(1);
  alerts.frame(1'000'000'000);
  EXPECT_EQ(calls, 1);
  alerts.frame(5'000'000'000);
  EXPECT_EQ(calls, 2);
}

}  // namespace
