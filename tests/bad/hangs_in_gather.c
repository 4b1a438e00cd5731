/* SPDX-License-Identifier: MIT */
/* Never comes back from gather, not even when asked to stop. */
#include "sin.h"

static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)sink;
  (void)e;
  for (;;) rest_ms(1000);
  return TW_OK;
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.hangs_in_gather", no_options, plain_create, NULL, NULL, plain_destroy);
