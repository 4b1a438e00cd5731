/* SPDX-License-Identifier: MIT */
/* Says that it is an input, but cannot gather and has no start that it could emit from. */
#include "sin.h"

static const tw_input input = {sizeof input, NULL};
EXT(TW_INPUT, &input);
SINNER("inputs.null_gather", no_options, plain_create, NULL, NULL, plain_destroy);
