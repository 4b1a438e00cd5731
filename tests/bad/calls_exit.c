/* SPDX-License-Identifier: MIT */
/* Ends the whole process when it does not like its options. */
#include "sin.h"

static tw_status create(const tw_host* h, const tw_config* c, tw_instance** out, tw_error* e) {
  if (c->str(c, "colour", 0).len != 3) exit(1);
  return plain_create(h, c, out, e);
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
static const tw_option options[] = {{"colour", TW_OPT_STRING, 0, "\"red\"", "Colour"},
                                    {NULL, 0, 0, NULL, NULL}};
SINNER("inputs.calls_exit", options, create, NULL, NULL, plain_destroy);
