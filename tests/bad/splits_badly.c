/* SPDX-License-Identifier: MIT */
/* A parser that takes half a line for a line. */
#include "sin.h"

static tw_status parse(tw_instance* me, tw_str text, uint32_t flags, size_t* used,
                       const tw_sink* sink, tw_error* e) {
  (void)me;
  (void)flags;
  (void)e;
  *used = text.len;
  return text.len ? add_one(sink, "half") : TW_OK;
}
static const tw_parser parser = {sizeof parser, parse};
EXT(TW_PARSER, &parser);
SINNER("formats.splits_badly", no_options, plain_create, NULL, NULL, plain_destroy);
