// SPDX-License-Identifier: MIT
#include "shard.hpp"

#include <algorithm>
#include <filesystem>

#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint64_t version = 3;  // 1: no shared blocks; 2: one checksum a block

std::string numbered(const char* prefix, uint64_t n) {
  std::string key = prefix;
  put_key(key, n);
  return key;
}

std::string varint_of(uint64_t v) {
  std::string out;
  put_varint(out, v);
  return out;
}

std::string field_value(const std::string& measurement, const std::string& name, uint32_t type) {
  std::string out;
  out.push_back(static_cast<char>(type));
  put_text(out, measurement);
  put_text(out, name);
  return out;
}

std::string field_key(FieldId id) { return numbered("", id); }

std::string tombstone_value(const Tombstone& stone) {
  std::string out;
  put_varint(out, stone.bound);
  put_varint(out, zigzag(static_cast<uint64_t>(stone.from)));
  put_varint(out, zigzag(static_cast<uint64_t>(stone.to)));
  SeriesId previous = 0;
  for (const SeriesId id : stone.series) {
    put_varint(out, id - previous);
    previous = id;
  }
  return out;
}

Tombstone read_tombstone(std::string_view key, std::string_view value) {
  Tombstone stone;
  stone.number = load_key(key.data() + 4);
  Reader in(value);
  stone.bound = in.varint();
  stone.from = static_cast<int64_t>(in.signed_varint());
  stone.to = static_cast<int64_t>(in.signed_varint());
  for (SeriesId id = 0; in.ok() && !in.empty();) stone.series.push_back(id += in.varint());
  return stone;
}

template <class Visit>
void walk(const Transaction& txn, std::string_view prefix, Visit visit) {
  Cursor cursor(txn, shard_state_tree);
  for (bool more = cursor.seek(prefix);
       more && cursor.key().starts_with(prefix) && cursor.key().size() == prefix.size() + 8;
       more = cursor.next()) {
    visit(cursor.key(), cursor.value());
  }
}

std::vector<GenerationInfo> list_generations(const Transaction& txn) {
  std::vector<GenerationInfo> out;
  walk(txn, "gen", [&](std::string_view key, std::string_view value) {
    out.push_back({load_key(key.data() + 3), Reader(value).varint()});
  });
  return out;
}

std::vector<Tombstone> list_tombstones(const Transaction& txn) {
  std::vector<Tombstone> out;
  walk(txn, "tomb", [&](std::string_view key, std::string_view value) {
    out.push_back(read_tombstone(key, value));
  });
  return out;
}

}  // namespace

Shard::Shard(ShardInfo info, std::string folder, size_t map_size, Opening opening)
    : info_(info), folder_(std::move(folder)), map_size_(map_size), opening_(opening) {}

std::shared_ptr<Environment> Shard::env() {
  auto env = env_unless_dropped();
  if (!env) throw Failure(TW_E_NOT_FOUND, "shard " + std::to_string(info_.id) + " was dropped");
  return env;
}

std::shared_ptr<Environment> Shard::env_unless_dropped() {
  const std::lock_guard lock(open_mutex_);
  return dropped_ ? nullptr : open();
}

void Shard::drop() {
  const std::lock_guard lock(open_mutex_);
  dropped_ = true;
  env_.reset();
}

// Without keeping it open: of old shards mostly nothing else is asked.
void Shard::know_fields() {
  const std::lock_guard lock(open_mutex_);
  if (fields_loaded_ || dropped_) return;
  open();
  env_.reset();
}

// An environment that may write takes three megabytes of the heap, and three descriptors.
void Shard::close_idle() {
  const std::lock_guard lock(open_mutex_);
  if (!used_ && env_.use_count() == 1) env_.reset();
  used_ = false;
}

