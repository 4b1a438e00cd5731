// SPDX-License-Identifier: MIT
// Strings: a dictionary where values repeat, else lengths and bytes. Decoded views point into the
// encoded bytes.
#include <boost/unordered/unordered_flat_map.hpp>

#include "codec.hpp"

namespace tickwork::lmdb {
namespace {

void put_texts(std::span<const std::string_view> values, std::string& out) {
  for (const std::string_view v : values) put_text(out, v);
}

}  // namespace

void encode_texts(std::span<const std::string_view> values, std::string& out) {
  boost::unordered_flat_map<std::string_view, uint64_t> numbers;
  std::vector<std::string_view> distinct;
  std::vector<uint64_t> chosen;
  for (const std::string_view v : values) {
    const auto [it, fresh] = numbers.try_emplace(v, distinct.size());
    if (fresh) distinct.push_back(v);
    chosen.push_back(it->second);
  }
  if (distinct.size() * 2 > values.size()) {
    out.push_back(static_cast<char>(Encoding::texts));
    return put_texts(values, out);
  }
  out.push_back(static_cast<char>(Encoding::dictionary));
  put_varint(out, distinct.size());
  put_texts(distinct, out);
  encode_words(chosen, out);
}

void decode_texts(Reader& in, size_t count, std::vector<std::string_view>& out) {
  out.clear();
  const auto encoding = static_cast<Encoding>(in.byte());
  if (encoding == Encoding::texts) {
    for (size_t i = 0; i < count && in.ok(); ++i) out.push_back(in.text());
  } else if (encoding == Encoding::dictionary) {
    std::vector<std::string_view> distinct;
    const uint64_t n = in.varint();
    for (uint64_t i = 0; i < n && in.ok(); ++i) distinct.push_back(in.text());
    std::vector<uint64_t> chosen;
    if (in.ok()) decode_words(in, count, chosen);
    for (const uint64_t number : chosen) {
      if (number >= distinct.size()) throw Damaged("text beyond the dictionary");
      out.push_back(distinct[number]);
    }
  } else {
    throw Damaged("unknown encoding of texts");
  }
  if (!in.ok() || out.size() != count) throw Damaged("texts end early");
}

}  // namespace tickwork::lmdb
