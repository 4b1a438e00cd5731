// SPDX-License-Identifier: MIT
#include "check/arrow_table.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "check/arrow_check.hpp"

namespace tickwork::host::check {
namespace {

// What a schema, an array or a stream of ours keeps until its release. children: of the struct.
template <class T>
struct Kept {
  std::shared_ptr<const ArrowTable> table;
  std::vector<T> children;
  std::vector<T*> pointers;
  std::vector<const void*> buffers;
  bool given = false;  // a stream's only array
};

// The parent's release frees the children, unless the receiver has moved or released them before.
template <class T>
void release(T* object) {
  auto* kept = static_cast<Kept<T>*>(object->private_data);
  for (T& child : kept->children)
    if (child.release) child.release(&child);
  delete kept;
  object->release = nullptr;
}

void set_schema(ArrowSchema& out, const char* format, const char* name, Kept<ArrowSchema>* kept) {
  out = ArrowSchema{};
  out.format = format;
  out.name = name;
  out.private_data = kept;
  out.release = release<ArrowSchema>;
}

void set_array(ArrowArray& out, int64_t length, Kept<ArrowArray>* kept) {
  out = ArrowArray{};
  out.length = length;
  out.n_buffers = static_cast<int64_t>(kept->buffers.size());
  out.buffers = kept->buffers.data();
  out.private_data = kept;
  out.release = release<ArrowArray>;
}

template <class T>
void adopt(T& parent, Kept<T>* kept) {
  for (T& child : kept->children) kept->pointers.push_back(&child);
  parent.n_children = static_cast<int64_t>(kept->pointers.size());
  parent.children = kept->pointers.data();
}

using KeptStream = Kept<ArrowArrayStream>;

template <class T>
T at(const ArrowArray& array, int64_t i) {
  T value;
  std::memcpy(&value,
              static_cast<const char*>(array.buffers[1]) + static_cast<size_t>(i) * sizeof value,
              sizeof value);
  return value;
}

std::string cell_text(std::string_view format, const ArrowArray& a, int64_t i) {
  if (format == "g") return fmt::format("{}", at<double>(a, i));
  if (format == "L") return fmt::format("{}", at<uint64_t>(a, i));
  if (format == "b") return bit(a.buffers[1], i) ? "true" : "false";
  if (format != "u") return fmt::format("{}", at<int64_t>(a, i));
  const auto from = at<int32_t>(a, i), to = at<int32_t>(a, i + 1);
  return {static_cast<const char*>(a.buffers[2]) + from, static_cast<size_t>(to - from)};
}

}  // namespace

void ArrowColumn::text(std::string_view value) {
  bytes_ += value;
  offsets_.push_back(static_cast<int32_t>(bytes_.size()));
  ++length_;
}

void ArrowColumn::boolean(bool value) {
  if (length_ % 8 == 0) bytes_ += '\0';
  if (value) bytes_.back() = static_cast<char>(bytes_.back() | 1 << (length_ % 8));
  ++length_;
}

void ArrowColumn::real(double value) {
  int64_t word;
  std::memcpy(&word, &value, sizeof word);
  integer(word);
}

std::vector<const void*> ArrowColumn::buffers() const {
  if (format_ == "u") return {nullptr, offsets_.data(), bytes_.data()};
  if (format_ == "b") return {nullptr, bytes_.data()};
  return {nullptr, words_.data()};
}

void export_schema(std::shared_ptr<const ArrowTable> table, ArrowSchema* out) {
  auto* kept = new Kept<ArrowSchema>{table, {}, {}, {}};
  for (const ArrowColumn& column : *table)
    set_schema(kept->children.emplace_back(), column.format().c_str(), column.name().c_str(),
               new Kept<ArrowSchema>{table, {}, {}, {}});
  set_schema(*out, "+s", "", kept);
  adopt(*out, kept);
}

void export_array(std::shared_ptr<const ArrowTable> table, ArrowArray* out) {
  auto* kept = new Kept<ArrowArray>{table, {}, {}, {nullptr}};
  for (const ArrowColumn& column : *table)
    set_array(kept->children.emplace_back(), column.length(),
              new Kept<ArrowArray>{table, {}, {}, column.buffers()});
  set_array(*out, table->empty() ? 0 : table->front().length(), kept);
  adopt(*out, kept);
}

void export_stream(std::shared_ptr<const ArrowTable> table, ArrowArrayStream* out) {
  out->private_data = new KeptStream{std::move(table), {}, {}, {}};
  out->get_schema = [](ArrowArrayStream* s, ArrowSchema* schema) {
    return export_schema(static_cast<KeptStream*>(s->private_data)->table, schema), 0;
  };
  out->get_next = [](ArrowArrayStream* s, ArrowArray* array) {
    auto& kept = *static_cast<KeptStream*>(s->private_data);
    if (std::exchange(kept.given, true))
      *array = ArrowArray{};
    else
      export_array(kept.table, array);
    return 0;
  };
  out->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out->release = release<ArrowArrayStream>;
}

std::string row_text(const ArrowSchema& schema, const ArrowArray& array, int64_t i) {
  std::string text;
  for (int64_t c = 0; c < array.n_children; ++c) {
    const ArrowArray& column = *array.children[c];
    const int64_t row = array.offset + column.offset + i;
    if (column.buffers[0] && !bit(column.buffers[0], row)) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", schema.children[c]->name,
                        cell_text(schema.children[c]->format, column, row));
  }
  return text;
}

}  // namespace tickwork::host::check
