/* SPDX-License-Identifier: MIT */
/* A parser that claims to have used more than it was given. */
#include "sin.h"

static tw_status parse(tw_instance* me, tw_str text, uint32_t flags, size_t* used,
                       const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)flags;
  (void)sink;
  (void)e;
  *used = text.len + 1;
  return TW_OK;
}
static const tw_parser parser = {sizeof parser, parse};
EXT(TW_PARSER, &parser);
SINNER("formats.reads_beyond", no_options, plain_create, NULL, NULL, plain_destroy);
