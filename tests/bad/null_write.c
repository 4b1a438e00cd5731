/* SPDX-License-Identifier: MIT */
/* An output without write. */
#include "sin.h"

static const tw_output output = {sizeof output, NULL};
EXT(TW_OUTPUT, &output);
SINNER("outputs.null_write", no_options, plain_create, NULL, NULL, plain_destroy);
