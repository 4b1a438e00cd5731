/* SPDX-License-Identifier: MIT */
/* A processor that makes up delivery tokens. */
#include "sin.h"

static tw_status process(tw_instance* me, const tw_batch* batch, const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)e;
  for (size_t i = 0; i < batch->count; ++i) {
    tw_point point = batch->points[i];
    point.token += 1000000;
    sink->add(sink, &point, 1);
  }
  return TW_OK;
}
static const tw_processor processor = {sizeof processor, process};
EXT(TW_PROCESSOR, &processor);
SINNER("processors.invents_tokens", no_options, plain_create, NULL, NULL, plain_destroy);
