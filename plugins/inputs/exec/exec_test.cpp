// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include <chrono>
#include <thread>

#include "child.hpp"

using tickwork::testing::Host;

namespace {

std::string gathered(const std::string& options) {
  Host host{"data_format = 'influx'\n" + options};
  auto input = host.create("inputs.exec");
  if (!input) return input.error();
  input.start();
  const std::string points = tickwork::testing::sorted(input.gather());
  return points + (input.error().empty() ? "" : "error: " + input.error());
}

}  // namespace

TEST(Exec, ParsesWhatProgramsPrint) {
  EXPECT_EQ(gathered("commands = ['echo m v=1i 1', \"sh -c 'echo n v=$A 2'\"]\n"
                     "environment = ['A=7i']"),
            "m v=1i 1\nn v=7i 2");
}

TEST(Exec, FailuresNameProgramAndReason) {
  EXPECT_EQ(gathered("commands = [\"sh -c 'echo why >&2; echo m v=1; exit 3'\", 'echo n v=1 1']"),
            "n v=1 1error: sh: exit status 3: why");
  EXPECT_EQ(gathered("commands = [\"sh -c 'echo m v=1 1; exit 3'\"]\nignore_error = true"),
            "m v=1 1");
  EXPECT_EQ(gathered("commands = ['/none/x']"),
            "error: /none/x: cannot be started: No such file or directory");
}

TEST(Exec, TimeIsLimitedForTheWholeGroup) {
  EXPECT_EQ(gathered("commands = [\"sh -c 'sleep 100 | sleep 100'\"]\ntimeout = '50ms'"),
            "error: sh: timed out");
}

TEST(Exec, ProgramsEndWhenItIsAskedToStop) {
  Host host{"data_format = 'influx'\ncommands = ['sleep 100']\ntimeout = '200s'"};
  auto input = host.create("inputs.exec");
  ASSERT_EQ(input.start(), "");
  std::thread waker{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    input.interrupt();
  }};
  EXPECT_EQ(input.gather(), "");
  waker.join();
  EXPECT_EQ(input.error(), "sleep: interrupted");
  EXPECT_EQ(input.stop(), "");
}

TEST(Exec, SplitsCommandLines) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(tickwork::exec::split("a 'b c' \"d\\\"e\" f\\ g ''"),
            (Words{"a", "b c", "d\"e", "f g", ""}));
}
