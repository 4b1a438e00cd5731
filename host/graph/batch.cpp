// SPDX-License-Identifier: MIT
#include "graph/batch.hpp"

#include <cstring>

namespace tickwork::host {

namespace {

size_t room(tw_str s) { return s.len + 1; }

tw_str put(char*& at, tw_str s) {
  if (s.len > 0) std::memcpy(at, s.data, s.len);
  at[s.len] = '\0';
  const tw_str copy{at, s.len};
  at += s.len + 1;
  return copy;
}

size_t string_bytes(const tw_point& point) {
  size_t bytes = room(point.name) + (point.series.len ? room(point.series) : 0);
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    bytes += room(point.tags[i].key) + room(point.tags[i].value);
  }
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    const tw_field& field = point.fields[i];
    bytes += room(field.key) + (field.value.type == TW_STRING ? field.value.len + size_t{1} : 0);
  }
  return bytes;
}

}  // namespace

tw_str copy_string(Arena& arena, std::string_view text) {
  char* at = arena.take(text.size() + 1);
  return put(at, borrow(text));
}

tw_point copy_point(Arena& arena, const tw_point& point) {
  const size_t tables = point.n_tags * sizeof(tw_tag) + point.n_fields * sizeof(tw_field);
  char* at = arena.take(tables + string_bytes(point));
  auto* tags = reinterpret_cast<tw_tag*>(at);
  auto* fields = reinterpret_cast<tw_field*>(at + point.n_tags * sizeof(tw_tag));
  at += tables;
  tw_point copy = point;
  copy.name = put(at, point.name);
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    tags[i].key = put(at, point.tags[i].key);
    tags[i].value = put(at, point.tags[i].value);
  }
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    const tw_field& field = point.fields[i];
    fields[i] = field;
    fields[i].key = put(at, field.key);
    if (field.value.type == TW_STRING) {
      fields[i].value.as.s = put(at, {field.value.as.s, field.value.len}).data;
    }
  }
  copy.tags = tags;
  copy.fields = fields;
  copy.series = point.series.len ? put(at, point.series) : tw_str{};
  return copy;
}

std::shared_ptr<Batch> part_of(const BatchPtr& whole) {
  auto part = std::make_shared<Batch>();
  part->owners.push_back(whole);
  part->tracked = whole->tracked;
  return part;
}

}  // namespace tickwork::host
