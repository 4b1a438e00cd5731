/* SPDX-License-Identifier: MIT */
/* Does nothing wrong: what the others are compared with, and the file that gets truncated. */
#include "sin.h"

static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
static const tw_option options[] = {{"interval_of_things", TW_OPT_DURATION, 0, "\"1s\"", "Things"},
                                    {"colour", TW_OPT_STRING, 0, "\"red\"", "Colour"},
                                    {NULL, 0, 0, NULL, NULL}};
SINNER("inputs.good", options, plain_create, NULL, NULL, plain_destroy);
