// SPDX-License-Identifier: MIT
#include "snapshot.hpp"

#include <cstring>
#include <tickwork/tickwork.hpp>
#include <type_traits>

namespace tickwork::basicstats {
namespace {

constexpr std::string_view magic = "bstats1\n";
static_assert(std::is_trivially_copyable_v<Stats>);

uint64_t fnv(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_{bytes} {}

  std::string_view take(size_t size) {
    if (size > left_.size()) throw Error{TW_E_INVALID, "a snapshot of basicstats ends early"};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string{take(number<uint32_t>())}; }
  bool more() const { return !left_.empty(); }

 private:
  std::string_view left_;
};

void put_series(std::string& out, const std::string& key, const Series& series) {
  put_text(out, key);
  put_text(out, series.name);
  put(out, static_cast<uint32_t>(series.tags.size()));
  for (const auto& [name, value] : series.tags) {
    put_text(out, name);
    put_text(out, value);
  }
  put(out, static_cast<uint32_t>(series.fields.size()));
  for (const auto& [field, stats] : series.fields) {
    put_text(out, field);
    put(out, stats);
  }
}

Series series_from(Reader& in) {
  Series series;
  series.name = in.text();
  for (auto n = in.number<uint32_t>(); n > 0; --n) {
    std::string name = in.text();
    series.tags.emplace_back(std::move(name), in.text());
  }
  for (auto n = in.number<uint32_t>(); n > 0; --n) {
    std::string field = in.text();
    series.fields.emplace(std::move(field), in.number<Stats>());
  }
  return series;
}

}  // namespace

std::string write_snapshot(const Window& window) {
  std::string out{magic};
  for (const auto& [key, series] : window) put_series(out, key, series);
  put(out, fnv(out));
  return out;
}

Window read_snapshot(std::string_view bytes) {
  uint64_t sum = 0;
  const bool whole = bytes.size() >= magic.size() + sizeof sum && bytes.starts_with(magic);
  if (whole) std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  if (!whole || sum != fnv(bytes.substr(0, bytes.size() - sizeof sum))) {
    throw Error{TW_E_INVALID, "no snapshot of this version of basicstats, or a damaged one"};
  }
  Reader in{bytes.substr(magic.size(), bytes.size() - magic.size() - sizeof sum)};
  Window window;
  while (in.more()) {
    std::string key = in.text();
    window.emplace(std::move(key), series_from(in));
  }
  return window;
}

}  // namespace tickwork::basicstats
