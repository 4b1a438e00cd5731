/* SPDX-License-Identifier: MIT */
/* Delivers points that no database takes: NaN, no name, no fields. One in four is good. */
#include <math.h>

#include "sin.h"

static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  tw_field field;
  tw_point points[3];
  (void)me;
  (void)e;
  memset(&field, 0, sizeof field);
  memset(points, 0, sizeof points);
  field.key = TW_STR("v");
  field.value.type = TW_FLOAT;
  field.value.as.f = NAN;
  for (int i = 0; i < 3; ++i) {
    points[i].name = i == 1 ? TW_STR("") : TW_STR("bad");
    points[i].fields = &field;
    points[i].n_fields = i == 2 ? 0 : 1;
    points[i].time_ns = TW_NOW;
  }
  sink->add(sink, points, 3);
  return add_one(sink, "good_one");
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.bad_points", no_options, plain_create, NULL, NULL, plain_destroy);