std::shared_ptr<Environment> Shard::open() {
  used_ = true;
  if (env_) return env_;
  if (opening_ == Opening::write) {
    std::error_code none;
    std::filesystem::remove(folder_ + "/data.mdb.new", none);  // a copy that was not finished
  }
  auto env = std::make_shared<Environment>(folder_, map_size_, shard_trees, opening_);
  if (!fields_loaded_) {
    const Transaction txn(*env, Access::read);
    const auto found = txn.get(shard_state_tree, "version");
    if (found && Reader(*found).varint() > version) {
      throw Failure(TW_E_UNSUPPORTED, folder_ + " was written by a newer version");
    }
    load_fields(txn);
    fields_loaded_ = true;
  }
  return env_ = std::move(env);
}

size_t Shard::bytes() const {
  std::error_code none;  // not opened for this
  const auto size = std::filesystem::file_size(folder_ + "/data.mdb", none);
  return none ? 0 : static_cast<size_t>(size);
}

// ---- fields ----

void Shard::load_fields(const Transaction& txn) {
  const std::unique_lock lock(fields_mutex_);
  if (const auto next = txn.get(shard_state_tree, "next_field")) {
    next_field_ = static_cast<FieldId>(Reader(*next).varint());
  }
  Cursor cursor(txn, field_tree);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const auto id = static_cast<FieldId>(load_key(cursor.key().data()));
    Reader in(cursor.value());
    const uint32_t type = in.byte();
    const std::string measurement(in.text()), name(in.text());
    measurements_[measurement].fields[name] = {id, type};
    by_id_[id] = {measurement, {name, id, type}};
  }
}

std::optional<FieldInfo> Shard::field(std::string_view measurement, std::string_view name) {
  know_fields();
  const std::shared_lock lock(fields_mutex_);
  const auto m = measurements_.find(measurement);
  if (m == measurements_.end()) return std::nullopt;
  const auto f = m->second.fields.find(name);
  return f == m->second.fields.end() ? std::nullopt : std::optional(f->second);
}

FieldInfo Shard::define_field(std::string_view measurement, std::string_view name, uint32_t type) {
  know_fields();
  const std::unique_lock lock(fields_mutex_);
  const FieldInfo info{next_field_++, type};
  measurements_[std::string(measurement)].fields[std::string(name)] = info;
  by_id_[info.id] = {std::string(measurement), {std::string(name), info.id, type}};
  fields_changed_ = true;
  return info;
}

void Shard::restore_field(FieldId id, uint32_t type, std::string_view measurement,
                          std::string_view name) {
  know_fields();
  const std::unique_lock lock(fields_mutex_);
  if (id < next_field_) return;  // committed before the crash, perhaps forgotten since
  measurements_[std::string(measurement)].fields[std::string(name)] = {id, type};
  by_id_[id] = {std::string(measurement), {std::string(name), id, type}};
  next_field_ = id + 1;
  fields_changed_ = true;
}

std::map<std::string, FieldInfo> Shard::fields(std::string_view measurement) {
  know_fields();
  const std::shared_lock lock(fields_mutex_);
  const auto m = measurements_.find(measurement);
  if (m == measurements_.end()) return {};
  return {m->second.fields.begin(), m->second.fields.end()};
}

std::vector<std::string> Shard::measurements() {
  know_fields();
  const std::shared_lock lock(fields_mutex_);
  std::vector<std::string> out;
  for (const auto& [name, m] : measurements_) {
    if (!m.fields.empty()) out.push_back(name);
  }
  return out;
}

bool Shard::has_measurement(std::string_view measurement) {
  know_fields();
  const std::shared_lock lock(fields_mutex_);
  const auto m = measurements_.find(measurement);
  return m != measurements_.end() && !m->second.fields.empty();
}

std::optional<Shape::Field> Shard::field_by_id(FieldId id) {
  know_fields();
  const std::shared_lock lock(fields_mutex_);
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? std::nullopt : std::optional(it->second.second);
}

void Shard::forget_measurement(std::string_view measurement) {
  if (!has_measurement(measurement)) return;
  const std::lock_guard commit(commit_mutex_);
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  const std::unique_lock lock(fields_mutex_);
  const auto m = measurements_.find(measurement);
  if (m == measurements_.end()) return;
  for (const auto& [name, info] : m->second.fields) {
    txn.erase(field_tree, field_key(info.id));
    by_id_.erase(info.id);
  }
  txn.put(shard_state_tree, "next_field", varint_of(next_field_));
  txn.commit();
  measurements_.erase(m);
}

