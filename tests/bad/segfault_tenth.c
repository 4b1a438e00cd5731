/* SPDX-License-Identifier: MIT */
/* Crashes in every tenth gather. */
#include "sin.h"

static int* volatile nowhere;
static int calls;
static tw_status gather(tw_instance* me, const tw_sink* sink, tw_error* e) {
  if (++calls % 10 == 0) *nowhere = 1;
  return plain_gather(me, sink, e);
}
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.segfault_tenth", no_options, plain_create, NULL, NULL, plain_destroy);
