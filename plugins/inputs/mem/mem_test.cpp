// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "kit/procfs/case.hpp"

TEST(Mem, Basic) { tickwork::procfs::expect_case("inputs.mem", "basic"); }
