// SPDX-License-Identifier: MIT
// collectd packets from anybody: nothing is read outside of the packet, points are such as storage
// can take. The first byte chooses how lists of several values are taken.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../../plugins/services/collectd/packet.hpp"

using namespace tickwork;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  collectd::TypesDb types;
  types.add(
      "load shortterm:GAUGE:0:5000, midterm:GAUGE:0:5000, longterm:GAUGE:0:5000\n"
      "cpu value:DERIVE:0:U\ngauge value:GAUGE:U:U\ncounter value:COUNTER:U:U\n");
  types.add({reinterpret_cast<const char*>(data), size});
  const auto multivalue = data[0] % 2 ? collectd::Multivalue::join : collectd::Multivalue::split;
  collectd::PacketParser parser{types, multivalue};
  // A block of exactly the packet's size, so that a sanitizer sees any read beyond it.
  const auto copy = std::make_unique<char[]>(size - 1);
  if (size > 1) std::memcpy(copy.get(), data + 1, size - 1);
  listener::PointBuffer points;
  std::string why;
  parser.parse({copy.get(), size - 1}, 7, points, why);
  const tw_batch batch = points.batch();
  for (size_t i = 0; i < batch.count; ++i) {
    const tw_point& point = batch.points[i];
    require(point.name.len > 0 && point.n_fields > 0);
    for (uint32_t f = 0; f < point.n_fields; ++f) {
      require(std::isfinite(point.fields[f].value.as.f));
    }
    for (uint32_t t = 0; t < point.n_tags; ++t) require(point.tags[t].value.len > 0);
  }
  return 0;
}
