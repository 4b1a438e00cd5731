/* SPDX-License-Identifier: MIT */
/* Refuses its configuration. */
#include "sin.h"

static tw_status create(const tw_host* h, const tw_config* c, tw_instance** out, tw_error* e) {
  (void)h;
  (void)c;
  (void)out;
  snprintf(e->message, sizeof e->message, "colour must be blue");
  return TW_E_INVALID;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.create_fails", no_options, create, NULL, NULL, plain_destroy);
