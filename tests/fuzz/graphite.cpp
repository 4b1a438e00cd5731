// SPDX-License-Identifier: MIT
// Graphite lines from anybody: every line is a point that storage can take, nothing, or refused by
// words. Templates from anybody are understood or refused.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "../../plugins/services/graphite/parser.hpp"
#include "kit/listener/listener.hpp"

using namespace tickwork;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(graphite::Parser& parser, std::string_view line) {
  std::string why;
  const tw_point* point = parser.parse(line, 7, why);
  require(point == nullptr || why.empty());
  if (point == nullptr) return;
  require(point->name.len > 0 && point->n_fields == 1 && point->fields[0].key.len > 0);
  require(std::isfinite(point->fields[0].value.as.f));
  for (uint32_t i = 0; i < point->n_tags; ++i) {
    require(point->tags[i].key.len > 0 && point->tags[i].value.len > 0);
    require(i == 0 || view(point->tags[i - 1].key) < view(point->tags[i].key));
  }
  listener::PointBuffer copy;
  copy.add(*point, 7);
}

}  // namespace

// The first line is a template.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const size_t end = std::min(text.find('\n'), text.size());
  graphite::Parser standing{
      {"a.* .host.measurement*", "*.b measurement.host.host.field*"}, {"t=1"}, "_"};
  listener::each_line(text, [&](std::string_view line) { check(standing, line); });
  try {
    graphite::Parser given{{text.substr(0, end)}, {"t=1"}, "."};
    listener::each_line(text, [&](std::string_view line) { check(given, line); });
  } catch (const Error&) {
  }
  return 0;
}
