// SPDX-License-Identifier: MIT
// outputs.discard: takes every point and forgets it.
#include <tickwork/tickwork.hpp>

namespace {

struct Discard {
  Discard(tickwork::Host, tickwork::Config) {}
  void write(tickwork::Batch) {}
};

}  // namespace

TICKWORK_MODULE("org.tickwork.outputs.discard", "0.1.0", "MIT",
                tickwork::plugin<Discard>("outputs.discard", "Takes everything, keeps nothing"));
