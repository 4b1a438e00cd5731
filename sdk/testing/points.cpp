// SPDX-License-Identifier: MIT
// Deep copies of points, and what a sink checks.
#include <tickwork/cpp/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tickwork/testing/points.hpp>
#include <vector>

namespace tickwork::testing {
namespace {

// Hands out places in one block.
class Carver {
 public:
  explicit Carver(std::byte* at) : at_{at} {}

  const char* copy(const char* from, size_t n) {
    char* to = reinterpret_cast<char*>(at_);
    if (n) std::memcpy(to, from, n);
    to[n] = '\0';
    at_ += n + 1;
    return to;
  }
  tw_str copy(tw_str s) { return {copy(s.data, s.len), s.len}; }
  template <class T>
  T* rows(size_t n) {
    T* to = reinterpret_cast<T*>(at_);
    at_ += n * sizeof(T);
    return to;
  }

 private:
  std::byte* at_;
};

size_t string_len(const tw_value& v) { return v.type == TW_STRING ? v.len : 0; }

size_t bytes_of(const tw_point& p) {
  size_t n = p.n_tags * sizeof(tw_tag) + p.n_fields * sizeof(tw_field);
  n += p.name.len + 1 + p.series.len + 1;
  for (uint32_t i = 0; i < p.n_tags; ++i) n += p.tags[i].key.len + p.tags[i].value.len + 2;
  for (uint32_t i = 0; i < p.n_fields; ++i)
    n += p.fields[i].key.len + string_len(p.fields[i].value) + 2;
  return n;
}

std::string quoted(std::string_view s) { return '"' + std::string{s} + '"'; }

std::string flaw_of_value(const tw_field& f) {
  if (f.value.type < TW_FLOAT || f.value.type > TW_STRING)
    return "field " + quoted(view(f.key)) + " has unknown type " + std::to_string(f.value.type);
  if (f.value.type == TW_FLOAT && !std::isfinite(f.value.as.f))
    return "field " + quoted(view(f.key)) + " is not finite";
  return "";
}

}  // namespace

Points& Points::operator=(Points&& other) noexcept {
  if (this != &other) {
    poison();
    rows_ = std::move(other.rows_);
    blocks_ = std::move(other.blocks_);
  }
  return *this;
}

Points::~Points() { poison(); }

void Points::poison() noexcept {
  for (Block& b : blocks_)
    if (b.bytes) std::memset(b.bytes.get(), 0xDD, b.size);
  for (tw_point& row : rows_) std::memset(&row, 0xDD, sizeof row);
}

void Points::add(const tw_point& p) {
  const size_t size = bytes_of(p);
  Block block{std::make_unique<std::byte[]>(size), size};
  Carver carve{block.bytes.get()};
  tw_tag* tags = carve.rows<tw_tag>(p.n_tags);
  tw_field* fields = carve.rows<tw_field>(p.n_fields);
  tw_point copy = p;
  copy.name = carve.copy(p.name);
  copy.series = carve.copy(p.series);
  for (uint32_t i = 0; i < p.n_tags; ++i)
    tags[i] = {carve.copy(p.tags[i].key), carve.copy(p.tags[i].value)};
  for (uint32_t i = 0; i < p.n_fields; ++i) {
    fields[i] = {carve.copy(p.fields[i].key), p.fields[i].value};
    if (fields[i].value.type == TW_STRING)
      fields[i].value.as.s = carve.copy(p.fields[i].value.as.s, p.fields[i].value.len);
  }
  std::sort(tags, tags + p.n_tags,
            [](const tw_tag& a, const tw_tag& b) { return view(a.key) < view(b.key); });
  copy.tags = tags;
  copy.fields = fields;
  rows_.push_back(copy);
  blocks_.push_back(std::move(block));
}

std::string Points::text() const {
  std::string all;
  for (const tw_point& p : *this) {
    if (!all.empty()) all += '\n';
    all += line(p);
  }
  return all;
}

std::string flaw(const tw_point& p) {
  if (p.name.len == 0) return "a point has no name";
  const std::string place = " of " + quoted(view(p.name));
  if (p.n_fields == 0) return quoted(view(p.name)) + " has no fields";
  for (uint32_t i = 0; i < p.n_tags; ++i) {
    if (p.tags[i].key.len == 0) return "a tag key" + place + " is empty";
    if (p.tags[i].value.len == 0) return "tag " + quoted(view(p.tags[i].key)) + place + " is empty";
  }
  for (uint32_t i = 0; i < p.n_fields; ++i) {
    if (p.fields[i].key.len == 0) return "a field key" + place + " is empty";
    if (const std::string why = flaw_of_value(p.fields[i]); !why.empty()) return why + place;
  }
  return "";
}

std::string sorted(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (std::string_view l : lines) {
    if (!all.empty()) all += '\n';
    all += l;
  }
  return all;
}

}  // namespace tickwork::testing
