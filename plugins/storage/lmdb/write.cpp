// SPDX-License-Identifier: MIT
// The write path: points become rows of the active table and one log record.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <tickwork/cpp/storage.hpp>

#include "failure.hpp"
#include "series_key.hpp"
#include "store.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t longest_key = 65535;
constexpr size_t most_new_series = 250'000;
constexpr auto patience = std::chrono::seconds(10);

std::string quoted(std::string_view s) { return "\"" + std::string(s) + "\""; }

bool storable(const tw_field& f) {
  if (f.key.len == 0 || view(f.key) == "time") return false;
  return f.value.type != TW_FLOAT || std::isfinite(f.value.as.f);
}

}  // namespace

// One call of write, under the write lock.
class BatchWriter {
 public:
  BatchWriter(Store& store, Target target, int64_t now)
      : store_(store), target_(std::move(target)), now_(now) {
    const int64_t duration = target_.policy.duration;
    if (duration > 0) oldest_ = now - duration;
  }

  // True if the point was taken. hash: of its hint, or of its key.
  bool add(const tw_point& point, KeyHash hash) {
    const int64_t time = point.time_ns == TW_NOW ? now_ : point.time_ns;
    if (time < oldest_) return ++beyond_, false;
    if (time < earliest_point || time > latest_point) {
      return refuse("time outside range -9223372036854775806 - 9223372036854775806");
    }
    enter_shard(time);
    Index& index = target_.database->index;
    KnownSeries* series = index.lookup(hash, reading_);
    bool fresh = false;
    if (!series) {
      make_series_key(point, store_.key_);
      if (!valid_tags(point)) return false;
      canonical_ = hash_key(store_.key_, index.seed());
      series = canonical_ == hash ? nullptr : index.lookup(canonical_, reading_);
      if (series) index.alias(hash, series);
      fresh = series == nullptr;
    }
    Stream* stream = fresh ? nullptr : stream_of(*series);
    const Shape* shape = shape_of(point, stream);
    if (!shape) return false;
    if (fresh) series = create(hash);
    if (!stream) stream = open_stream(*series);
    append(*stream, *shape, time);
    return true;
  }

  WriteResult result() const {
    if (refused_ > 0) return {TW_PARTIAL, reason_ + " dropped=" + std::to_string(refused_)};
    if (beyond_ > 0) {
      return {TW_PARTIAL, "points beyond retention policy dropped=" + std::to_string(beyond_)};
    }
    return {};
  }

 private:
  bool refuse(const std::string& why) {
    if (refused_++ == 0) reason_ = why;
    return false;
  }

  void enter_shard(int64_t time) {
    if (shard_ && time >= shard_->info().start && time < shard_->info().end) return;
    shard_ = store_.registry_.shard_at(target_, time);
    rows_ = &store_.table_->shard(shard_);
  }

  bool valid_tags(const tw_point& point) {
    for (uint32_t i = 0; i < point.n_tags; ++i) {
      if (view(point.tags[i].key) != "time") continue;
      return refuse("invalid tag key: input tag \"time\" on measurement " +
                    quoted(view(point.name)) + " is invalid");
    }
    if (store_.key_.size() > longest_key) {
      return refuse("max key length exceeded: " + std::to_string(store_.key_.size()) + " > 65535");
    }
    return true;
  }

  Stream* stream_of(KnownSeries& series) {
    const uint64_t generation = store_.table_->generation();
    if (series.generation == generation && series.stream->shard == rows_) return series.stream;
    // Who was last met in an older table has no stream in this one.
    if (series.generation != 0 && series.generation < generation) return nullptr;
    Stream* stream = rows_->find(series.id);
    if (stream) remember(series, stream);
    return stream;
  }

  void remember(KnownSeries& series, Stream* stream) {
    series.generation = store_.table_->generation();
    series.stream = stream;
  }

  KnownSeries* create(KeyHash hash) {
    Index& index = target_.database->index;
    KnownSeries* series = index.add(canonical_, store_.key_);
    if (canonical_ != hash) index.alias(hash, series);
    store_.record_.series(target_.database->id, series->id, store_.key_);
    return series;
  }

  Stream* open_stream(KnownSeries& series) {
    Stream* stream = store_.table_->add_stream(*rows_, series.id);
    store_.record_.stream(shard_->info().id, series.id);
    remember(series, stream);
    return stream;
  }

  // The shape of the point's fields; fields_ are then those to store. Null: refused.
  const Shape* shape_of(const tw_point& point, const Stream* stream) {
    fields_ = point.fields;
    const Shape* last = stream ? stream->state.shape : nullptr;
    if (last && fits_shape(*last, point.fields, point.n_fields) && finite(point)) return last;
    if (!std::all_of(point.fields, point.fields + point.n_fields, storable) ||
        has_duplicates(point)) {
      if (!clean_fields(point)) return nullptr;
      return find_or_add_shape(point, cleaned_.size());
    }
    return find_or_add_shape(point, point.n_fields);
  }

