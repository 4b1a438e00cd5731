// SPDX-License-Identifier: MIT
#include "remote_messages.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstring>
#include <functional>

namespace tickwork::influxdb_api {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr uint32_t tag(int field, WireFormatLite::WireType type) {
  return static_cast<uint32_t>(field) << 3 | static_cast<uint32_t>(type);
}
constexpr auto varint = WireFormatLite::WIRETYPE_VARINT;
constexpr auto fixed64 = WireFormatLite::WIRETYPE_FIXED64;
constexpr auto delimited = WireFormatLite::WIRETYPE_LENGTH_DELIMITED;

// Reads fields until the message ends; `field` takes those it knows and says whether they were
// sound. Unknown ones are skipped.
enum class Took { yes, unknown, broken };
bool read_message(CodedInputStream& in, const std::function<Took(uint32_t)>& field) {
  while (uint32_t at = in.ReadTag()) {
    Took took = field(at);
    if (took == Took::broken) return false;
    if (took == Took::unknown && !WireFormatLite::SkipField(&in, at)) return false;
  }
  return in.ConsumedEntireMessage();
}

Took taken(bool sound) { return sound ? Took::yes : Took::broken; }

bool read_text(CodedInputStream& in, std::string& out) {
  uint32_t length = 0;
  return in.ReadVarint32(&length) && length <= INT32_MAX &&
         in.ReadString(&out, static_cast<int>(length));
}

bool read_integer(CodedInputStream& in, int64_t& out) {
  uint64_t value = 0;
  if (!in.ReadVarint64(&value)) return false;
  out = static_cast<int64_t>(value);
  return true;
}

// A message within a message.
bool read_nested(CodedInputStream& in, const std::function<Took(uint32_t)>& field) {
  uint32_t length = 0;
  if (!in.ReadVarint32(&length) || length > INT32_MAX) return false;
  const int begin = in.CurrentPosition();
  auto limit = in.PushLimit(static_cast<int>(length));
  bool sound = read_message(in, field);
  in.PopLimit(limit);
  return sound && in.CurrentPosition() - begin == static_cast<int>(length);
}

bool read_label(CodedInputStream& in, Label& out) {
  return read_nested(in, [&](uint32_t at) {
    if (at == tag(1, delimited)) return taken(read_text(in, out.name));
    if (at == tag(2, delimited)) return taken(read_text(in, out.value));
    return Took::unknown;
  });
}

bool read_sample(CodedInputStream& in, RemoteSample& out) {
  return read_nested(in, [&](uint32_t at) {
    if (at == tag(2, varint)) return taken(read_integer(in, out.ms));
    if (at != tag(1, fixed64)) return Took::unknown;
    uint64_t bits = 0;
    if (!in.ReadLittleEndian64(&bits)) return Took::broken;
    std::memcpy(&out.value, &bits, sizeof bits);
    return Took::yes;
  });
}

bool read_series(CodedInputStream& in, RemoteSeries& out) {
  return read_nested(in, [&](uint32_t at) {
    if (at == tag(1, delimited)) return taken(read_label(in, out.labels.emplace_back()));
    if (at == tag(2, delimited)) return taken(read_sample(in, out.samples.emplace_back()));
    return Took::unknown;
  });
}

bool read_matcher(CodedInputStream& in, Matcher& out) {
  return read_nested(in, [&](uint32_t at) {
    if (at == tag(1, varint)) return taken(in.ReadVarint32(&out.type));
    if (at == tag(2, delimited)) return taken(read_text(in, out.name));
    if (at == tag(3, delimited)) return taken(read_text(in, out.value));
    return Took::unknown;
  });
}

bool read_query(CodedInputStream& in, RemoteQuery& out) {
  return read_nested(in, [&](uint32_t at) {
    if (at == tag(1, varint)) return taken(read_integer(in, out.from_ms));
    if (at == tag(2, varint)) return taken(read_integer(in, out.to_ms));
    if (at == tag(3, delimited)) return taken(read_matcher(in, out.matchers.emplace_back()));
    return Took::unknown;
  });
}

// Repeats field 1 of a message.
template <class Item>
bool read_all(std::string_view bytes, std::vector<Item>& out,
              bool (*read)(CodedInputStream&, Item&)) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  return read_message(in, [&](uint32_t at) {
    return at == tag(1, delimited) ? taken(read(in, out.emplace_back())) : Took::unknown;
  });
}

std::string message(const std::function<void(CodedOutputStream&)>& write) {
  std::string out;
  {
    StringOutputStream stream(&out);
    CodedOutputStream coded(&stream);
    write(coded);
  }
  return out;
}

void write_bytes(CodedOutputStream& out, int field, const std::string& bytes) {
  out.WriteTag(tag(field, delimited));
  out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
  out.WriteString(bytes);
}

std::string series_bytes(const RemoteSeries& series) {
  return message([&](CodedOutputStream& out) {
    for (const Label& label : series.labels) {
      write_bytes(out, 1, message([&](CodedOutputStream& inner) {
                    write_bytes(inner, 1, label.name);
                    write_bytes(inner, 2, label.value);
                  }));
    }
    for (const RemoteSample& sample : series.samples) {
      write_bytes(out, 2, message([&](CodedOutputStream& inner) {
                    uint64_t bits;
                    std::memcpy(&bits, &sample.value, sizeof bits);
                    inner.WriteTag(tag(1, fixed64));
                    inner.WriteLittleEndian64(bits);
                    inner.WriteTag(tag(2, varint));
                    inner.WriteVarint64(static_cast<uint64_t>(sample.ms));
                  }));
    }
  });
}

}  // namespace

bool parse_write_request(std::string_view bytes, std::vector<RemoteSeries>& out) {
  return read_all(bytes, out, read_series);
}

bool parse_read_request(std::string_view bytes, std::vector<RemoteQuery>& out) {
  return read_all(bytes, out, read_query);
}

std::string read_response(const std::vector<RemoteSeries>& series) {
  return message([&](CodedOutputStream& out) {
    write_bytes(out, 1, message([&](CodedOutputStream& result) {
                  for (const RemoteSeries& s : series) write_bytes(result, 1, series_bytes(s));
                }));
  });
}

}  // namespace tickwork::influxdb_api
