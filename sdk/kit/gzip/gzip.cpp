// SPDX-License-Identifier: MIT
#include "gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace tickwork::gzip {

std::string unpack(std::string_view bytes, size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw Damaged("out of memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end{&stream, inflateEnd};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<char> piece(std::clamp<size_t>(bytes.size() * 4, 16 << 10, 1 << 20));
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (most > 0 && out.size() > most) throw TooLarge("it is too large");
  }
  if (status == Z_STREAM_END) return out;
  if (bytes.empty()) throw Damaged("EOF");
  if (status == Z_BUF_ERROR) throw Damaged("unexpected EOF");
  throw Damaged(out.empty() ? "gzip: invalid header" : "gzip: invalid checksum");
}

}  // namespace tickwork::gzip
