// SPDX-License-Identifier: MIT
// collectd's binary network protocol
// (https://collectd.org/wiki/index.php/Binary_protocol) to points as InfluxDB makes them.
#pragma once

#include <tickwork/tickwork.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "kit/listener/batcher.hpp"
#include "types_db.hpp"

namespace tickwork::collectd {

// What becomes of a list of several values.
enum class Multivalue {
  split,  // a point each: measurement plugin_name, field "value"
  join    // one point: measurement plugin, a field each
};

// One thread at a time.
class PacketParser {
 public:
  PacketParser(const TypesDb& types, Multivalue multivalue)
      : types_{types}, multivalue_{multivalue} {}

  // Adds the points of a datagram to points. What is wrong with it goes to why, joined by "; ";
  // values before a broken part are kept. Lists without a time get now_ns.
  void parse(std::string_view packet, int64_t now_ns, listener::PointBuffer& points,
             std::string& why);

 private:
  struct Identity {
    std::string_view host, plugin, instance, type, type_instance;
    int64_t time_ns = TW_NOW;
  };
  bool part(unsigned kind, std::string_view payload);
  bool text(std::string_view payload, std::string_view& to);
  bool values(std::string_view payload);
  void add(const std::vector<Source>& sources);
  void begin(std::string_view measurement);
  void finish();
  bool broken(std::string_view text);
  void note(std::string_view text);

  const TypesDb& types_;
  Multivalue multivalue_;
  Identity at_;
  std::vector<double> values_;
  std::string name_;
  Row row_;
  int64_t now_ns_ = 0;
  listener::PointBuffer* points_ = nullptr;
  std::string* why_ = nullptr;
};

}  // namespace tickwork::collectd
