// SPDX-License-Identifier: MIT
// OpenTSDB from anybody: lines, JSON bodies and gzip give points that storage can take, or words.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "../../plugins/services/opentsdb/put.hpp"
#include "../../plugins/services/opentsdb/telnet.hpp"
#include "kit/gzip/gzip.hpp"
#include "kit/listener/listener.hpp"

using namespace tickwork;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const tw_point& point) {
  require(point.name.len > 0 && point.n_fields == 1);
  require(std::isfinite(point.fields[0].value.as.f));
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    require(point.tags[i].key.len > 0 && point.tags[i].value.len > 0);
    require(i == 0 || view(point.tags[i - 1].key) < view(point.tags[i].key));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  opentsdb::LineParser parser;
  listener::PointBuffer points;
  listener::each_line(text, [&](std::string_view line) {
    std::string why;
    const tw_point* point = parser.parse(line, why);
    opentsdb::LineParser::asks_version(line);
    if (point) points.add(*point, 7);
  });
  std::string why;
  opentsdb::parse_put(text, points, why);
  try {
    opentsdb::parse_put(gzip::unpack(text, 1 << 20), points, why);
  } catch (const std::runtime_error&) {
  }
  const tw_batch batch = points.batch();
  for (size_t i = 0; i < batch.count; ++i) check(batch.points[i]);
  return 0;
}
