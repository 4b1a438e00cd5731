/* SPDX-License-Identifier: MIT */
/* Opens a file at every start and never closes it. */
#include <fcntl.h>

#include "sin.h"

static tw_status start(tw_instance* me, tw_error* e) {
  (void)e;
  me->extra = (void*)(size_t)open("/dev/null", O_RDONLY);
  return TW_OK;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.leaves_file", no_options, plain_create, start, NULL, plain_destroy);