  static bool finite(const tw_point& point) {
    return std::all_of(point.fields, point.fields + point.n_fields, [](const tw_field& f) {
      return f.value.type != TW_FLOAT || std::isfinite(f.value.as.f);
    });
  }

  static bool has_duplicates(const tw_point& point) {
    for (uint32_t i = 1; i < point.n_fields; ++i) {
      for (uint32_t j = 0; j < i; ++j) {
        if (view(point.fields[i].key) == view(point.fields[j].key)) return true;
      }
    }
    return false;
  }

  // Without "time" and what is not storable; of fields of one name the last.
  bool clean_fields(const tw_point& point) {
    cleaned_.clear();
    bool time_field = false;
    for (uint32_t i = 0; i < point.n_fields; ++i) {
      const tw_field& f = point.fields[i];
      if (view(f.key) == "time") time_field = true;
      if (!storable(f)) continue;
      const auto same = [&](const tw_field& other) { return view(other.key) == view(f.key); };
      const auto it = std::find_if(cleaned_.begin(), cleaned_.end(), same);
      if (it == cleaned_.end()) {
        cleaned_.push_back(f);
      } else if (it->value.type == f.value.type) {
        *it = f;
      } else {
        return conflict(point, f, it->value.type);
      }
    }
    fields_ = cleaned_.data();
    if (!cleaned_.empty()) return true;
    if (time_field) {
      return refuse("invalid field name: input field \"time\" on measurement " +
                    quoted(view(point.name)) + " is invalid");
    }
    return refuse("point without fields on measurement " + quoted(view(point.name)));
  }

  bool conflict(const tw_point& point, const tw_field& f, uint32_t type) {
    return refuse("field type conflict: input field " + quoted(view(f.key)) + " on measurement " +
                  quoted(view(point.name)) + " is type " + type_name(f.value.type) +
                  ", already exists as type " + type_name(type));
  }

  const Shape* find_or_add_shape(const tw_point& point, size_t n) {
    const std::string_view measurement = view(point.name);
    if (const Shape* known = rows_->find_shape(measurement, fields_, n)) return known;
    for (size_t i = 0; i < n; ++i) {
      const auto there = shard_->field(measurement, view(fields_[i].key));
      if (there && there->type != fields_[i].value.type) {
        conflict(point, fields_[i], there->type);
        return nullptr;
      }
      if (fields_[i].key.len > longest_key) {
        refuse("max key length exceeded: " + std::to_string(fields_[i].key.len) + " > 65535");
        return nullptr;
      }
    }
    std::vector<Shape::Field> fields;
    for (size_t i = 0; i < n; ++i) fields.push_back(define(measurement, fields_[i]));
    const Shape* shape = rows_->add_shape(measurement, std::move(fields));
    store_.record_.shape(shard_->info().id, *shape);
    return shape;
  }

  Shape::Field define(std::string_view measurement, const tw_field& f) {
    const std::string_view name = view(f.key);
    auto info = shard_->field(measurement, name);
    if (!info) {
      info = shard_->define_field(measurement, name, f.value.type);
      store_.record_.field(shard_->info().id, info->id, info->type, measurement, name);
    }
    return {std::string(name), info->id, info->type};
  }

  void append(Stream& stream, const Shape& shape, int64_t time) {
    store_.table_->reserve_values(stream, shape.fields.size());
    std::string& room = store_.row_;
    const size_t bound = row_bound(shape, fields_);
    if (room.size() < bound) room.resize(2 * bound);
    const char* end = encode_row(stream.state, shape, time, fields_, room.data());
    const std::string_view row(room.data(), static_cast<size_t>(end - room.data()));
    store_.table_->append(stream, row);
    store_.record_.row(stream.number, row);
  }

  Store& store_;
  Target target_;
  int64_t now_, oldest_ = std::numeric_limits<int64_t>::min();
  std::shared_ptr<Shard> shard_;
  ShardTable* rows_ = nullptr;
  KeyHash canonical_{};
  Index::Reading reading_;
  const tw_field* fields_ = nullptr;
  std::vector<tw_field> cleaned_;
  uint64_t refused_ = 0, beyond_ = 0;
  std::string reason_;
};

