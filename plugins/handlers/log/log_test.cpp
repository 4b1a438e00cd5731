// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tickwork/testing.hpp>

#include <cstdlib>
#include <fstream>

namespace {

struct Log : testing::Test {
  std::string folder = "/tmp/tickwork-log-XXXXXX", path;
  tw_tag tag{TW_STR("host"), TW_STR("a")};
  tw_event event{};
  Log() {
    path = std::string{mkdtemp(folder.data())} + "/alerts";
    event.size = sizeof event;
    event.level = TW_LEVEL_WARNING;
    event.topic = TW_STR("cpu");
    event.tags = &tag;
    event.n_tags = 1;
    event.json = TW_STR("{\"id\":\"x\"}");
  }
  ~Log() override {
    std::remove(path.c_str());
    std::remove(folder.c_str());
  }
  std::string content() {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
};

TEST_F(Log, AppendsLinesToAPrivateFile) {
  tickwork::testing::Host host{"path = '" + path + "'"};
  auto log = host.create("handlers.log");
  ASSERT_TRUE(log) << log.error();
  EXPECT_EQ(log.start(), "");
  EXPECT_EQ(log.handle(event), "");
  EXPECT_EQ(log.handle(event), "");
  EXPECT_EQ(content(), "{\"id\":\"x\"}\n{\"id\":\"x\"}\n");
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Log, ChoosesByTopicAndMatch) {
  tickwork::testing::Host host{
      "path = '" + path +
      "'\ntopic = 'c*'\nmatch = '''\"host\" == 'a' AND level() >= WARNING AND changed()'''"};
  auto log = host.create("handlers.log");
  ASSERT_TRUE(log) << log.error();
  EXPECT_EQ(log.start(), "");
  event.previous = TW_LEVEL_WARNING;
  EXPECT_EQ(log.handle(event), "");
  event.previous = TW_LEVEL_OK;
  event.topic = TW_STR("mem");
  EXPECT_EQ(log.handle(event), "");
  EXPECT_EQ(content(), "");
  event.topic = TW_STR("cpu");
  EXPECT_EQ(log.handle(event), "");
  EXPECT_EQ(content(), "{\"id\":\"x\"}\n");
}

TEST_F(Log, RefusesRelativePathsAndBadExpressions) {
  tickwork::testing::Host host;
  EXPECT_EQ(host.create("handlers.log", "path = 'a/b'").error(),
            "path must be absolute, got \"a/b\"");
  EXPECT_NE(host.create("handlers.log", "path = '/a'\nmatch = 'level( >'")
                .error()
                .find("match: parser: unexpected"),
            std::string::npos);
}

TEST_F(Log, SaysWhatItCannotOpen) {
  tickwork::testing::Host host{"path = '/nonexistent/file'"};
  auto log = host.create("handlers.log");
  EXPECT_EQ(log.start(), "");
  EXPECT_EQ(log.handle(event), "cannot open /nonexistent/file: No such file or directory");
}

}  // namespace
