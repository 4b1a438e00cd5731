// SPDX-License-Identifier: MIT
#include "isolate/columns.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tickwork::host {

namespace {

constexpr int64_t most_rows = int64_t{1} << 31;  // rows of an array
constexpr int64_t no_data = 0;                   // the offsets of no rows

enum class Layout { unknown, fixed, bits, text32, text64, rows };

struct Shape {
  Layout layout = Layout::unknown;
  size_t width = 0;  // bytes, of fixed
};

Shape shape_of(std::string_view format) {
  if (format == "b") return {Layout::bits, 0};
  if (format == "u" || format == "z") return {Layout::text32, 0};
  if (format == "U" || format == "Z") return {Layout::text64, 0};
  if (format == "+s") return {Layout::rows, 0};
  if (format == "c" || format == "C") return {Layout::fixed, 1};
  if (format == "s" || format == "S" || format == "e") return {Layout::fixed, 2};
  if (format == "i" || format == "I" || format == "f" || format == "tdD") return {Layout::fixed, 4};
  if (format == "l" || format == "L" || format == "g") return {Layout::fixed, 8};
  // Times of day, times, durations; some are of 32 bits.
  if (format == "tts" || format == "ttm") return {Layout::fixed, 4};
  const bool time = format.starts_with("ts") || format.starts_with("tD") || format == "tdm" ||
                    format == "ttu" || format == "ttn";
  return time ? Shape{Layout::fixed, 8} : Shape{};
}

size_t bits_to_bytes(size_t bits) { return (bits + 7) / 8; }

template <class Offset>
size_t text_bytes(const ArrowArray& array) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  return offsets ? static_cast<size_t>(offsets[array.offset + array.length]) : 0;
}

// Bytes of each buffer of an array with that many rows (offset included); text by its offsets.
std::vector<size_t> fixed_sizes(const Shape& shape, size_t rows) {
  const size_t validity = bits_to_bytes(rows);
  switch (shape.layout) {
    case Layout::fixed:
      return {validity, rows * shape.width};
    case Layout::bits:
      return {validity, bits_to_bytes(rows)};
    case Layout::text32:
      return {validity, (rows + 1) * 4, 0};
    case Layout::text64:
      return {validity, (rows + 1) * 8, 0};
    case Layout::rows:
      return {validity};
    default:
      return {};
  }
}

// Offsets rise and end within the bytes.
template <class Offset>
bool sound_text(const void* buffer, size_t rows, size_t bytes) {
  const auto* offsets = static_cast<const Offset*>(buffer);
  Offset last = 0;
  for (size_t i = 0; i <= rows; ++i) {
    if (offsets[i] < last) return false;
    last = offsets[i];
  }
  return static_cast<uint64_t>(last) <= bytes;
}

struct ArrayParts {
  std::shared_ptr<const void> owner;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
  std::unique_ptr<ArrowArray> dictionary;

  ~ArrayParts() {
    for (const auto& child : children) {
      if (child->release) child->release(child.get());
    }
    if (dictionary && dictionary->release) dictionary->release(dictionary.get());
  }
};

void release_array(ArrowArray* array) {
  delete static_cast<ArrayParts*>(array->private_data);
  array->release = nullptr;
}

struct Head {
  int64_t length, null_count, offset;
  size_t rows() const { return static_cast<size_t>(length + offset); }
  bool sound() const {
    return length >= 0 && offset >= 0 && length <= most_rows && offset <= most_rows &&
           null_count >= -1 && null_count <= length;
  }
};

// One buffer; empty: absent. NULL and not ok: it is too short.
const void* unpack_buffer(Unpacker& from, size_t least, size_t& bytes) {
  bytes = from.take<uint64_t>();
  if (bytes == 0) return nullptr;
  from.align();
  const void* buffer = from.raw(bytes);
  if (bytes < least) from.fail();
  return buffer;
}

