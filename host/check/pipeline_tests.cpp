// SPDX-License-Identifier: MIT
// Tests 36 to 38, and 47 to 49 in their manner: outputs, processors, aggregators, streams,
// handlers.
#include <fmt/format.h>

#include <set>

#include "check/rig.hpp"
#include "check/samples.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

using testing::Points;

bool write(Case& c, Rig& rig, const Points& points) {
  c.doing(fmt::format("write of {}", rig.id()));
  rig.instance().write(points);
  if (rig.fine("write")) return true;
  c.note(fmt::format("{} not exercised: {}", rig.id(), rig.instance().error()));
  return false;
}

// What an output serializes is counted by the fake format. It cannot be seen for outputs that speak
// a protocol of their own; those are only called.
void output_counts(Case& c) {
  for_each_ready(c, TW_OUTPUT, "output", [&](Rig& rig) {
    const size_t n = 1000;
    if (!write(c, rig, sample_points(n))) return;
    if (rig.instance().status() != TW_OK) return;
    rig.stop();
    const size_t seen = rig.format.points;
    if (seen == 0) return c.note(fmt::format("{} makes no serializer: nothing to count", rig.id()));
    if (seen != n) c.error(fmt::format("{}: wrote {} of {}, returned OK", rig.id(), seen, n));
  });
}

void output_borrow(Case& c) {
  for_each_ready(c, TW_OUTPUT, "output", [&](Rig& rig) {
    // The points of each write are overwritten when it returns.
    for (const size_t n : {3u, 1u, 0u})
      if (!write(c, rig, sample_points(n))) return;
    rig.stop();
    if (rig.format.bad) c.error(fmt::format("{}: read freed batch memory", rig.id()));
  });
}

void process(Case& c, Rig& rig, const Points& in,
             const std::function<void(const tw_point&)>& look) {
  const auto& table = *rig.instance().ext<tw_processor>(TW_PROCESSOR);
  const tw_batch batch = in.batch();
  c.doing(fmt::format("process of {}", rig.id()));
  const Points out = rig.instance().collect([&](const tw_sink* sink, tw_error* error) {
    return table.process(rig.instance().self(), &batch, sink, error);
  });
  rig.fine("process");
  for (const tw_point& p : out) look(p);
}

// Points may be dropped, changed and multiplied, but tokens are not invented.
void processor_conserves(Case& c) {
  for_each_ready(c, TW_PROCESSOR, "processor", [&](Rig& rig) {
    const size_t n = 20;
    process(c, rig, Points{}, [](const tw_point&) {});
    process(c, rig, sample_points(n), [&](const tw_point& p) {
      if (p.token > n)
        c.error(fmt::format("{}: a point has the token {} that nobody gave", rig.id(), p.token));
    });
    rig.host.set_full(true);
    process(c, rig, sample_points(n), [](const tw_point&) {});
    rig.host.set_full(false);
  });
}

void aggregator_points(Case& c) {
  for_each_ready(c, TW_AGGREGATOR, "aggregator", [&](Rig& rig) {
    for (int window = 0; window < 2; ++window) {
      c.doing(fmt::format("add and push of {}", rig.id()));
      rig.instance().add(sample_points(20).text());
      rig.fine("add");
      rig.instance().push();
      rig.fine("push");
    }
    rig.instance().push();
    rig.fine("push of an empty window");
  });
}

void stream_points(Case& c) {
  for_each_ready(c, TW_STREAM, "stream node", [&](Rig& rig) {
    const Points points = sample_points(20);
    tw_group group{points[0].name, points[0].tags, points[0].n_tags, points[0].time_ns};
    c.doing(fmt::format("open, points, close of {}", rig.id()));
    rig.instance().open(group);
    rig.instance().points(points.text());
    rig.fine("points");
    rig.instance().close(group);
    rig.fine("close");
  });
}

void handler_event(Case& c) {
  for_each_ready(c, TW_HANDLER, "handler", [&](Rig& rig) {
    const Points points = sample_points(1);
    tw_event event{};
    event.size = sizeof event;
    event.level = TW_LEVEL_CRITICAL;
    event.topic = TW_STR("main:cpu");
    event.id = TW_STR("cpu:host=a");
    event.message = TW_STR("cpu is CRITICAL");
    event.time_ns = points[0].time_ns;
    event.name = points[0].name;
    event.tags = points[0].tags;
    event.n_tags = points[0].n_tags;
    event.fields = points[0].fields;
    event.n_fields = points[0].n_fields;
    event.json = TW_STR("{\"id\":\"cpu:host=a\",\"level\":\"CRITICAL\"}");
    c.doing(fmt::format("handle of {}", rig.id()));
    rig.instance().handle(event);
    rig.fine("handle");
  });
}

}  // namespace

std::span<const Test> pipeline_tests() {
  static constexpr Test tests[] = {
      {36, "output-counts", output_counts},
      {37, "output-borrow", output_borrow},
      {38, "processor-conserves", processor_conserves},
      {47, "aggregator-points-valid", aggregator_points},
      {48, "stream-points-valid", stream_points},
      {49, "handler-event", handler_event},
  };
  return tests;
}

}  // namespace tickwork::host::check
