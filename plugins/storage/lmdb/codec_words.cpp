// SPDX-License-Identifier: MIT
// Times and integers: constant, runs of equal deltas, frame of reference of values or of deltas
// (Goldstein, Ramakrishnan, Shaft, "Compressing Relations and Indexes", 1998).
#include <algorithm>
#include <limits>

#include "codec.hpp"

namespace tickwork::lmdb {
namespace {

struct Frame {
  uint64_t least;
  unsigned width;
};

Frame frame_of(std::span<const uint64_t> values) {
  int64_t least = std::numeric_limits<int64_t>::max();
  int64_t most = std::numeric_limits<int64_t>::min();
  for (const uint64_t v : values) {
    least = std::min(least, static_cast<int64_t>(v));
    most = std::max(most, static_cast<int64_t>(v));
  }
  if (values.empty()) return {0, 0};
  const uint64_t range = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
  return {static_cast<uint64_t>(least), static_cast<unsigned>(std::bit_width(range))};
}

void put_frame(std::span<uint64_t> values, Frame frame, std::string& out) {
  put_varint(out, zigzag(frame.least));
  out.push_back(static_cast<char>(frame.width));
  for (uint64_t& v : values) v -= frame.least;
  pack_bits(values, frame.width, out);
}

void read_frame(Reader& in, size_t count, uint64_t* out) {
  const uint64_t least = in.signed_varint();
  const unsigned width = in.byte();
  unpack_bits(in, count, width, out);
  for (size_t i = 0; i < count; ++i) out[i] += least;
}

std::vector<uint64_t> deltas_of(std::span<const uint64_t> values) {
  std::vector<uint64_t> deltas(values.size() - 1);
  for (size_t i = 1; i < values.size(); ++i) deltas[i - 1] = values[i] - values[i - 1];
  return deltas;
}

void sum_up(uint64_t first, size_t count, uint64_t* out) {
  uint64_t value = first;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t delta = out[i];
    out[i] = value;
    value += delta;
  }
}

size_t count_runs(std::span<const uint64_t> deltas) {
  size_t runs = 0;
  for (size_t i = 0; i < deltas.size(); ++i) runs += i == 0 || deltas[i] != deltas[i - 1];
  return runs;
}

void put_runs(std::span<const uint64_t> deltas, std::string& out) {
  for (size_t i = 0; i < deltas.size();) {
    size_t end = i + 1;
    while (end < deltas.size() && deltas[end] == deltas[i]) ++end;
    put_varint(out, zigzag(deltas[i]));
    put_varint(out, end - i);
    i = end;
  }
}

void read_runs(Reader& in, size_t count, uint64_t* out) {
  uint64_t value = in.signed_varint();
  size_t done = 0;
  out[done++] = value;
  while (done < count) {
    const uint64_t delta = in.signed_varint();
    const uint64_t repeat = in.varint();
    if (!in.ok() || repeat == 0 || repeat > count - done) throw Damaged("runs do not add up");
    for (uint64_t i = 1; i <= repeat; ++i) out[done++] = value + i * delta;
    value += repeat * delta;
  }
}

void put_deltas(uint64_t first, std::vector<uint64_t>& deltas, Frame frame, std::string& out) {
  out.push_back(static_cast<char>(Encoding::deltas));
  put_varint(out, zigzag(first));
  put_frame(deltas, frame, out);
}

void read_deltas(Reader& in, size_t count, uint64_t* out) {
  const uint64_t first = in.signed_varint();
  read_frame(in, count - 1, out);
  out[count - 1] = 0;
  sum_up(first, count, out);
}

bool put_constant(std::span<const uint64_t> values, std::string& out) {
  const bool differ =
      std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
  if (differ || values.empty()) return false;
  out.push_back(static_cast<char>(Encoding::constant));
  put_varint(out, zigzag(values.front()));
  return true;
}

}  // namespace

void encode_words(std::span<const uint64_t> values, std::string& out) {
  if (put_constant(values, out)) return;
  const Frame frame = frame_of(values);
  if (values.size() > 1) {
    std::vector<uint64_t> deltas = deltas_of(values);
    const Frame delta_frame = frame_of(deltas);
    if (delta_frame.width < frame.width) return put_deltas(values[0], deltas, delta_frame, out);
  }
  out.push_back(static_cast<char>(Encoding::offsets));
  std::vector<uint64_t> copy(values.begin(), values.end());
  put_frame(copy, frame, out);
}

void encode_times(std::span<const uint64_t> values, std::string& out) {
  if (values.size() < 2) return encode_words(values, out);
  std::vector<uint64_t> deltas = deltas_of(values);
  const Frame frame = frame_of(deltas);
  if (count_runs(deltas) * 48 > deltas.size() * frame.width + 64) {
    return put_deltas(values[0], deltas, frame, out);
  }
  out.push_back(static_cast<char>(Encoding::runs));
  put_varint(out, zigzag(values[0]));
  put_runs(deltas, out);
}

void decode_words(Reader& in, size_t count, std::vector<uint64_t>& out) {
  out.resize(count);
  decode_words(in, count, out.data());
}

void decode_words(Reader& in, size_t count, uint64_t* out) {
  const auto encoding = static_cast<Encoding>(in.byte());
  if (encoding == Encoding::constant) {
    std::fill(out, out + count, in.signed_varint());
  } else if (encoding == Encoding::runs && count > 0) {
    read_runs(in, count, out);
  } else if (encoding == Encoding::offsets) {
    read_frame(in, count, out);
  } else if (encoding == Encoding::deltas && count > 0) {
    read_deltas(in, count, out);
  } else {
    throw Damaged("unknown encoding of integers");
  }
  if (!in.ok()) throw Damaged("integers end early");
}

}  // namespace tickwork::lmdb
