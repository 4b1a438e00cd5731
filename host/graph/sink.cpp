// SPDX-License-Identifier: MIT
#include "graph/sink.hpp"

namespace tickwork::host {

Collector::Collector(Batch& batch, Meters& meters, int64_t now, const Relabel* relabel,
                     int64_t precision_ns)
    : sink_{sizeof(tw_sink), this, add},
      batch_{batch},
      meters_{meters},
      now_{now},
      relabel_{relabel},
      precision_ns_{precision_ns} {
  if (relabel_ && relabel_->active()) batch_.owners.push_back(relabel_->owner());
}

tw_status Collector::add(const tw_sink* sink, const tw_point* points, size_t n) {
  auto& self = *static_cast<Collector*>(sink->self);
  uint64_t bad = 0;
  for (size_t i = 0; i < n; ++i) bad += !self.take(points[i]);
  Meters::add(self.meters_.points_out, n - bad);
  if (bad == 0) return TW_OK;
  Meters::add(self.meters_.rejected, bad);
  return TW_E_INVALID;
}

bool Collector::take(const tw_point& point) {
  if (fault_of(point)) return false;
  tw_point copy = copy_point(batch_.arena, point);
  if (normalise_tags(const_cast<tw_tag*>(copy.tags), copy.n_tags)) copy.series = {};
  if (relabel_) relabel_->apply(copy, batch_.arena);
  // A point that only passes keeps its time; what the plugin made itself is rounded.
  copy.time_ns = point.time_ns == TW_NOW ? round_time(now_, precision_ns_) : point.time_ns;
  batch_.points.push_back(copy);
  return true;
}

}  // namespace tickwork::host