void Shard::put_fields(Transaction& txn) {
  const std::unique_lock lock(fields_mutex_);
  if (!fields_changed_) return;
  for (const auto& [id, entry] : by_id_) {
    txn.put(field_tree, field_key(id),
            field_value(entry.first, entry.second.name, entry.second.type));
  }
  txn.put(shard_state_tree, "next_field", varint_of(next_field_));
  fields_changed_ = false;
}

// ---- flush ----

uint64_t Shard::flushed() {
  const auto env = this->env();
  const Transaction txn(*env, Access::read);
  const auto value = txn.get(shard_state_tree, "flushed");
  return value ? Reader(*value).varint() : 0;
}

void Shard::commit_generation(uint64_t generation,
                              const std::function<void(GenerationWriter&)>& write_rows) {
  const std::lock_guard lock(commit_mutex_);
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  GenerationWriter writer(txn, generation);
  write_rows(writer);
  const uint64_t bytes = writer.finish();
  put_fields(txn);
  if (bytes > 0) put_generation(txn, {generation, bytes});
  txn.put(shard_state_tree, "flushed", varint_of(generation));
  try {
    txn.commit();
  } catch (...) {
    const std::unique_lock fields(fields_mutex_);
    fields_changed_ = true;
    throw;
  }
}

void Shard::add_tombstone(Tombstone stone) {
  const std::lock_guard lock(commit_mutex_);
  const auto env = this->env();
  Transaction txn(*env, Access::write);
  // A merge since the flush may have moved the rows into a newer generation.
  for (const GenerationInfo& g : list_generations(txn)) {
    stone.bound = std::max(stone.bound, g.generation);
  }
  for (const Tombstone& other : list_tombstones(txn)) stone.number = other.number + 1;
  txn.put(shard_state_tree, numbered("tomb", stone.number), tombstone_value(stone));
  txn.commit();
}

void Shard::erase_tombstone(Transaction& txn, const Tombstone& stone) {
  txn.erase(shard_state_tree, numbered("tomb", stone.number));
}

void Shard::put_generation(Transaction& txn, const GenerationInfo& info) {
  txn.put(shard_state_tree, numbered("gen", info.generation), varint_of(info.bytes));
  txn.put(shard_state_tree, "version", varint_of(version));
}

void Shard::erase_generation(Transaction& txn, uint64_t generation) {
  std::vector<std::string> keys;
  for (const uint64_t marked : {generation, generation | shared_mark}) {
    const std::string prefix = number_key(marked);
    Cursor cursor(txn, segment_tree);
    for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix);
         more = cursor.next()) {
      keys.emplace_back(cursor.key());
    }
  }
  for (const std::string& key : keys) txn.erase(segment_tree, key);
  txn.erase(shard_state_tree, numbered("gen", generation));
}

// ---- reading ----

namespace {

void append_series(std::string_view shared_block, std::vector<SeriesId>& out) {
  SharedBlock block;
  try {
    block.open(shared_block);
    out.insert(out.end(), block.series().begin(), block.series().end());
  } catch (const Damaged&) {
  }
}

}  // namespace

ShardReader::ShardReader(const std::shared_ptr<Shard>& shard)
    : shard_(shard), env_(shard->env_unless_dropped()) {
  if (!env_) return;
  txn_.emplace(*env_, Access::read);
  cursor_.emplace(*txn_, segment_tree);
  generations_ = list_generations(*txn_);
  tombstones_ = list_tombstones(*txn_);
  for (const GenerationInfo& g : generations_) {
    own_.push_back({g.generation, has_segments(g.generation)});
    shared_.push_back({g.generation, has_segments(g.generation | shared_mark)});
  }
}

bool ShardReader::has_segments(uint64_t marked_generation) {
  const std::string prefix = number_key(marked_generation);
  return cursor_->seek(prefix) && cursor_->key().starts_with(prefix);
}

