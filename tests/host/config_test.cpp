// SPDX-License-Identifier: MIT
// Every config_cases/<name>.toml against <name>.expected: its mistakes, or what it means.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/check.hpp"
#include "config_plugins.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Value& value);

struct Printer {
  std::string operator()(const std::string& text) const { return "\"" + text + "\""; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(const Array& array) const {
    std::string out;
    for (const auto& element : array) out += (out.empty() ? "" : ", ") + text_of(element);
    return "[" + out + "]";
  }
  std::string operator()(const Table& table) const {
    std::string out;
    for (const auto& [key, value] : table)
      out += (out.empty() ? "" : ", ") + key + " = " + text_of(value);
    return "{" + out + "}";
  }
};

std::string text_of(const Value& value) { return std::visit(Printer{}, value.data); }

// Only what differs from an instance without host options.
std::string host_text(const HostOptions& host) {
  std::string out;
  const auto time = [&](const char* key, const std::optional<int64_t>& ns) {
    if (ns) out += fmt::format("  {} {}\n", key, *ns);
  };
  const auto list = [&](const char* key, const std::vector<std::string>& names) {
    if (!names.empty()) out += fmt::format("  {} {}\n", key, fmt::join(names, " "));
  };
  time("interval", host.interval_ns);
  time("flush_interval", host.flush_interval_ns);
  time("metric_batch_size", host.metric_batch_size);
  if (host.period_ns != HostOptions{}.period_ns) time("period", host.period_ns);
  if (!host.name_override.empty()) out += fmt::format("  name_override {}\n", host.name_override);
  if (host.order) out += fmt::format("  order {}\n", host.order);
  for (const auto& [key, value] : host.tags) out += fmt::format("  tag {}={}\n", key, value);
  list("namepass", host.filters.namepass);
  list("fieldinclude", host.filters.fieldinclude);
  for (const auto& [key, values] : host.filters.tagpass)
    out += fmt::format("  tagpass {}={}\n", key, fmt::join(values, " "));
  return out;
}

std::string instance_text(const InstanceConfig& instance) {
  auto out = instance.name + "\n" + host_text(instance.host);
  auto options = instance.options.values;
  std::sort(options.begin(), options.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, value] : options) out += fmt::format("  {} = {}\n", key, text_of(value));
  return out;
}

std::string place_and_text(const Diagnostic& diagnostic) {
  auto short_name = diagnostic;
  short_name.origin.file = fs::path{diagnostic.origin.file}.filename();
  return to_text(short_name) + "\n";
}

std::string outcome(const std::string& path) {
  const auto catalogue = plugins_for_tests();
  const auto checked = read_configuration({path}, catalogue);
  std::string out;
  for (const auto& warning : checked.warnings) out += "warning: " + place_and_text(warning);
  for (const auto& error : checked.errors) out += place_and_text(error);
  if (!checked.errors.empty()) return out;
  for (const auto& instance : checked.configuration.instances) out += instance_text(instance);
  for (const auto& [key, value] : checked.configuration.global_tags)
    if (key != "host") out += fmt::format("global tag {}={}\n", key, value);
  return out;
}

std::string read_text(const fs::path& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class ConfigCase : public testing::TestWithParam<std::string> {};

TEST_P(ConfigCase, SaysWhatIsExpected) {
  setenv("TICKWORK_TEST_NAME", "somebody", 1);
  setenv("TICKWORK_TEST_EMPTY", "", 1);
  unsetenv("TICKWORK_TEST_UNSET");
  const auto stem = std::string{CASES "/"} + GetParam();
  EXPECT_EQ(outcome(stem + ".toml"), read_text(stem + ".expected"));
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{CASES})
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, ConfigCase, testing::ValuesIn(cases()),
                         [](const auto& named) { return named.param; });

TEST(Config, TellsOfAMissingFile) {
  const auto checked = read_configuration({"/nowhere/x.toml"}, plugins_for_tests());
  ASSERT_EQ(checked.errors.size(), 1u);
  EXPECT_EQ(to_text(checked.errors[0]),
            "/nowhere/x.toml: cannot be read: No such file or directory");
}

TEST(Config, LeavesOutWhatIsWrongWhenLenient) {
  const auto sources = read_sources({CASES "/unknown_option.toml"});
  const auto checked = check_sources(sources, plugins_for_tests(), {.lenient = true});
  EXPECT_TRUE(checked.errors.empty());
  ASSERT_EQ(checked.configuration.instances.size(), 1u);
  EXPECT_EQ(checked.configuration.instances[0].name, "outputs.file");
  EXPECT_FALSE(checked.warnings.empty());
}

TEST(Config, TakesTheHostsNameForATag) {
  const auto checked = read_configuration({CASES "/many_kinds.toml"}, plugins_for_tests());
  EXPECT_EQ(checked.configuration.global_tags.at("host"), "h1");
}

TEST(Config, FillsInTheTextWithRawEnvironment) {
  setenv("TICKWORK_TEST_COUNT", "7", 1);
  const ReadMode raw{.raw_environment = true};
  const auto sources = read_sources({CASES "/raw_environment.conf"}, raw);
  const auto checked = check_sources(sources, plugins_for_tests(), raw);
  ASSERT_TRUE(checked.errors.empty()) << to_text(checked.errors[0]);
  const auto& count = checked.configuration.instances.at(0).options.values.at(0).second;
  EXPECT_EQ(std::get<int64_t>(count.data), 7);
}

TEST(CheckOptions, ServesInstancesMadeOnDemand) {
  const auto catalogue = plugins_for_tests();
  const auto* json = *catalogue.find("formats.json");
  Table table{{"json_depth", Value{int64_t{2}, {}}}};
  const auto options = check_options(*json, table);
  ASSERT_TRUE(options) << options.failure().message;
  EXPECT_EQ(options->types.at("json_query"), uint32_t{TW_OPT_STRING});
  table.emplace_back("depth", Value{int64_t{2}, {}});
  EXPECT_EQ(check_options(*json, table).failure().message, "formats.json has no option \"depth\"");
}

}  // namespace

}  // namespace tickwork::host
