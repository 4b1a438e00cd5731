// SPDX-License-Identifier: MIT
#include "cli/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace tickwork::host {
namespace {

using namespace std::chrono_literals;

TEST(Signals, AreKeptUntilSomebodyWaits) {
  Signals signals;
  raise(SIGHUP);
  raise(SIGTERM);
  EXPECT_EQ(signals.wait(0ms), SIGHUP);
  EXPECT_EQ(signals.wait(0ms), SIGTERM);
  EXPECT_EQ(signals.wait(0ms), 0);
}

TEST(SignalsDeathTest, ASecondOneEndsAtOnce) {
  const auto twice = [] {
    const Signals signals;
    raise(SIGTERM);
    raise(SIGINT);
    _exit(0);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGINT), "");
}

// As when an instance does not come back from its start.
TEST(SignalsDeathTest, NobodyWaitsForIt) {
  const auto hangs = [] {
    const Signals signals{1s};
    raise(SIGTERM);
    for (;;) pause();
  };
  EXPECT_EXIT(hangs(), testing::KilledBySignal(SIGALRM), "");
}

}  // namespace
}  // namespace tickwork::host
