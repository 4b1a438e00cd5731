// SPDX-License-Identifier: MIT
// Line protocol from anybody: the parser never reads outside of the text, any split gives the same
// points, lines that came back from the serializer mean the same, and the quick and the exact
// parser agree (a leading blank sends a line to the exact one).
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "kit/lineproto/lineproto.hpp"

using tickwork::lineproto::Parsed;
using tickwork::lineproto::Parser;
using tickwork::lineproto::Serializer;

namespace {

std::string written(const Parsed& parsed) {
  Serializer serializer{{.uint_support = true}};
  std::string out;
  for (const tw_point& point : parsed.points) serializer.append(point, out);
  return out;
}

// The text in a block of exactly its size, so that a sanitizer sees any read beyond it.
std::string round(Parser& parser, std::string_view text, bool final, size_t& used) {
  const auto copy = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  const Parsed parsed = parser.parse({copy.get(), text.size()}, final);
  used = parsed.used;
  return written(parsed);
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Parser parser;
  size_t used = 0;
  const std::string whole = round(parser, text, true, used);
  require(used == size);
  require(round(parser, text, true, used) == whole);  // with remembered series

  const size_t split = size == 0 ? 0 : data[0] % size;
  Parser streaming;
  std::string parts = round(streaming, text.substr(0, split), false, used);
  parts += round(streaming, text.substr(used), true, used);
  require(parts == whole);

  std::string indented = " ";
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented += ' ';
  }
  if (text.find('"') == text.npos && text.find('\\') == text.npos) {
    require(round(parser, indented, true, used) == whole);
  }
  return 0;
}
