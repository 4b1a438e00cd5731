#include <gtest/gtest.h>

#include <fstream>
#include <tickwork/testing.hpp>

TEST(@CLASS@, ReadsTheNumber) {
  std::ofstream{"number"} << "12.5 rest\n";
  tickwork::testing::Host host{"path = 'number'"};
  EXPECT_EQ(host.gather("@ID@"), "@NAME@,source=number value=12.5");
  std::remove("number");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"path = '/nonexistent'"};
  auto input = host.create("@ID@");
  ASSERT_EQ(input.start(), "");
  EXPECT_EQ(input.gather(), "");
  EXPECT_EQ(input.error(), "cannot read a number from /nonexistent");
}