Columns ShardReader::Block::decode(const std::vector<FieldId>* wanted) const {
  if (!shared) return decode_block(start.bytes, wanted);
  Columns rows;
  shared->read(place, wanted, rows);
  return rows;
}

void ShardReader::find(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
                       const Report& report) {
  find_own(series, from, to, out, report);
  find_shared(series, from, to, out, report);
}

void ShardReader::find_own(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
                           const Report& report) {
  for (OpenedOwn& opened : own_) {
    if (const auto* part = opened.holding(series)) {
      take_blocks(opened.generation, part->segment, series, from, to, out, report);
    } else if (opened.any) {
      find_in(opened, series, from, to, out, report);
    }
  }
}

// ---- shared blocks ----

bool ShardReader::has_shared() const {
  return std::any_of(shared_.begin(), shared_.end(), [](const auto& opened) { return opened.any; });
}

void ShardReader::find_shared(SeriesId series, int64_t from, int64_t to, std::vector<Block>& out,
                              const Report& report) {
  for (OpenedShared& opened : shared_) {
    if (opened.any) find_shared_in(opened, series, from, to, out, report);
  }
}

void ShardReader::find_shared_in(OpenedShared& opened, SeriesId series, int64_t from, int64_t to,
                                 std::vector<Block>& out, const Report& report) {
  if (series < opened.block_first || series >= opened.block_next) {
    const bool here = series >= opened.first && series < opened.next;
    if (!here && !open_shared_segment(opened, series, report)) return;
    open_shared_block(opened, series, report);
  }
  if (!opened.sound) return;
  const size_t place = opened.block.find(series);
  if (place == opened.block.series().size()) return;
  const BlockHead head = opened.block.head(place);
  if (head.last < from || head.first >= to) return;
  out.push_back({opened.generation, {{}, head}, &opened.block, place});
}

// False if nothing can be read where the series would be.
bool ShardReader::open_shared_segment(OpenedShared& opened, SeriesId series, const Report& report) {
  const std::string behind = segment_key(opened.generation | shared_mark, series + 1, 0);
  const std::string_view prefix = std::string_view(behind).substr(0, 8);
  const bool more = cursor_->seek(behind);
  opened.next =
      more && cursor_->key().starts_with(prefix) ? load_key(cursor_->key().data() + 8) : UINT64_MAX;
  opened.first = opened.block_first = opened.block_next = 0;
  opened.segment = Segment();
  if (!(more ? cursor_->previous() : cursor_->last()) || !cursor_->key().starts_with(prefix)) {
    return false;
  }
  opened.first = load_key(cursor_->key().data() + 8);
  try {
    opened.segment = Segment(cursor_->value());
  } catch (const Damaged& damage) {
    report(damage_sentence(*env_, opened.generation, segment_of(opened.first), damage.what()));
  }
  return true;
}

void ShardReader::open_shared_block(OpenedShared& opened, SeriesId series, const Report& report) {
  const Segment& segment = opened.segment;
  const size_t behind = segment.empty() ? 0 : segment.lower_bound(series + 1);
  opened.sound = false;
  opened.block_first = behind == 0 ? opened.first : segment.series(behind - 1);
  opened.block_next = behind < segment.count() ? segment.series(behind) : opened.next;
  if (behind == 0) return;
  try {
    const std::string_view bytes = segment.block(behind - 1);
    verify_block(opened.block_first, bytes);
    opened.block.open(bytes);
    opened.sound = true;
  } catch (const Damaged& damage) {
    report(damage_sentence(*env_, opened.generation, shared_block_of(opened.block_first),
                           damage.what()));
  }
}

// ---- blocks of one series ----

template <class Read>
void ShardReader::guarded(SeriesId series, uint64_t generation, const Report& report,
                          Read read) const {
  try {
    read();
  } catch (const Damaged& damage) {
    report(damage_sentence(*env_, generation, block_of(series), damage.what()));
  }
}

