// SPDX-License-Identifier: MIT
// Numbers and strings to bytes and back, in this machine's byte order: both ends are one program.
// An Unpacker takes nothing for granted: beyond the end it yields zeros and is no longer ok().
#pragma once

#include <tickwork/abi.h>

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace tickwork::host {

class Packer {
 public:
  template <class Number>
  void put(Number number) {
    static_assert(std::is_arithmetic_v<Number> || std::is_enum_v<Number>);
    raw(&number, sizeof number);
  }
  // With a NUL behind it, so that the receiver can hand it out as it lies there.
  void text(std::string_view s) {
    put(static_cast<uint32_t>(s.size()));
    raw(s.data(), s.size());
    bytes_.push_back('\0');
  }
  void text(tw_str s) { text(std::string_view{s.data ? s.data : "", s.data ? s.len : 0}); }
  void raw(const void* from, size_t n) {
    if (n > 0) bytes_.append(static_cast<const char*>(from), n);
  }
  // The next byte's offset becomes a multiple of eight.
  void align() { bytes_.resize((bytes_.size() + 7) & ~size_t{7}); }
  // Room for n bytes at the end, to be filled by the caller at once.
  char* room(size_t n) {
    bytes_.resize(bytes_.size() + n);
    return bytes_.data() + bytes_.size() - n;
  }
  void reserve(size_t n) { bytes_.reserve(bytes_.size() + n); }

  const char* data() const { return bytes_.data(); }
  char* data() { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

// Borrows the bytes, which lie eight-byte aligned.
class Unpacker {
 public:
  Unpacker() = default;
  Unpacker(char* data, size_t size) : begin_{data}, at_{data}, end_{data + size} {}

  bool ok() const { return ok_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  template <class Number>
  Number take() {
    Number number{};
    if (const char* from = raw(sizeof number)) std::memcpy(&number, from, sizeof number);
    return number;
  }
  tw_str text() {
    const auto n = size_t{take<uint32_t>()};
    const char* from = raw(n + 1);
    if (!from || from[n] != '\0') return fail(), tw_str{"", 0};
    return {from, n};
  }
  std::string_view view() {
    const tw_str s = text();
    return {s.data, s.len};
  }
  // A count of things that take at least each bytes: never more than can follow.
  uint32_t count(size_t each) {
    const auto n = take<uint32_t>();
    if (n > left() / each) return fail(), 0;
    return n;
  }
  void align() {
    const size_t over = static_cast<size_t>(at_ - begin_) % 8;
    if (over) raw(8 - over);
  }
  // n bytes in place; NULL: there are fewer.
  char* raw(size_t n) {
    if (n > left()) return fail(), nullptr;
    char* from = at_;
    at_ += n;
    return from;
  }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

 private:
  char *begin_ = nullptr, *at_ = nullptr, *end_ = nullptr;
  bool ok_ = true;
};

}  // namespace tickwork::host
