#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <tickwork/testing.hpp>

TEST(@CLASS@, WritesALineForEachPoint) {
  std::remove("points");
  tickwork::testing::Host host{"path = 'points'"};
  auto output = host.create("@ID@");
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("cpu,host=a busy=1,idle=99\nmem free=5i"), "");
  std::ifstream in{"points"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), "cpu busy idle\nmem free\n");
  std::remove("points");
}

TEST(@CLASS@, SaysWhatIsWrong) {
  tickwork::testing::Host host{"path = '/nonexistent/points'"};
  auto output = host.create("@ID@");
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("cpu busy=1"), "cannot write /nonexistent/points");
}
