// SPDX-License-Identifier: MIT
// Tests 33 to 35: what inputs deliver.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <set>

#include "check/rig.hpp"
#include "check/test.hpp"
#include "check/utf8.hpp"

namespace tickwork::host::check {
namespace {

using namespace std::chrono_literals;

std::string_view view(tw_str s) { return s.data ? std::string_view{s.data, s.len} : ""; }

// A gather and an hour of timers, each point shown to look.
void exercise(Case& c, Rig& rig, const std::function<void(const tw_point&)>& look) {
  rig.host.on_points([&](const tw_point* points, size_t n) -> tw_status {
    for (size_t i = 0; i < n; ++i) look(points[i]);
    return TW_OK;
  });
  if (const auto* input = rig.instance().ext<tw_input>(TW_INPUT); input && input->gather)
    for (int i = 0; i < 2; ++i) {
      c.doing(fmt::format("gather of {}", rig.id()));
      rig.instance().gather();
      rig.fine("gather");
      rig.host.advance(10s);
    }
  c.doing(fmt::format("timers of {}", rig.id()));
  rig.host.advance(1h);
  rig.host.on_points({});
}

void check_texts(Case& c, const tw_point& p) {
  const auto text = [&](std::string_view s, const char* what) {
    if (!is_utf8(s)) c.error(fmt::format("{} of \"{}\" is not UTF-8", what, view(p.name)));
  };
  text(view(p.name), "the name");
  std::set<std::string_view> keys;
  for (uint32_t i = 0; i < p.n_tags; ++i) {
    text(view(p.tags[i].key), "a tag key");
    text(view(p.tags[i].value), "a tag value");
    if (!keys.insert(view(p.tags[i].key)).second)
      c.error(fmt::format("tag \"{}\" stands twice in a point of \"{}\"", view(p.tags[i].key),
                          view(p.name)));
  }
  keys.clear();
  for (uint32_t i = 0; i < p.n_fields; ++i)
    if (!keys.insert(view(p.fields[i].key)).second)
      c.error(fmt::format("field \"{}\" stands twice in a point of \"{}\"", view(p.fields[i].key),
                          view(p.name)));
}

void points_valid(Case& c) {
  for_each_ready(c, TW_INPUT, "input", [&](Rig& rig) {
    exercise(c, rig, [&](const tw_point& p) { check_texts(c, p); });
  });
}

// The fake clock stands in 2024: a stamp near the machine's own time came from elsewhere.
void follows_clock(Case& c) {
  for_each_ready(c, TW_INPUT, "input", [&](Rig& rig) {
    std::string culprit;
    const int64_t real = std::chrono::duration_cast<std::chrono::nanoseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
    exercise(c, rig, [&](const tw_point& p) {
      if (p.time_ns != TW_NOW && std::llabs(p.time_ns - real) < 120'000'000'000)
        culprit = view(p.name);
    });
    if (!culprit.empty())
      c.error(fmt::format("{} stamps \"{}\" with the machine's clock; leave TW_NOW or ask now()",
                          rig.id(), culprit));
  });
}

void back_pressure(Case& c) {
  for_each_ready(c, TW_INPUT, "input", [&](Rig& rig) {
    rig.host.set_full(true);
    exercise(c, rig, [](const tw_point&) {});
  });
}

}  // namespace

std::span<const Test> input_tests() {
  static constexpr Test tests[] = {
      {33, "input-points-valid", points_valid},
      {34, "input-clock", follows_clock},
      {35, "input-back-pressure", back_pressure},
  };
  return tests;
}

}  // namespace tickwork::host::check
