// SPDX-License-Identifier: MIT
// Frames of an isolated instance's process are whatever that process writes.
#include "isolate/frame.hpp"

#include <algorithm>

#include "isolate/answer.hpp"
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

// A copy for each reader, because images are fixed up in place.
template <class Read>
void with_copy(const Payload& payload, Read read) {
  Payload copy{std::make_unique<char[]>(payload.size + 1), payload.size};
  std::copy_n(payload.bytes.get(), payload.size, copy.bytes.get());
  Unpacker in = copy.unpack();
  read(in);
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
