// SPDX-License-Identifier: MIT
#include "packet.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace tickwork::collectd {

namespace {

enum : unsigned {
  part_host = 0x0000,
  part_time = 0x0001,
  part_plugin = 0x0002,
  part_plugin_instance = 0x0003,
  part_type = 0x0004,
  part_type_instance = 0x0005,
  part_values = 0x0006,
  part_time_hr = 0x0008,
  part_signature = 0x0200,
  part_encryption = 0x0210
};

template <class T>
T big_endian(std::string_view bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[i]));
  }
  return value;
}

double little_endian_double(std::string_view bytes) {
  uint64_t bits = 0;
  for (size_t i = 8; i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
  return std::bit_cast<double>(bits);
}

// Seconds in units of 2^-30 to nanoseconds, rounded; -1 if they do not fit.
int64_t from_high_resolution(uint64_t time) {
  const uint64_t seconds = time >> 30;
  if (seconds > static_cast<uint64_t>(INT64_MAX / 1000000000 - 1)) return -1;
  const uint64_t fraction = (time & 0x3fffffff) * 1000000000 + (uint64_t{1} << 29);
  return static_cast<int64_t>(seconds * 1000000000 + (fraction >> 30));
}

// A value as its type in types.db has it: whole numbers lose their fraction.
double as_kind(double value, Kind kind) { return kind == Kind::gauge ? value : std::trunc(value); }

}  // namespace

void PacketParser::note(std::string_view text) {
  if (!why_->empty()) *why_ += "; ";
  *why_ += text;
}

bool PacketParser::broken(std::string_view text) {
  note(text);
  return false;
}

void PacketParser::parse(std::string_view packet, int64_t now_ns, listener::PointBuffer& points,
                         std::string& why) {
  at_ = {};
  now_ns_ = now_ns;
  points_ = &points;
  why_ = &why;
  while (!packet.empty()) {
    if (packet.size() < 4) return note("a packet ends within a part");
    const unsigned kind = big_endian<uint16_t>(packet);
    const size_t length = big_endian<uint16_t>(packet.substr(2));
    if (length < 5 || length > packet.size()) {
      return note("a part has the impossible length " + std::to_string(length));
    }
    if (!part(kind, packet.substr(4, length - 4))) return;
    packet.remove_prefix(length);
  }
}

bool PacketParser::text(std::string_view payload, std::string_view& to) {
  if (payload.back() != '\0') return broken("a text does not end with a zero byte");
  payload.remove_suffix(1);
  to = payload;
  return true;
}

// False: what follows cannot be understood.
bool PacketParser::part(unsigned kind, std::string_view payload) {
  switch (kind) {
    case part_host:
      return text(payload, at_.host);
    case part_plugin:
      return text(payload, at_.plugin);
    case part_plugin_instance:
      return text(payload, at_.instance);
    case part_type:
      return text(payload, at_.type);
    case part_type_instance:
      return text(payload, at_.type_instance);
    case part_time:
    case part_time_hr: {
      if (payload.size() != 8) return broken("a time has not eight bytes");
      const auto time = big_endian<uint64_t>(payload);
      const bool fits = time <= static_cast<uint64_t>(INT64_MAX / 1000000000 - 1);
      at_.time_ns = kind == part_time_hr ? from_high_resolution(time)
                    : fits               ? static_cast<int64_t>(time) * 1000000000
                                         : -1;
      return at_.time_ns >= 0 || broken("a time is out of range");
    }
    case part_values:
      return values(payload);
    case part_signature:
      return broken(
          "signed packets are not supported, set SecurityLevel \"None\" in collectd.conf");
    case part_encryption:
      return broken(
          "encrypted packets are not supported, set SecurityLevel \"None\" in collectd.conf");
    default:
      return true;  // intervals, notifications, what may come
  }
}

bool PacketParser::values(std::string_view payload) {
  if (payload.size() < 2) return broken("values without their number");
  const size_t count = big_endian<uint16_t>(payload);
  payload.remove_prefix(2);
  if (payload.size() != count * 9) return broken("values of another number than announced");
  values_.clear();
  for (size_t i = 0; i < count; ++i) {
    const std::string_view bytes = payload.substr(count + i * 8, 8);
    switch (static_cast<Kind>(payload[i])) {
      case Kind::gauge:
        values_.push_back(little_endian_double(bytes));
        break;
      case Kind::derive:
        values_.push_back(static_cast<double>(static_cast<int64_t>(big_endian<uint64_t>(bytes))));
        break;
      case Kind::counter:
      case Kind::absolute:
        values_.push_back(static_cast<double>(big_endian<uint64_t>(bytes)));
        break;
      default:
        return broken("a value of the unknown kind " +
                      std::to_string(static_cast<unsigned char>(payload[i])));
    }
  }
  const std::vector<Source>* sources = types_.find(at_.type);
  if (sources == nullptr) {
    note("type \"" + std::string{at_.type.substr(0, 64)} + "\" is not in typesdb");
  } else if (sources->size() != count) {
    note("type \"" + std::string{at_.type.substr(0, 64)} + "\" has " +
         std::to_string(sources->size()) + " values in typesdb, " + std::to_string(count) +
         " came");
  } else if (at_.plugin.empty()) {
    note("values of no plugin");
  } else {
    add(*sources);
  }
  return true;
}

void PacketParser::begin(std::string_view measurement) {
  row_.clear(measurement).time(at_.time_ns);
  row_.tag("host", at_.host).tag("instance", at_.instance);
  row_.tag("type", at_.type).tag("type_instance", at_.type_instance);
}

void PacketParser::finish() { points_->add(row_.raw(), now_ns_); }

// collectd says with NaN that it knows no value: nothing is worth a complaint then. As in InfluxDB,
// a joined point is left out as a whole.
void PacketParser::add(const std::vector<Source>& sources) {
  if (multivalue_ == Multivalue::join) begin(at_.plugin);
  for (size_t i = 0; i < sources.size(); ++i) {
    const double value = as_kind(values_[i], sources[i].kind);
    if (multivalue_ == Multivalue::join) {
      if (!std::isfinite(value)) return;
      row_.field(sources[i].name, value);
    } else if (std::isfinite(value)) {
      name_.assign(at_.plugin).append("_").append(sources[i].name);
      begin(name_);
      row_.field("value", value);
      finish();
    }
  }
  if (multivalue_ == Multivalue::join) finish();
}

}  // namespace tickwork::collectd
