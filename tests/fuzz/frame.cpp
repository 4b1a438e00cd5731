// SPDX-License-Identifier: MIT
// Frames of an isolated instance's process are whatever that process writes.
#include "isolate/frame.hpp"

#include <algorithm>

#include "isolate/answer.hpp"
#include "isolate/columns.hpp"
#include "isolate/image.hpp"
#include "isolate/wire.hpp"

namespace {

using namespace tickwork::host;

uint64_t seen;  // so that what is looked at is read

void look(tw_str text) {
  for (size_t i = 0; i <= text.len; ++i) seen += static_cast<unsigned char>(text.data[i]);
}

void look(const tw_tag* tags, size_t n) {
  for (size_t i = 0; i < n; ++i) look(tags[i].key), look(tags[i].value);
}

void look(const tw_field* fields, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    look(fields[i].key);
    const tw_value& value = fields[i].value;
    if (value.type == TW_STRING) look(tw_str{value.as.s, value.len});
    if (value.type == TW_BOOL) seen += value.as.b ? 1 : 2;
  }
}

void look(std::span<const tw_point> points) {
  for (const tw_point& point : points) {
    look(point.name);
    look(point.series);
    look(point.tags, point.n_tags);
    look(point.fields, point.n_fields);
  }
}

void look(const tw_str* texts, size_t n) {
  for (size_t i = 0; i < n; ++i) look(texts[i]);
}

void look(const tw_scan& scan) {
  for (const tw_str& text : {scan.database, scan.retention, scan.measurement, scan.name})
    look(text);
  look(scan.columns, scan.n_columns);
  for (size_t i = 0; i < scan.n_where; ++i) look(scan.where[i].tag), look(scan.where[i].value);
}

// Only what every reader of Arrow may: the buffers of a column within its length.
void look(const ArrowArray& array, const ColumnType& type) {
  seen += static_cast<uint64_t>(array.length);
  for (int64_t i = 0; i < array.n_children; ++i) {
    look(*array.children[i], type.children[static_cast<size_t>(i)]);
  }
  if (type.format != "u" || array.length == 0 || !array.buffers[1]) return;
  const auto* offsets = static_cast<const int32_t*>(array.buffers[1]) + array.offset;
  const auto* text = static_cast<const char*>(array.buffers[2]);
  for (int64_t i = 0; i < array.length; ++i) {
    const auto n = static_cast<size_t>(offsets[i + 1] - offsets[i]);
    for (size_t at = 0; at < n; ++at)
      seen += static_cast<unsigned char>(text[offsets[i] + static_cast<int32_t>(at)]);
  }
}

// A copy for each reader, because images are fixed up in place.
template <class Read>
void with_copy(const Payload& payload, Read read) {
  Payload copy{std::make_unique<char[]>(payload.size + 1), payload.size};
  std::copy_n(payload.bytes.get(), payload.size, copy.bytes.get());
  Unpacker in = copy.unpack();
  read(in);
}

// A scanner's first answer and the next one: the types of columns, then rows of these types.
void read_rows(const Payload& payload) {
  const auto copy = std::make_shared<Payload>();
  copy->bytes = std::make_unique<char[]>(payload.size + 1);
  copy->size = payload.size;
  std::copy_n(payload.bytes.get(), payload.size, copy->bytes.get());
  Unpacker in = copy->unpack();
  const ColumnType type = unpack_type(in);
  if (!in.ok() || !known_type(type)) return;
  ArrowSchema schema{};
  make_schema(type, &schema);
  schema.release(&schema);
  in.take<uint64_t>();
  const auto tags = unpack_tags(in);
  if (in.ok()) look(tags.data(), tags.size());
  ArrowArray array{};
  if (!unpack_array(in, type, copy, &array)) return;
  look(array, type);
  array.release(&array);
}

void read_all(Frame frame) {
  const Payload& payload = frame.payload;
  with_copy(payload, [](Unpacker& in) { look(unpack_points(in)); });
  with_copy(payload, [](Unpacker& in) {
    in.raw(16);
    look(unpack_points(in));
  });
  with_copy(payload, [](Unpacker& in) {
    const auto event = unpack_event(in);
    if (in.ok()) look(event.event.json), look(event.event.fields, event.event.n_fields);
  });
  with_copy(payload, [](Unpacker& in) {
    const auto group = unpack_group(in);
    if (in.ok()) look(group.group.tags, group.group.n_tags);
  });
  with_copy(payload, [](Unpacker& in) {
    const auto making = unpack_making(in);
    if (in.ok()) look(making.making.options, making.making.n_options);
  });
  with_copy(payload, [](Unpacker& in) { unpack_config(in); });
  with_copy(payload, [](Unpacker& in) {
    const auto scan = unpack_scan(in);
    if (in.ok()) look(scan.scan);
  });
  with_copy(payload, [](Unpacker& in) {
    const auto aggregation = unpack_aggregation(in);
    if (!in.ok()) return;
    look(aggregation.rows->scan);
    look(aggregation.aggregation.group_by, aggregation.aggregation.n_group_by);
    for (const tw_aggregate& each : aggregation.aggregates) look(each.column);
  });
  with_copy(payload, [](Unpacker& in) {
    const auto definition = unpack_definition(in);
    if (in.ok()) look(definition.definition.destinations, definition.definition.n_destinations);
  });
  with_copy(payload, [](Unpacker& in) {
    const auto request = unpack_request(in);
    if (in.ok()) look(request.request.params, request.request.n_params);
  });
  read_rows(payload);
  Answer answer = read_answer(std::move(frame.payload));
  if (answer.payload.size == 0) return;
  look(answer.bytes);
  answer.rest.take<uint32_t>();
  look(unpack_points(answer.rest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  FrameReader reader;
  while (size > 0) {
    const auto room = reader.room();
    const size_t n = std::min({room.size(), size, size_t{300}});
    std::copy_n(data, n, room.data());
    data += n;
    size -= n;
    const auto taken = reader.advance(n);
    while (auto frame = reader.next()) read_all(std::move(*frame));
    if (!taken) break;
  }
  const volatile uint64_t kept = seen;
  (void)kept;
  return 0;
}
