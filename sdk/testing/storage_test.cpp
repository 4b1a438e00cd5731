// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <tickwork/cpp/storage.hpp>
#include <tickwork/tickwork.hpp>

using namespace tickwork;

namespace {

// Is full for some writes, then answers with a status.
struct FullStorage {
  int full;
  tw_status then;
  int asked = 0;

  Ref<tw_storage> ref() {
    static constexpr tw_storage vtable = {
        sizeof(tw_storage),
        [](tw_instance* i, tw_str database, tw_str retention, const tw_batch*, tw_error* error) {
          auto& self = *reinterpret_cast<FullStorage*>(i);
          EXPECT_EQ(view(database), "db");
          EXPECT_EQ(view(retention), "rp");
          if (++self.asked <= self.full) return tw_status{TW_AGAIN};
          return fail(error, self.then, "as it is");
        },
        nullptr,
        nullptr,
        nullptr,
        nullptr};
    tw_ref raw{};
    raw.self = reinterpret_cast<tw_instance*>(this);
    raw.vtable = &vtable;
    return Ref<tw_storage>(raw);
  }

  tw_status write(tw_error& error, int most = 1000) {
    return write_patiently(ref(), "db", "rp", tw_batch{}, error, [&] { return asked < most; });
  }
};

TEST(WritePatiently, OffersAgainWhatAFullStorageDidNotTake) {
  FullStorage storage{2, TW_OK};
  tw_error error = empty_error();
  EXPECT_EQ(storage.write(error), TW_OK);
  EXPECT_EQ(storage.asked, 3);
}

TEST(WritePatiently, OffersNothingTwiceThatWasRefused) {
  for (const tw_status status : {TW_PARTIAL, TW_E_NOT_FOUND}) {
    FullStorage storage{0, status};
    tw_error error = empty_error();
    EXPECT_EQ(storage.write(error), status);
    EXPECT_STREQ(error.message, "as it is");
    EXPECT_EQ(storage.asked, 1);
  }
}

TEST(WritePatiently, GivesUpWhenTold) {
  FullStorage storage{1000, TW_OK};
  tw_error error = empty_error();
  EXPECT_EQ(storage.write(error, 2), TW_AGAIN);
  EXPECT_EQ(storage.asked, 2);
}

}  // namespace
