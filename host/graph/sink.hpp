// SPDX-License-Identifier: MIT
// The sinks that plugins are handed: what an input gathers, what a processor passes on, what an
// aggregator pushes. Each lives for one call.
#pragma once

#include <tickwork/metric.h>

#include <memory>

#include "graph/batch.hpp"
#include "graph/intake.hpp"
#include "graph/meters.hpp"
#include "graph/relabel.hpp"

namespace tickwork::host {

// Copies what it is given into a batch; tokens stay as they are (see adopt_tokens).
class Collector {
 public:
  // relabel may be NULL.
  Collector(Batch& batch, Meters& meters, int64_t now, const Relabel* relabel,
            int64_t precision_ns = 1);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  const tw_sink* sink() const { return &sink_; }

 private:
  static tw_status add(const tw_sink* sink, const tw_point* points, size_t n);
  bool take(const tw_point& point);

  tw_sink sink_;
  Batch& batch_;
  Meters& meters_;
  const int64_t now_;
  const Relabel* relabel_;
  const int64_t precision_ns_;
};

}  // namespace tickwork::host
