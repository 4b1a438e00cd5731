// SPDX-License-Identifier: MIT
#include "log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "checksum.hpp"
#include "durable_file.hpp"
#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint64_t log_magic = 0x32474f4c57544b4c;  // "LKTWLOG2"
constexpr uint64_t old_magic = 0x31474f4c57544b4c;  // "LKTWLOG1": as if each record began a group
constexpr size_t head_bytes = 16;                   // magic, generation
constexpr size_t record_head = 16;                  // length, check of it, checksum of the payload
constexpr uint32_t begins_group = 1U << 31;         // in the length: all before it was on the disk

std::string file_name(const std::string& folder, uint64_t generation) {
  char name[32];
  std::snprintf(name, sizeof name, "/%016llx.log", static_cast<unsigned long long>(generation));
  return folder + name;
}

// A record is only sound at its own place in its own file.
uint64_t seed_of(uint64_t generation, uint64_t offset) {
  return generation * 0x9e3779b97f4a7c15 + offset;
}

uint32_t length_check(uint32_t length, uint64_t seed) {
  return static_cast<uint32_t>(
      checksum({reinterpret_cast<const char*>(&length), sizeof length}, ~seed));
}

}  // namespace

Log::Log(const std::string& folder, uint64_t generation, Sync sync)
    : path_(file_name(folder, generation)), generation_(generation), sync_(sync) {
  file_ = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0660);
  std::string head;
  put_word(head, log_magic);
  put_word(head, generation);
  if (file_ < 0 || !write_all(file_, head) || ::fdatasync(file_) != 0) {
    const std::string why = std::strerror(errno);
    if (file_ >= 0) ::close(file_);
    throw Failure(TW_E_IO, "cannot create log " + path_ + ": " + why);
  }
  sync_folder(folder);
  appended_ = durable_ = synced_ = head_bytes;
}

Log::~Log() { ::close(file_); }

uint64_t Log::append(std::string_view payload) {
  const std::lock_guard lock(mutex_);
  const uint64_t seed = seed_of(generation_, appended_);
  auto length = static_cast<uint32_t>(payload.size());
  // What is queued is written when the write before it has been synced, if that is promised.
  if (queue_.empty() && (sync_ == Sync::always || synced_ == appended_)) length |= begins_group;
  put_word(queue_, length);
  put_word(queue_, length_check(length, seed));
  put_word(queue_, checksum(payload, seed));
  queue_.append(payload);
  return appended_ += record_head + payload.size();
}

void Log::write_out(std::unique_lock<std::mutex>& lock, bool to_disk) {
  busy_ = true;
  std::string out;
  out.swap(queue_);
  const uint64_t end = appended_;
  lock.unlock();
  const bool good = write_all(file_, out) && (!to_disk || ::fdatasync(file_) == 0);
  const int why = errno;
  lock.lock();
  busy_ = false;
  if (!good) {
    error_ = "cannot write log " + path_ + ": " + std::strerror(why);
  } else {
    durable_ = end;
    if (to_disk) synced_ = end;
  }
  written_.notify_all();
}

void Log::wait(uint64_t position) {
  std::unique_lock lock(mutex_);
  while (durable_ < position) {
    if (!error_.empty()) throw Failure(TW_E_IO, error_);
    if (busy_) {
      written_.wait(lock);
    } else {
      write_out(lock, sync_ == Sync::always);
    }
  }
}

void Log::sync() {
  std::unique_lock lock(mutex_);
  const uint64_t position = appended_;
  while (synced_ < position) {
    if (!error_.empty()) throw Failure(TW_E_IO, error_);
    if (busy_) {
      written_.wait(lock);
    } else {
      write_out(lock, true);
    }
  }
}

uint64_t Log::bytes() const {
  const std::lock_guard lock(mutex_);
  return appended_;
}

bool Log::broken() const {
  const std::lock_guard lock(mutex_);
  return !error_.empty();
}

// ---- records ----

namespace {

enum : uint8_t { def_series = 1, def_field = 2, def_shape = 3, def_stream = 4 };

struct RecordReader {
  Reader in;
  LogVisitor& visitor;

