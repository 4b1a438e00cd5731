// SPDX-License-Identifier: MIT
#include "isolate/image.hpp"

namespace tickwork::host {

namespace {

const char* as_offset(size_t offset) { return reinterpret_cast<const char*>(offset); }

template <class Row>
void append(std::string& to, const Row& row) {
  to.append(reinterpret_cast<const char*>(&row), sizeof row);
}

struct Strings {
  const char* data;
  size_t size;

  // An offset becomes a pointer. False: it is not within the strings, or no NUL follows.
  bool fix(const char*& at, size_t len) const {
    const auto offset = reinterpret_cast<size_t>(at);
    if (offset >= size || len >= size - offset || data[offset + len] != '\0') return false;
    at = data + offset;
    return true;
  }
  bool fix(tw_str& s) const { return fix(s.data, s.len); }
};

bool fix(tw_field& field, const Strings& strings) {
  if (!strings.fix(field.key)) return false;
  tw_value& value = field.value;
  if (value.type == TW_BOOL) {
    const bool truth = *reinterpret_cast<const unsigned char*>(&value.as) != 0;
    value.as.b = truth;
  }
  if (value.type == TW_STRING) return strings.fix(value.as.s, value.len);
  return true;
}

bool fix(tw_point& point, char*& table, const Strings& strings) {
  auto* tags = reinterpret_cast<tw_tag*>(table);
  auto* fields = reinterpret_cast<tw_field*>(table + point.n_tags * sizeof(tw_tag));
  table += point.n_tags * sizeof(tw_tag) + point.n_fields * sizeof(tw_field);
  bool good = strings.fix(point.name) && strings.fix(point.series);
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    good = good && strings.fix(tags[i].key) && strings.fix(tags[i].value);
  }
  for (uint32_t i = 0; i < point.n_fields; ++i) good = good && fix(fields[i], strings);
  point.tags = tags;
  point.fields = fields;
  return good;
}

bool tables_fit(std::span<const tw_point> points, size_t room) {
  size_t needed = 0;
  for (const tw_point& point : points) {
    needed += point.n_tags * sizeof(tw_tag) + point.n_fields * sizeof(tw_field);
    if (needed > room) return false;
  }
  return needed == room;
}

}  // namespace

const char* Image::put(tw_str text) {
  const size_t at = strings_.size();
  if (text.data) strings_.append(text.data, text.len);
  strings_.push_back('\0');
  return as_offset(at);
}

void Image::add(const tw_point& point) {
  tw_point copy = point;
  const auto place = [&](tw_str& s) {
    s.len = s.data ? s.len : 0;
    s.data = put(s);
  };
  place(copy.name);
  place(copy.series);
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    tw_tag tag = point.tags[i];
    place(tag.key);
    place(tag.value);
    append(tables_, tag);
  }
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    tw_field field = point.fields[i];
    place(field.key);
    if (field.value.type == TW_STRING) field.value.as.s = put({field.value.as.s, field.value.len});
    append(tables_, field);
  }
  copy.tags = nullptr;
  copy.fields = nullptr;
  points_.push_back(copy);
}

void Image::add(std::span<const tw_point> points) {
  for (const tw_point& point : points) add(point);
}

void Image::pack(Packer& to) const {
  to.align();
  to.reserve(3 * sizeof(uint64_t) + bytes());
  to.put(uint64_t{points_.size()});
  to.put(uint64_t{tables_.size()});
  to.put(uint64_t{strings_.size()});
  to.raw(points_.data(), points_.size() * sizeof(tw_point));
  to.raw(tables_.data(), tables_.size());
  to.raw(strings_.data(), strings_.size());
}

void Image::clear() {
  points_.clear();
  tables_.clear();
  strings_.clear();
}

namespace {

size_t length(tw_str s) { return s.data ? s.len : 0; }

struct Sizes {
  size_t tables = 0, strings = 0;
};

Sizes sizes_of(std::span<const tw_point> points) {
  Sizes sizes;
  for (const tw_point& point : points) {
    sizes.tables += point.n_tags * sizeof(tw_tag) + point.n_fields * sizeof(tw_field);
    sizes.strings += length(point.name) + length(point.series) + 2;
    for (uint32_t i = 0; i < point.n_tags; ++i) {
      sizes.strings += length(point.tags[i].key) + length(point.tags[i].value) + 2;
    }
    for (uint32_t i = 0; i < point.n_fields; ++i) {
      const tw_field& field = point.fields[i];
      sizes.strings += length(field.key) + 1;
      if (field.value.type == TW_STRING) sizes.strings += field.value.len + size_t{1};
    }
  }
  return sizes;
}

// Writes into room that was measured before.
class Writer {
 public:
  Writer(char* points, char* tables, char* strings)
      : points_{points}, tables_{tables}, strings_{strings}, at_{strings} {}

  void write(const tw_point& point) {
    tw_point copy = point;
    copy.name = place(point.name);
    copy.series = place(point.series);
    for (uint32_t i = 0; i < point.n_tags; ++i) {
      put(tables_, tw_tag{place(point.tags[i].key), place(point.tags[i].value)});
    }
    for (uint32_t i = 0; i < point.n_fields; ++i) {
      tw_field field = point.fields[i];
      field.key = place(field.key);
      if (field.value.type == TW_STRING) {
        field.value.as.s = place({field.value.as.s, field.value.len}).data;
      }
      put(tables_, field);
    }
    copy.tags = nullptr;
    copy.fields = nullptr;
    put(points_, copy);
  }

 private:
  tw_str place(tw_str s) {
    const size_t n = length(s);
    const char* offset = as_offset(static_cast<size_t>(at_ - strings_));
    if (n > 0) std::memcpy(at_, s.data, n);
    at_[n] = '\0';
    at_ += n + 1;
    return {offset, n};
  }
  template <class Row>
  static void put(char*& to, const Row& row) {
    std::memcpy(to, &row, sizeof row);
    to += sizeof row;
  }

  char *points_, *tables_, *const strings_, *at_;
};

}  // namespace

void pack_points(Packer& to, std::span<const tw_point> points) {
  const Sizes sizes = sizes_of(points);
  to.align();
  to.put(uint64_t{points.size()});
  to.put(uint64_t{sizes.tables});
  to.put(uint64_t{sizes.strings});
  char* rows = to.room(points.size() * sizeof(tw_point) + sizes.tables + sizes.strings);
  char* tables = rows + points.size() * sizeof(tw_point);
  Writer writer{rows, tables, tables + sizes.tables};
  for (const tw_point& point : points) writer.write(point);
}

std::span<tw_point> unpack_points(Unpacker& from) {
  from.align();
  const auto n = from.take<uint64_t>();
  const auto n_tables = from.take<uint64_t>();
  const auto n_strings = from.take<uint64_t>();
  if (n > from.left() / sizeof(tw_point)) return from.fail(), std::span<tw_point>{};
  auto* first = reinterpret_cast<tw_point*>(from.raw(n * sizeof(tw_point)));
  char* table = from.raw(n_tables);
  const Strings strings{from.raw(n_strings), n_strings};
  if (!from.ok()) return {};
  const std::span<tw_point> points{first, n};
  bool good = tables_fit(points, n_tables);
  for (size_t i = 0; good && i < n; ++i) good = fix(points[i], table, strings);
  if (!good) return from.fail(), std::span<tw_point>{};
  return points;
}

}  // namespace tickwork::host
