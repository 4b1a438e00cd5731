/* SPDX-License-Identifier: MIT */
/* Forgets 64 bytes at every create. */
#include "sin.h"

static tw_status create(const tw_host* h, const tw_config* c, tw_instance** out, tw_error* e) {
  tw_status status = plain_create(h, c, out, e);
  if (status == TW_OK) (*out)->extra = malloc(64);
  return status;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.leaks", no_options, create, NULL, NULL, plain_destroy);