namespace {

// Hashes of the points' hints, or of their keys: what can be done outside of the lock.
std::vector<KeyHash> hash_points(const tw_batch& batch, uint64_t seed) {
  std::vector<KeyHash> hashes(batch.count);
  std::string key;
  for (size_t i = 0; i < batch.count; ++i) {
    const tw_point& point = batch.points[i];
    if (point.series.len > 0) {
      hashes[i] = hash_key(view(point.series), seed);
    } else {
      make_series_key(point, key);
      hashes[i] = hash_key(key, seed);
    }
  }
  return hashes;
}

// True if listeners can have the batch as it came.
bool fit_to_tell(const tw_batch& batch, const std::vector<uint8_t>& taken) {
  for (size_t i = 0; i < batch.count; ++i) {
    const tw_point& p = batch.points[i];
    if (!taken[i] || p.time_ns == TW_NOW) return false;
    if (!std::is_sorted(p.tags, p.tags + p.n_tags, by_tag_key)) return false;
  }
  return true;
}

// What listeners get: the points that were taken, with times.
std::vector<tw_point> told_points(const tw_batch& batch, const std::vector<uint8_t>& taken,
                                  int64_t now, std::deque<std::vector<tw_tag>>& sorted) {
  std::vector<tw_point> out;
  for (size_t i = 0; i < batch.count; ++i) {
    if (!taken[i]) continue;
    tw_point& p = out.emplace_back(batch.points[i]);
    if (p.time_ns == TW_NOW) p.time_ns = now;
    if (std::is_sorted(p.tags, p.tags + p.n_tags, by_tag_key)) continue;
    auto& tags = sorted.emplace_back(p.tags, p.tags + p.n_tags);
    std::stable_sort(tags.begin(), tags.end(), by_tag_key);
    p.tags = tags.data();
  }
  return out;
}

}  // namespace

bool Store::full() const {
  if (log_->broken()) return true;
  if (table_->bytes() >= options_.table_size || log_->bytes() >= options_.log_size) return true;
  for (const auto& [id, rows] : table_->shards()) {
    const auto database = registry_.database(rows->shard()->info().database);
    if (database && database->index.pending() > most_new_series) return true;
  }
  return false;
}

void Store::rotate() {
  const bool broken = log_->broken();
  if (!broken) log_->sync();  // nothing in the next log may be safer than what it builds on
  auto next = std::make_shared<Log>(options_.path + "/log", registry_.catalogue().next_generation(),
                                    options_.sync);
  SealedTable sealed{table_, log_->path(), {}};
  for (const auto& database : registry_.all()) {
    sealed.series_end[database->id] = database->index.next_id();
  }
  sealed_.push_back(std::move(sealed));
  quarantined_ = quarantined_ || broken;
  table_ = std::make_shared<Table>(next->generation());
  log_ = std::move(next);
  const int64_t ticks = host_->ticks(host_);
  seal_interval_ = ticks - last_seal_;
  last_seal_ = ticks;
  const std::lock_guard lock(wake_mutex_);
  wanted_ = true;
  wake_.notify_all();
}

bool Store::make_room(std::unique_lock<std::mutex>& lock) {
  const auto drained = [&] { return sealed_.empty(); };
  if (!full() && !quarantined_) return true;
  if (!flushed_.wait_for(lock, patience, drained)) return false;
  if (full()) rotate();
  return !quarantined_ || flushed_.wait_for(lock, patience, drained);
}

WriteResult Store::write(tw_str database, tw_str retention, const tw_batch& batch) {
  Target target = registry_.resolve(view(database), view(retention));
  const std::string policy = target.policy.name;
  const std::vector<KeyHash> hashes = hash_points(batch, target.database->index.seed());
  const int64_t now_ns = now();
  std::vector<uint8_t> taken(batch.count);
  WriteResult result;
  std::exception_ptr failed;
  uint64_t position = 0, ticket = 0;
  std::shared_ptr<Log> log;
  {
    std::unique_lock lock(write_mutex_);
    if (!make_room(lock)) return {TW_AGAIN, "the memory table is full and waits for the disk"};
    record_.clear();
    BatchWriter writer(*this, std::move(target), now_ns);
    try {
      for (size_t i = 0; i < batch.count; ++i) taken[i] = writer.add(batch.points[i], hashes[i]);
    } catch (...) {
      failed = std::current_exception();  // the table has what came before, so must the log
    }
    result = writer.result();
    if (record_.empty()) {
      if (failed) std::rethrow_exception(failed);
      return result;
    }
    record_.finish(payload_);
    log = log_;
    position = log->append(payload_);
    ticket = feed_.take_ticket();
    last_write_ = host_->ticks(host_);
  }
  try {
    log->wait(position);
  } catch (...) {
    feed_.tell(ticket, database, borrow(policy), {nullptr, 0});
    throw;
  }
  if (ticket != 0 && fit_to_tell(batch, taken)) {
    feed_.tell(ticket, database, borrow(policy), batch);
  } else if (ticket != 0) {
    std::deque<std::vector<tw_tag>> sorted;
    const auto points = told_points(batch, taken, now_ns, sorted);
    feed_.tell(ticket, database, borrow(policy), {points.data(), points.size()});
  }
  if (failed) std::rethrow_exception(failed);
  return result;
}

}  // namespace tickwork::lmdb
