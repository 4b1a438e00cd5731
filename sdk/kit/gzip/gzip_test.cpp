// SPDX-License-Identifier: MIT
#include "gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace tickwork::gzip {
namespace {

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string damage(const std::string& bytes) {
  try {
    return "unpacked " + unpack(bytes, 0);
  } catch (const Damaged& e) {
    return e.what();
  }
}

TEST(Gzip, UnpacksWhatFits) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(unpack(packed(text), 0), text);
  EXPECT_EQ(unpack(packed(text), text.size()), text);
  EXPECT_EQ(unpack(packed(""), 1), "");
  EXPECT_THROW(unpack(packed(text), text.size() - 1), TooLarge);
}

TEST(Gzip, StopsLongBeforeTheEndOfWhatIsTooLarge) {
  const std::string bomb = packed(std::string(64 << 20, '\0'));
  EXPECT_THROW(unpack(bomb, 1000), TooLarge);
}

TEST(Gzip, SaysWhatIsWrong) {
  const std::string whole = packed("m v=1 1\n");
  EXPECT_EQ(damage(""), "EOF");
  EXPECT_EQ(damage("m v=1 1\n"), "gzip: invalid header");
  EXPECT_EQ(damage(whole.substr(0, whole.size() - 3)), "unexpected EOF");
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 8] = static_cast<char>(wrong_sum[whole.size() - 8] ^ 1);
  EXPECT_EQ(damage(wrong_sum), "gzip: invalid checksum");
}

}  // namespace
}  // namespace tickwork::gzip
