/* SPDX-License-Identifier: MIT */
/* Takes longer than its interval. */
#include "sin.h"

static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  rest_ms(700);
  return plain_gather(me, sink, e);
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.slow", no_options, plain_create, NULL, NULL, plain_destroy);
