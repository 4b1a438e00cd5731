// SPDX-License-Identifier: MIT
// Making points: Sink, the chain Point (ends in send()) and the reusable Row for loops.
#pragma once

#include <array>
#include <concepts>
#include <string_view>
#include <utility>
#include <vector>

#include "../host/emit.h"
#include "../metric.h"
#include "error.hpp"

namespace tickwork {

template <std::floating_point T>
tw_value value(T v) {
  return {.type = TW_FLOAT, .len = 0, .as = {.f = static_cast<double>(v)}};
}
// A template, so that a pointer does not become a bool.
template <std::same_as<bool> T>
tw_value value(T v) {
  return {.type = TW_BOOL, .len = 0, .as = {.b = v}};
}
template <std::signed_integral T>
tw_value value(T v) {
  return {.type = TW_INT, .len = 0, .as = {.i = static_cast<int64_t>(v)}};
}
template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) tw_value value(T v) {
  return {.type = TW_UINT, .len = 0, .as = {.u = static_cast<uint64_t>(v)}};
}
inline tw_value value(std::string_view v) {
  return {.type = TW_STRING, .len = static_cast<uint32_t>(v.size()), .as = {.s = v.data()}};
}
inline tw_value value(const std::string& v) { return value(std::string_view{v}); }
inline tw_value value(const char* v) { return value(std::string_view{v}); }

// The text of a TW_STRING value.
inline std::string_view text(const tw_value& v) {
  return v.len ? std::string_view{v.as.s, v.len} : std::string_view{};
}

// One point under construction, reusable: clear keeps the memory. Borrows every string given to it
// until the row was added.
class Row {
 public:
  Row() = default;
  explicit Row(std::string_view measurement) { point_.name = str(measurement); }

  Row& clear(std::string_view measurement) {
    tags_.clear();
    fields_.clear();
    point_ = blank();
    point_.name = str(measurement);
    return *this;
  }
  Row& tag(std::string_view key, std::string_view v) {
    if (!v.empty()) tags_.push_back({str(key), str(v)});
    return *this;
  }
  template <class T>
  Row& field(std::string_view key, const T& v) {
    fields_.push_back({str(key), value(v)});
    return *this;
  }
  Row& field_value(std::string_view key, const tw_value& v) {
    fields_.push_back({str(key), v});
    return *this;
  }
  Row& time(int64_t ns) { return point_.time_ns = ns, *this; }
  Row& kind(uint32_t k) { return point_.kind = k, *this; }
  Row& token(uint64_t t) { return point_.token = t, *this; }

  bool has_fields() const { return !fields_.empty(); }

  // Valid until the row changes.
  const tw_point& raw() {
    point_.tags = tags_.data();
    point_.fields = fields_.data();
    point_.n_tags = static_cast<uint32_t>(tags_.size());
    point_.n_fields = static_cast<uint32_t>(fields_.size());
    return point_;
  }

 private:
  std::vector<tw_tag> tags_;
  std::vector<tw_field> fields_;
  static tw_point blank() {
    tw_point point{};
    point.time_ns = TW_NOW;
    return point;
  }

  tw_point point_ = blank();
};

class Sink;

// A chain that ends in send(). It must be sent in the full expression that its temporaries live in,
// so it does not send from its destructor.
class [[nodiscard("a point goes nowhere without send()")]] Point {
 public:
  Point(const tw_sink* sink, std::string_view measurement) : sink_{sink}, row_{measurement} {}
  Point(Point &&) = default;
  Point(const Point&) = delete;

  [[nodiscard("a point goes nowhere without send()")]] Point&& tag(std::string_view key,
                                                                   std::string_view v)&& {
    row_.tag(key, v);
    return std::move(*this);
  }
  template <class T>
  [[nodiscard("a point goes nowhere without send()")]] Point&& field(std::string_view key,
                                                                     const T& v)&& {
    row_.field(key, v);
    return std::move(*this);
  }
  [[nodiscard("a point goes nowhere without send()")]] Point&& time(int64_t ns)&& {
    row_.time(ns);
    return std::move(*this);
  }
  [[nodiscard("a point goes nowhere without send()")]] Point&& kind(uint32_t k)&& {
    row_.kind(k);
    return std::move(*this);
  }
  [[nodiscard("a point goes nowhere without send()")]] Point&& token(uint64_t t)&& {
    row_.token(t);
    return std::move(*this);
  }
  // The sink's status: TW_OK, TW_AGAIN (full, not taken), TW_E_INVALID (dropped).
  tw_status send()&& { return sink_->add(sink_, &row_.raw(), 1); }

 private:
  const tw_sink* sink_;
  Row row_;
};

// Where points go; valid during the call that it was handed to.
class Sink {
 public:
  explicit Sink(const tw_sink* raw) : raw_{raw} {}
  Point point(std::string_view measurement) const { return {raw_, measurement}; }
  tw_status add(Row& row) const { return raw_->add(raw_, &row.raw(), 1); }
  tw_status add(const tw_point* points, size_t n) const { return raw_->add(raw_, points, n); }
  tw_status add(const tw_point& point) const { return raw_->add(raw_, &point, 1); }
  const tw_sink* raw() const { return raw_; }

 private:
  const tw_sink* raw_;
};

// Where bytes go; throws what the other side fails with.
class Writer {
 public:
  explicit Writer(const tw_writer* raw) : raw_{raw} {}
  void write(std::string_view bytes) const {
    if (const tw_status s = raw_->write(raw_, str(bytes)); s < 0) throw Error{s, "cannot write"};
  }

 private:
  const tw_writer* raw_;
};

}  // namespace tickwork