bool unpack_buffers(Unpacker& from, const Shape& shape, const Head& head, ArrayParts& parts) {
  const auto least = fixed_sizes(shape, head.rows());
  size_t bytes = 0;
  for (size_t i = 0; i < least.size(); ++i) {
    parts.buffers.push_back(unpack_buffer(from, least[i], bytes));
    if (!from.ok()) return false;
  }
  if (head.null_count > 0 && !parts.buffers[0]) return false;
  const bool data_missing = least.size() > 1 && !parts.buffers[1];
  if (data_missing && head.rows() > 0) return false;
  if (data_missing) parts.buffers[1] = &no_data;
  if (shape.layout == Layout::text32) {
    return sound_text<int32_t>(parts.buffers[1], head.rows(), bytes);
  }
  if (shape.layout == Layout::text64) {
    return sound_text<int64_t>(parts.buffers[1], head.rows(), bytes);
  }
  return true;
}

// Indexes of a dictionary lie within it.
bool sound_indexes(const ArrowArray& array, const Shape& shape, int64_t entries) {
  if (shape.layout != Layout::fixed) return false;
  const auto* bytes = static_cast<const unsigned char*>(array.buffers[1]);
  const auto* valid = static_cast<const unsigned char*>(array.buffers[0]);
  for (int64_t i = array.offset; i < array.offset + array.length; ++i) {
    if (valid && !(valid[i / 8] >> (i % 8) & 1)) continue;
    uint64_t index = 0;
    std::memcpy(&index, bytes + static_cast<size_t>(i) * shape.width, shape.width);
    if (index >= static_cast<uint64_t>(entries)) return false;
  }
  return true;
}

}  // namespace

bool known_type(const ColumnType& type) {
  return shape_of(type.format).layout != Layout::unknown &&
         std::all_of(type.children.begin(), type.children.end(), known_type) &&
         (type.children.empty() || type.format == "+s") &&
         (!type.dictionary || known_type(*type.dictionary));
}

void pack_array(Packer& to, const ArrowArray& array, const ColumnType& type) {
  const Shape shape = shape_of(type.format);
  auto sizes = fixed_sizes(shape, static_cast<size_t>(array.length + array.offset));
  if (shape.layout == Layout::text32) sizes[2] = text_bytes<int32_t>(array);
  if (shape.layout == Layout::text64) sizes[2] = text_bytes<int64_t>(array);
  to.put(array.length);
  to.put(array.null_count);
  to.put(array.offset);
  for (size_t i = 0; i < sizes.size(); ++i) {
    const bool there = static_cast<int64_t>(i) < array.n_buffers && array.buffers[i];
    to.put(uint64_t{there ? sizes[i] : 0});
    if (!there || sizes[i] == 0) continue;
    to.align();
    to.raw(array.buffers[i], sizes[i]);
  }
  for (size_t i = 0; i < type.children.size(); ++i) {
    pack_array(to, *array.children[i], type.children[i]);
  }
  if (type.dictionary) pack_array(to, *array.dictionary, *type.dictionary);
}

bool unpack_array(Unpacker& from, const ColumnType& type, std::shared_ptr<const void> owner,
                  ArrowArray* out) {
  const Shape shape = shape_of(type.format);
  Head head{from.take<int64_t>(), from.take<int64_t>(), from.take<int64_t>()};
  auto parts = std::make_unique<ArrayParts>();
  parts->owner = owner;
  if (!from.ok() || !head.sound() || !unpack_buffers(from, shape, head, *parts)) return false;
  const auto below = [&](const ColumnType& child, std::unique_ptr<ArrowArray>& made) {
    made = std::make_unique<ArrowArray>();
    return unpack_array(from, child, owner, made.get());
  };
  for (const ColumnType& child : type.children) {
    auto& made = parts->children.emplace_back();
    if (!below(child, made) || made->length < static_cast<int64_t>(head.rows())) return false;
    parts->pointers.push_back(made.get());
  }
  *out = {head.length,
          head.null_count,
          head.offset,
          static_cast<int64_t>(parts->buffers.size()),
          static_cast<int64_t>(parts->pointers.size()),
          parts->buffers.data(),
          parts->pointers.empty() ? nullptr : parts->pointers.data(),
          nullptr,
          nullptr,
          nullptr};
  if (type.dictionary) {
    if (!below(*type.dictionary, parts->dictionary) ||
        !sound_indexes(*out, shape, parts->dictionary->length)) {
      return false;
    }
    out->dictionary = parts->dictionary.get();
  }
  out->release = release_array;
  out->private_data = parts.release();
  return true;
}

}  // namespace tickwork::host