  void series() {
    const uint64_t database = in.varint(), id = in.varint();
    const std::string_view key = in.text();
    if (in.ok()) visitor.series(database, id, key);
  }
  void field() {
    const uint64_t shard = in.varint();
    const auto id = static_cast<FieldId>(in.varint());
    const uint32_t type = in.byte();
    const std::string_view measurement = in.text(), name = in.text();
    if (type < TW_FLOAT || type > TW_STRING) throw Damaged("log defines a field of unknown type");
    if (in.ok()) visitor.field(shard, id, type, measurement, name);
  }
  void shape() {
    const uint64_t shard = in.varint(), number = in.varint(), n = in.varint();
    std::vector<FieldId> fields;
    for (uint64_t i = 0; i < n && in.ok(); ++i) fields.push_back(static_cast<FieldId>(in.varint()));
    if (in.ok()) visitor.shape(shard, number, fields);
  }
  void stream() {
    const uint64_t shard = in.varint(), series = in.varint();
    if (in.ok()) visitor.stream(shard, series);
  }
  void definition() {
    switch (in.byte()) {
      case def_series:
        return series();
      case def_field:
        return field();
      case def_shape:
        return shape();
      case def_stream:
        return stream();
      default:
        throw Damaged("log has an unknown definition");
    }
  }
  void read() {
    const uint64_t n = in.varint();
    for (uint64_t i = 0; i < n && in.ok(); ++i) definition();
    uint64_t stream = 0;
    while (in.ok() && !in.empty()) {
      stream += in.signed_varint();
      const std::string_view row = in.text();
      if (in.ok()) visitor.row(stream++, row);
    }
    if (!in.ok()) throw Damaged("log record ends early");
  }
};

struct FoundRecord {
  std::string_view payload;  // data() == null: there is none
  bool begins_group = false;
};

FoundRecord record_at(std::string_view file, uint64_t generation, size_t offset) {
  if (file.size() < offset + record_head) return {};
  const auto word = load_word<uint32_t>(file.data() + offset);
  const uint64_t seed = seed_of(generation, offset);
  if (load_word<uint32_t>(file.data() + offset + 4) != length_check(word, seed)) return {};
  const uint32_t length = word & ~begins_group;
  if (length > file.size() - offset - record_head) return {};
  const std::string_view payload = file.substr(offset + record_head, length);
  const auto sum = load_word<uint64_t>(file.data() + offset + 8);
  if (sum != checksum(payload, seed)) return {};
  return {payload, (word & begins_group) != 0};
}

}  // namespace

void LogRecord::clear() {
  definitions_.clear();
  rows_.clear();
  n_definitions_ = previous_ = 0;
}

void LogRecord::series(uint64_t database, SeriesId id, std::string_view key) {
  ++n_definitions_;
  definitions_.push_back(def_series);
  put_varint(definitions_, database);
  put_varint(definitions_, id);
  put_text(definitions_, key);
}

void LogRecord::field(ShardId shard, FieldId id, uint32_t type, std::string_view measurement,
                      std::string_view name) {
  ++n_definitions_;
  definitions_.push_back(def_field);
  put_varint(definitions_, shard);
  put_varint(definitions_, id);
  definitions_.push_back(static_cast<char>(type));
  put_text(definitions_, measurement);
  put_text(definitions_, name);
}

void LogRecord::shape(ShardId shard, const Shape& shape) {
  ++n_definitions_;
  definitions_.push_back(def_shape);
  put_varint(definitions_, shard);
  put_varint(definitions_, shape.number);
  put_varint(definitions_, shape.fields.size());
  for (const Shape::Field& field : shape.fields) put_varint(definitions_, field.id);
}

void LogRecord::stream(ShardId shard, SeriesId series) {
  ++n_definitions_;
  definitions_.push_back(def_stream);
  put_varint(definitions_, shard);
  put_varint(definitions_, series);
}

void LogRecord::row(uint64_t stream, std::string_view bytes) {
  const size_t before = rows_.size();
  rows_.resize(before + 2 * longest_varint + bytes.size());
  char* at = put_varint(rows_.data() + before, zigzag(stream - previous_));
  at = put_varint(at, bytes.size());
  std::memcpy(at, bytes.data(), bytes.size());
  rows_.resize(static_cast<size_t>(at - rows_.data()) + bytes.size());
  previous_ = stream + 1;
}

void LogRecord::finish(std::string& payload) const {
  payload.clear();
  put_varint(payload, n_definitions_);
  payload += definitions_;
  payload += rows_;
}

size_t read_log(std::string_view file, uint64_t generation, LogVisitor& visitor) {
  Reader head(file);
  const auto kind = head.word<uint64_t>();
  if ((kind != log_magic && kind != old_magic) || head.word<uint64_t>() != generation) return 0;
  size_t offset = head_bytes;
  while (true) {
    const std::string_view payload = record_at(file, generation, offset).payload;
    if (payload.data() == nullptr) return offset;
    RecordReader{Reader(payload), visitor}.read();
    offset += record_head + payload.size();
  }
}

bool synced_record_after(std::string_view file, uint64_t generation, size_t from) {
  const bool old = Reader(file).word<uint64_t>() == old_magic;
  for (size_t at = from + 1; at + record_head < file.size(); ++at) {
    const FoundRecord found = record_at(file, generation, at);
    if (found.payload.data() != nullptr && (old || found.begins_group)) return true;
  }
  return false;
}

}  // namespace tickwork::lmdb