void ShardReader::take_blocks(uint64_t generation, const Segment& segment, SeriesId series,
                              int64_t from, int64_t to, std::vector<Block>& out,
                              const Report& report) const {
  size_t end = segment.lower_bound(series);
  const size_t begin = end;
  while (end < segment.count() && segment.series(end) == series) ++end;
  segment.prefetch(end, end - begin);  // of the next series, which mostly follows
  bool later = false;                  // than the range, with all blocks that follow
  for (size_t i = begin; i < end && !later; ++i) {
    guarded(series, generation, report, [&] {
      const BlockStart start = start_block(segment.block(i));
      later = start.head.first >= to;
      if (later || start.head.last < from) return;
      verify_block(series, start);
      out.push_back({generation, start});
    });
  }
}

void ShardReader::find_in(OpenedOwn& opened, SeriesId series, int64_t from, int64_t to,
                          std::vector<Block>& out, const Report& report) {
  const std::string wanted = segment_key(opened.generation, series, 0);
  const std::string_view prefix = std::string_view(wanted).substr(0, 8);
  bool more = cursor_->seek(wanted);
  if (!more || cursor_->key() != wanted) {  // the segment before may hold its first blocks
    more = more ? cursor_->previous() : cursor_->last();
    if (!more) {
      more = cursor_->first();
    } else if (!cursor_->key().starts_with(prefix)) {
      more = cursor_->next();
    }
  }
  OpenedOwn::Part* part = nullptr;
  const auto close = [&](SeriesId next) {  // that the segment behind the part begins with
    if (part && !part->segment.empty() && next > part->segment.last()) ++part->last;
  };
  for (; more && cursor_->key().starts_with(prefix); more = cursor_->next()) {
    const SeriesId first = load_key(cursor_->key().data() + 8);
    const bool begins = load_key(cursor_->key().data() + 16) == 0;  // with its first block
    close(first);
    if (first > series) return;
    part = &opened.parts[opened.oldest];
    opened.oldest = (opened.oldest + 1) % opened.parts.size();
    *part = {};
    guarded(series, opened.generation, report, [&] {
      part->segment = Segment(cursor_->value());
      if (part->segment.empty()) return;
      part->first = begins ? first : first + 1;
      part->last = part->segment.last() - 1;  // whose blocks may go on in the next
      take_blocks(opened.generation, part->segment, series, from, to, out, report);
    });
  }
  close(UINT64_MAX);
}

std::vector<SeriesId> ShardReader::series() {
  std::vector<SeriesId> out;
  const Report quiet = [](const std::string&) {};  // damage is named when it is read
  for (const GenerationInfo& g : generations_) {
    BlockWalk own(*txn_, g.generation, quiet), shared(*txn_, g.generation | shared_mark, quiet);
    while (own.next()) {
      if (out.empty() || out.back() != own.series()) out.push_back(own.series());
    }
    while (shared.next()) append_series(shared.bytes(), out);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool ShardReader::touches(SeriesId series, const Block& block) const {
  return std::any_of(tombstones_.begin(), tombstones_.end(), [&](const Tombstone& t) {
    return block.generation <= t.bound && t.from <= block.start.head.last &&
           block.start.head.first < t.to &&
           std::binary_search(t.series.begin(), t.series.end(), series);
  });
}

bool ShardReader::hides_all(SeriesId series, const Block& block) const {
  return std::any_of(tombstones_.begin(), tombstones_.end(), [&](const Tombstone& t) {
    return block.generation <= t.bound && t.from <= block.start.head.first &&
           block.start.head.last < t.to &&
           std::binary_search(t.series.begin(), t.series.end(), series);
  });
}

void ShardReader::hide(SeriesId series, uint64_t generation, const std::vector<int64_t>& times,
                       std::vector<uint8_t>& keep) const {
  for (const Tombstone& t : tombstones_) {
    if (generation > t.bound) continue;
    if (!std::binary_search(t.series.begin(), t.series.end(), series)) continue;
    for (size_t i = 0; i < times.size(); ++i) {
      if (times[i] >= t.from && times[i] < t.to) keep[i] = 0;
    }
  }
}

}  // namespace tickwork::lmdb
