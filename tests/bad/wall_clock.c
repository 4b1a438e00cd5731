/* SPDX-License-Identifier: MIT */
/* Stamps points with the machine's clock instead of the host's. */
#include "sin.h"

static tw_status add(const tw_sink* sink, const tw_point* points, size_t n) {
  struct timespec now;
  tw_point stamped = points[0];
  clock_gettime(CLOCK_REALTIME, &now);
  stamped.time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  (void)n;
  return ((const tw_sink*)sink->self)->add(sink->self, &stamped, 1);
}
static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  const tw_sink stamping = {sizeof stamping, (void*)sink, add};
  (void)me;
  (void)e;
  return add_one(&stamping, "stamped");
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.wall_clock", no_options, plain_create, NULL, NULL, plain_destroy);
