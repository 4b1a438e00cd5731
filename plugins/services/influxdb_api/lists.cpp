// SPDX-License-Identifier: MIT
#include "lists.hpp"

#include <memory>

#include "arrow_cells.hpp"

namespace tickwork::influxdb_api {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string cell(const ArrowArray& column, char format, int64_t row) {
  row += column.offset;
  if (format == 'b') return bit(column.buffers[1], row) ? "true" : "false";
  if (format != 'u') return "";
  return std::string{text_at(column, row)};
}

// One column of text as Arrow has it, with the names of the schema.
struct Names {
  std::string column, bytes;
  std::vector<int32_t> ends{0};
  int64_t rows = 0;
  bool given = false;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  const void* none[1] = {nullptr};
  ArrowArray items{}, *children[1] = {&items};
  ArrowSchema field{}, *fields[1] = {&field};
};

Names& names_of(void* data) { return **static_cast<std::shared_ptr<Names>*>(data); }

template <class T>
void drop_owner(T* held) {
  delete static_cast<std::shared_ptr<Names>*>(held->private_data);
  held->release = nullptr;
}

template <class T>
void keep(T* child) {
  child->release = nullptr;
}

int give_schema(ArrowArrayStream* self, ArrowSchema* out) {
  Names& n = names_of(self->private_data);
  n.field = {"u", n.column.c_str(), nullptr, 0, 0, nullptr, nullptr, keep<ArrowSchema>, nullptr};
  auto* owner =
      new std::shared_ptr<Names>(*static_cast<std::shared_ptr<Names>*>(self->private_data));
  *out = {"+s", "", nullptr, 0, 1, n.fields, nullptr, drop_owner<ArrowSchema>, owner};
  return 0;
}

int give_rows(ArrowArrayStream* self, ArrowArray* out) {
  Names& n = names_of(self->private_data);
  *out = {};
  if (n.given || n.rows == 0) return 0;
  n.given = true;
  n.buffers[1] = n.ends.data();
  n.buffers[2] = n.bytes.data();
  n.items = {n.rows, 0, 0, 3, 0, n.buffers, nullptr, nullptr, keep<ArrowArray>, nullptr};
  auto* owner =
      new std::shared_ptr<Names>(*static_cast<std::shared_ptr<Names>*>(self->private_data));
  *out = {n.rows, 0, 0, 1, 1, n.none, n.children, nullptr, drop_owner<ArrowArray>, owner};
  return 0;
}

}  // namespace

Rows read_rows(ArrowArrayStream& raw) {
  ArrowStream stream;
  *stream.out() = raw;
  raw.release = nullptr;
  Rows out;
  Schema schema;
  if (stream->get_schema(&*stream, schema.out()) != 0) throw Error{TW_E_IO, "list has no schema"};
  for (;;) {
    Array array;
    if (stream->get_next(&*stream, array.out()) != 0) {
      const char* why = stream->get_last_error(&*stream);
      throw Error{TW_E_IO, why ? why : "reading a list failed"};
    }
    if (!array) return out;
    for (int64_t row = 0; row < array->length; ++row) {
      auto& cells = out.emplace_back();
      for (int64_t c = 0; c < array->n_children; ++c) {
        cells.push_back(
            cell(*array->children[c], schema->children[c]->format[0], row + array->offset));
      }
    }
  }
}

Rows read_list(const Ref<tw_storage>& storage, uint32_t what) {
  tw_scan scan{};
  scan.size = sizeof scan;
  scan.from_ns = INT64_MIN;
  scan.to_ns = INT64_MAX;
  ArrowArrayStream stream{};
  storage.call(&tw_storage::list, what, static_cast<const tw_scan*>(&scan), &stream);
  return read_rows(stream);
}

ArrowArrayStream only(ArrowArrayStream& stream,
                      const std::function<bool(const std::string&)>& visible) {
  auto names = std::make_shared<Names>();
  Schema schema;
  if (stream.get_schema(&stream, schema.out()) == 0) names->column = schema->children[0]->name;
  for (auto& row : read_rows(stream)) {
    if (!visible(row[0])) continue;
    names->bytes += row[0];
    names->ends.push_back(static_cast<int32_t>(names->bytes.size()));
    ++names->rows;
  }
  ArrowArrayStream out{};
  out.private_data = new std::shared_ptr<Names>(std::move(names));
  out.get_schema = give_schema;
  out.get_next = give_rows;
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = drop_owner<ArrowArrayStream>;
  return out;
}

}  // namespace tickwork::influxdb_api
