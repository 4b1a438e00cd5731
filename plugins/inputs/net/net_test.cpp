// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

TEST(Net, WhatIsUp) { tickwork::procfs::expect_case("inputs.net", "basic"); }
TEST(Net, Chosen) { tickwork::procfs::expect_case("inputs.net", "chosen"); }
