// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

using namespace tickwork;

namespace {

// Notes what it is asked; a database exists once it was defined.
struct Fake {
  std::vector<std::string> calls;
  bool exists = false;
  tw_status answer = TW_OK;
};

Fake& fake(tw_instance* self) { return *reinterpret_cast<Fake*>(self); }

tw_status write(tw_instance* self, tw_str database, tw_str retention, const tw_batch* batch,
                tw_error* error) {
  fake(self).calls.push_back("write " + string(database) + "." + string(retention) + " " +
                             std::to_string(batch->count));
  if (!fake(self).exists) return fail(error, TW_E_NOT_FOUND, "database not found: x");
  return fake(self).answer == TW_OK ? TW_OK : fail(error, fake(self).answer, "dropped=1");
}

tw_status define(tw_instance* self, const tw_definition* definition, tw_error*) {
  fake(self).calls.push_back("define " + string(definition->database));
  fake(self).exists = true;
  return TW_OK;
}

constexpr tw_storage storage{sizeof(tw_storage), write, nullptr, nullptr, define, nullptr};

}  // namespace

class StorageOutput : public ::testing::Test {
 protected:
  tickwork::testing::Instance make(const std::string& options) {
    host_.provide(TW_STORAGE, "main", &storage, &fake_);
    return host_.create("outputs.storage", options);
  }
  Fake fake_;
  tickwork::testing::Host host_;
};

TEST_F(StorageOutput, CreatesItsDatabaseAndWrites) {
  auto output = make("storage = 'main'\ndatabase = 'd'\nretention_policy = 'r'");
  ASSERT_TRUE(output) << output.error();
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("m v=1 1\nm v=2 2"), "");
  EXPECT_EQ(fake_.calls, (std::vector<std::string>{"define d", "write d.r 2"}));
  fake_.exists = false;  // dropped behind its back
  EXPECT_EQ(output.write("m v=1 1"), "");
  EXPECT_EQ(fake_.calls.size(), 5u);
}

TEST_F(StorageOutput, PassesRefusalsOn) {
  auto output = make("storage = 'main'");
  ASSERT_EQ(output.start(), "");
  fake_.answer = TW_PARTIAL;
  EXPECT_EQ(output.write("m v=1 1"), "dropped=1");
  EXPECT_EQ(output.status(), TW_PARTIAL);
  fake_.answer = TW_AGAIN;
  output.write("m v=1 1");
  EXPECT_EQ(output.status(), TW_AGAIN);
}

TEST_F(StorageOutput, CanLeaveCreationToOthers) {
  auto output = make("storage = 'main'\nskip_database_creation = true");
  ASSERT_EQ(output.start(), "");
  EXPECT_EQ(output.write("m v=1 1"), "database not found: x");
  EXPECT_EQ(fake_.calls, (std::vector<std::string>{"write telegraf. 1"}));
}
