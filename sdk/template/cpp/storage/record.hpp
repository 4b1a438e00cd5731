// Points of one database as a record of the journal, and back. A record without points tells that
// the database is there.
#pragma once

#include <cstdint>
#include <cstring>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>
#include <vector>

class RecordWriter {
 public:
  explicit RecordWriter(std::string_view database) { text(database); }

  void point(const tw_point& p) {
    text(tickwork::view(p.name));
    word(static_cast<uint64_t>(p.time_ns));
    word(p.n_tags);
    for (const tw_tag& tag : tickwork::tags(p)) {
      text(tickwork::view(tag.key));
      text(tickwork::view(tag.value));
    }
    word(p.n_fields);
    for (const tw_field& field : tickwork::fields(p)) {
      text(tickwork::view(field.key));
      word(field.value.type);
      if (field.value.type == TW_STRING)
        text(tickwork::text(field.value));
      else
        word(field.value.as.u);
    }
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void word(uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void text(std::string_view t) {
    word(t.size());
    bytes_ += t;
  }
  std::string bytes_;
};

// Borrows the record's bytes. The checksum was right, so what it says is what was written.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : rest_{bytes}, database_{text()} {
    while (!rest_.empty()) point();
  }

  std::string_view database() const { return database_; }
  const std::vector<tw_point>& points() const { return points_; }

 private:
  void point() {
    tw_point p{};
    p.name = tickwork::str(text());
    p.time_ns = static_cast<int64_t>(word());
    auto& tags = tags_.emplace_back(word());
    for (tw_tag& tag : tags) {
      tag.key = tickwork::str(text());
      tag.value = tickwork::str(text());
    }
    auto& fields = fields_.emplace_back(word());
    for (tw_field& field : fields) {
      field.key = tickwork::str(text());
      field.value.type = static_cast<uint32_t>(word());
      if (field.value.type == TW_STRING)
        field.value = tickwork::value(text());
      else
        field.value.as.u = word();
    }
    p.tags = tags.data();
    p.fields = fields.data();
    p.n_tags = static_cast<uint32_t>(tags.size());
    p.n_fields = static_cast<uint32_t>(fields.size());
    points_.push_back(p);
  }
  uint64_t word() {
    uint64_t value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(word()); }
  std::string_view take(size_t n) {
    if (n > rest_.size()) throw tickwork::Error{TW_E_IO, "a record of the journal is damaged"};
    const auto taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }

  std::string_view rest_, database_;
  std::list<std::vector<tw_tag>> tags_;
  std::list<std::vector<tw_field>> fields_;
  std::vector<tw_point> points_;
};
