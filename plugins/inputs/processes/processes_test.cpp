// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

TEST(Processes, ByState) { tickwork::procfs::expect_case("inputs.processes", "basic"); }
