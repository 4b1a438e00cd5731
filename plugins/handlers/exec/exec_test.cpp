// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>

#include <cstdlib>
#include <fstream>

namespace {

tw_event event() {
  tw_event e{};
  e.size = sizeof e;
  e.json = TW_STR("{\"id\":\"x\"}");
  return e;
}

TEST(Exec, GivesTheEventOnInput) {
  std::string folder = "/tmp/tickwork-exec-XXXXXX";
  std::string path = std::string{mkdtemp(folder.data())} + "/out";
  tickwork::testing::Host host{"prog = 'sh'\nargs = ['-c', 'cat > " + path + "; echo \"$1\" >> " +
                               path + "', 'sh', 'a b']"};
  auto exec = host.create("handlers.exec");
  ASSERT_TRUE(exec) << exec.error();
  EXPECT_EQ(exec.start(), "");
  EXPECT_EQ(exec.handle(event()), "");
  std::ifstream in{path};
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(content, "{\"id\":\"x\"}\na b\n");
  std::remove(path.c_str());
  std::remove(folder.c_str());
}

TEST(Exec, TellsOfFailures) {
  tickwork::testing::Host host;
  auto missing = host.create("handlers.exec", "prog = '/nonexistent'");
  EXPECT_EQ(missing.start(), "");
  EXPECT_EQ(missing.handle(event()), "cannot run /nonexistent: No such file or directory");
  auto failing = host.create("handlers.exec", "prog = 'false'");
  EXPECT_EQ(failing.start(), "");
  EXPECT_EQ(failing.handle(event()), "false ended with status 1");
}

}  // namespace
