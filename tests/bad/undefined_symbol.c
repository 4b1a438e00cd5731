/* SPDX-License-Identifier: MIT */
/* Calls a function that no library has; linked without -z defs. */
#include "sin.h"

int missing_dep(void);
static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  (void)missing_dep();
  return plain_gather(me, sink, e);
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.undefined", no_options, plain_create, NULL, NULL, plain_destroy);
