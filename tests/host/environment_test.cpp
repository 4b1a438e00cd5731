// SPDX-License-Identifier: MIT
#include "config/environment.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace tickwork::host {
namespace {

const std::map<std::string, std::string> variables{{"A", "one"}, {"EMPTY", ""}, {"A_2", "two"}};

std::optional<std::string> look_up(const std::string& name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return {};
  return found->second;
}

std::string expanded(std::string_view text) {
  const auto result = expand(text, look_up);
  return result ? *result : "failed: " + result.failure().message;
}

TEST(Environment, ReplacesBothForms) {
  EXPECT_EQ(expanded("$A-${A}-$A_2/"), "one-one-two/");
  EXPECT_EQ(expanded("x${EMPTY}y$EMPTY"), "xy");
}

TEST(Environment, TakesDefaults) {
  EXPECT_EQ(expanded("${B:-d}${B-e}${EMPTY:-f}${EMPTY-g}${A:-h}"), "defone");
  EXPECT_EQ(expanded("${B:-${A}}"), "one");
  EXPECT_EQ(expanded("${B:-}"), "");
}

TEST(Environment, TakesOthersWhenSet) {
  EXPECT_EQ(expanded("${A:+x}|${A+y}|${EMPTY:+z}|${EMPTY+w}|${B:+v}|${B+u}"), "x|y||w||");
}

TEST(Environment, FailsWhereAskedTo) {
  EXPECT_EQ(expanded("${B:?give B}"), "failed: environment variable B: give B");
  EXPECT_EQ(expanded("${B?}"), "failed: environment variable B: is not set");
  EXPECT_EQ(expanded("${EMPTY:?no}"), "failed: environment variable EMPTY: no");
  EXPECT_EQ(expanded("${EMPTY?no}${A:?no}"), "one");
}

TEST(Environment, LeavesTheRestAsItIs) {
  for (const char* text : {"${B}", "$B", "${1}", "$1", "$", "${", "${A", "${A!x}", "a$ b", "${}"})
    EXPECT_EQ(expanded(text), text);
}

TEST(Environment, CredentialsStandInForVariables) {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("tickwork-credentials-{}", getpid());
  std::filesystem::create_directory(folder);
  std::ofstream{folder / "TICKWORK_TEST_PASSWORD"} << "two\nlines\n";
  std::ofstream{folder / "TICKWORK_TEST_BOTH"} << "credential";
  setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
  setenv("TICKWORK_TEST_BOTH", "variable", 1);
  EXPECT_EQ(process_environment("TICKWORK_TEST_PASSWORD"), "two\nlines");
  EXPECT_EQ(process_environment("TICKWORK_TEST_BOTH"), "variable");
  EXPECT_EQ(process_environment("TICKWORK_TEST_NEITHER"), std::nullopt);
  unsetenv("TICKWORK_TEST_BOTH");
  EXPECT_EQ(process_environment("TICKWORK_TEST_BOTH"), "credential");
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(process_environment("TICKWORK_TEST_PASSWORD"), std::nullopt);
  std::filesystem::remove_all(folder);
}

TEST(Environment, TwoDollarsAreOne) { EXPECT_EQ(expanded("$$A $${A} $$$$"), "$A ${A} $$"); }

}  // namespace
}  // namespace tickwork::host
