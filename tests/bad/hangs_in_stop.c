/* SPDX-License-Identifier: MIT */
/* Never comes back from stop. */
#include "sin.h"

static tw_status stop(tw_instance* me, tw_error* e) {
  (void)me;
  (void)e;
  for (;;) rest_ms(1000);
  return TW_OK;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.hangs", no_options, plain_create, NULL, stop, plain_destroy);
