// SPDX-License-Identifier: MIT
// The readers of storage.lmdb's own files over damaged bytes: log, segment, block. The first byte
// chooses. Checksums are mended where they stand in the way, so that what lies behind is reached.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "block.hpp"
#include "checksum.hpp"
#include "log.hpp"
#include "row_stream.hpp"
#include "segment.hpp"
#include "shared_block.hpp"

namespace {

using namespace tickwork::lmdb;

struct Visitor : LogVisitor {
  void series(uint64_t, SeriesId, std::string_view key) override { bytes += key.size(); }
  void field(ShardId, FieldId, uint32_t, std::string_view m, std::string_view n) override {
    bytes += m.size() + n.size();
  }
  void shape(ShardId, uint64_t, const std::vector<FieldId>& fields) override {
    bytes += fields.size();
  }
  void stream(ShardId, SeriesId) override {}
  void row(uint64_t, std::string_view row_bytes) override { bytes += row_bytes.size(); }
  size_t bytes = 0;
};

// A log of one record whose payload is the input.
void read_as_log(std::string_view payload) {
  constexpr uint64_t generation = 7, offset = 16;
  const uint64_t seed = generation * 0x9e3779b97f4a7c15 + offset;
  const auto length = static_cast<uint32_t>(payload.size());
  std::string file;
  put_word<uint64_t>(file, generation % 2 ? 0x31474f4c57544b4c : 0x32474f4c57544b4c);
  put_word(file, generation);
  put_word(file, length);
  put_word(file, static_cast<uint32_t>(
                     checksum({reinterpret_cast<const char*>(&length), sizeof length}, ~seed)));
  put_word(file, checksum(payload, seed));
  file += payload;
  Visitor visitor;
  if (read_log(file, generation, visitor) != file.size()) __builtin_trap();
}

void read_as_raw_log(std::string_view bytes) {
  Visitor visitor;
  const size_t sound = read_log(bytes, 7, visitor);
  synced_record_after(bytes, 7, sound);
}

void read_as_shared_block(std::string_view bytes) {
  SharedBlock block;
  block.open(bytes);
  const std::vector<FieldId> wanted{1, 2};
  Columns rows;
  for (size_t place = 0; place < block.series().size(); ++place) {
    block.head(place);
    block.read(place, nullptr, rows);
    block.read(place, &wanted, rows);
  }
}

void read_as_block(std::string_view bytes) {
  if (bytes.size() > 9 && bytes[8] == 0 && bytes[9] == 1) return read_as_shared_block(bytes);
  const Columns all = decode_block(bytes, nullptr);
  const std::vector<FieldId> wanted{1, 2};
  decode_block(bytes, &wanted);
  uint32_t type = 0;
  Summary summary;
  read_summary(bytes, 1, type, summary);
}

void read_as_segment(std::string_view bytes) {
  std::string mended(bytes);
  if (mended.size() >= 24) {
    const size_t directory = load_word<uint32_t>(mended.data() + 4) * size_t{8};
    if (directory <= mended.size() - 24) {
      const uint64_t sum = checksum(std::string_view(mended).substr(24, directory),
                                    load_word<uint64_t>(mended.data() + 8));
      std::memcpy(mended.data() + 16, &sum, sizeof sum);
    }
  }
  const Segment segment(mended);
  for (size_t i = segment.lower_bound(1); i < segment.count(); ++i) start_block(segment.block(i));
}

void read_as_rows(std::string_view bytes) {
  const Shape one{0, {{"f", 1, TW_FLOAT}, {"s", 2, TW_STRING}}}, two{1, {{"i", 3, TW_INT}}};
  const std::vector<const Shape*> shapes{&one, &two};
  Columns out;
  RowDecoder(shapes, out, true).decode(bytes);
  out.finish();
  sort_rows(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    switch (data[0] % 5) {
      case 0:
        read_as_log(bytes);
        break;
      case 1:
        read_as_raw_log(bytes);
        break;
      case 2:
        read_as_block(bytes);
        break;
      case 3:
        read_as_segment(bytes);
        break;
      default:
        read_as_rows(bytes);
        break;
    }
  } catch (const Damaged&) {
  }
  return 0;
}
