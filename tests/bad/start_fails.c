/* SPDX-License-Identifier: MIT */
/* Cannot start. */
#include "sin.h"

static tw_status start(tw_instance* me, tw_error* e) {
  (void)me;
  snprintf(e->message, sizeof e->message, "cannot connect to nowhere:1");
  return TW_E_IO;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.start_fails", no_options, plain_create, start, NULL, plain_destroy);
