// SPDX-License-Identifier: MIT
#include "verify.hpp"

#include "failure.hpp"
#include "log.hpp"
#include "read_store.hpp"

namespace tickwork::lmdb {
namespace {

// A log's records say something, whatever it is about.
struct SilentVisitor : LogVisitor {
  void series(uint64_t, SeriesId, std::string_view) override {}
  void field(ShardId, FieldId, uint32_t, std::string_view, std::string_view) override {}
  void shape(ShardId, uint64_t, const std::vector<FieldId>&) override {}
  void stream(ShardId, SeriesId) override {}
  void row(uint64_t, std::string_view) override {}
};

class ShardVerifier {
 public:
  ShardVerifier(const Shard& shard, const std::function<std::string(SeriesId)>& name_of,
                const Report& report)
      : file_(shard.folder() + "/data.mdb"),
        shard_(std::to_string(shard.info().id)),
        name_of_(name_of),
        report_(report) {}

  VerifyCount run(const Environment& env) {
    const Transaction txn(env, Access::read);
    Cursor cursor(txn, segment_tree);
    for (bool more = cursor.first(); more; more = cursor.next()) {
      if (cursor.key().size() != 3 * sizeof(uint64_t)) {
        tell("a segment has a key of " + std::to_string(cursor.key().size()) + " bytes");
        continue;
      }
      generation_ = load_key(cursor.key().data());
      shared_ = (generation_ & shared_mark) != 0;
      generation_ &= ~shared_mark;
      segment(load_key(cursor.key().data() + 8), cursor.value());
    }
    return count_;
  }

 private:
  void segment(SeriesId first, std::string_view bytes) {
    Segment segment;
    try {
      segment = Segment(bytes);
    } catch (const Damaged& damage) {
      return tell("segment from series " + series_text(first) + " on: " + damage.what());
    }
    for (size_t i = 0; i < segment.count(); ++i) block(segment, i);
  }

  void block(const Segment& segment, size_t i) {
    const SeriesId series = segment.series(i);
    try {
      const std::string_view bytes = segment.block(i);
      ++count_.blocks;
      verify_block(series, bytes);
      count_.rows += shared_ ? shared_rows(bytes) : decode_block(bytes, nullptr).rows();
    } catch (const Damaged& damage) {
      tell((shared_ ? "block of the series from " : "series ") + series_text(series) +
           (shared_ ? " on: " : ": ") + damage.what());
    }
  }

  size_t shared_rows(std::string_view bytes) {
    block_.open(bytes);
    Columns rows;
    for (size_t place = 0; place < block_.series().size(); ++place) {
      block_.read(place, nullptr, rows);
    }
    return block_.rows();
  }

  std::string series_text(SeriesId series) const {
    return std::to_string(series) + " (" + name_of_(series) + ")";
  }

  void tell(const std::string& what) {
    report_(file_ + ": shard " + shard_ + ", generation " + std::to_string(generation_) + ", " +
            what);
  }

  std::string file_, shard_;
  const std::function<std::string(SeriesId)>& name_of_;
  const Report& report_;
  uint64_t generation_ = 0;
  bool shared_ = false;  // the blocks at hand
  SharedBlock block_;
  VerifyCount count_;
};

// Every value of a tree begins with its checksum, seeded with the first number of its key.
uint64_t verify_sealed(const Transaction& txn, IndexTree tree, const std::string& file,
                       const char* what, const Report& report) {
  uint64_t pages = 0;
  Cursor cursor(txn, tree);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    ++pages;
    const std::string_view key = cursor.key(), value = cursor.value();
    const bool sound =
        key.size() >= 8 && value.size() >= 8 &&
        load_word<uint64_t>(value.data()) == checksum(value.substr(8), load_key(key.data()));
    if (sound) continue;
    report(file + ": " + what + " " + std::to_string(pages) +
           (key.size() < 8 ? "" : " (" + std::to_string(load_key(key.data())) + ")") +
           ": its checksum does not match");
  }
  return pages;
}

}  // namespace

VerifyCount verify_shard(const std::shared_ptr<Shard>& shard,
                         const std::function<std::string(SeriesId)>& name_of,
                         const Report& report) {
  const auto env = shard->env();
  return ShardVerifier(*shard, name_of, report).run(*env);
}

VerifyCount verify_index(const std::string& folder, Opening opening, const Report& report) {
  const std::string file = folder + "/index/data.mdb";
  const Environment env(folder + "/index", reading_map_size, index_trees, opening);
  const Transaction txn(env, Access::read);
  VerifyCount count;
  count.pages += verify_sealed(txn, keys_tree, file, "block of series keys", report);
  count.pages += verify_sealed(txn, hashes_tree, file, "page of series hashes", report);
  count.pages += verify_sealed(txn, terms_tree, file, "page of tag terms", report);
  return count;
}

void verify_log(const std::string& path, std::string_view bytes, uint64_t generation,
                const Report& report) {
  SilentVisitor visitor;
  try {
    const size_t sound = read_log(bytes, generation, visitor);
    if (sound < bytes.size() && synced_record_after(bytes, generation, sound)) {
      report(path + ": damage at byte " + std::to_string(sound));
    }
  } catch (const Damaged& damage) {
    report(path + ": " + damage.what());
  }
}

}  // namespace tickwork::lmdb
