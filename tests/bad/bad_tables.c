/* SPDX-License-Identifier: MIT */
/* Mistakes in its tables: an unknown extension of ours, a default of another type, an option twice
 * is refused by the probe already, so it has none of that. */
#include "sin.h"

static const tw_input input = {sizeof input, plain_gather};
static const tw_ext exts[] = {{TW_INPUT, &input}, {"tw.inptu/1", &input}, {NULL, NULL}};
static const tw_option options[] = {{"every", TW_OPT_DURATION, 0, "\"soon\"", "When"},
                                    {"names", TW_OPT_STRING, TW_LIST, "\"a\"", "Two\nlines"},
                                    {NULL, 0, 0, NULL, NULL}};
SINNER("inputs.bad_tables", options, plain_create, NULL, NULL, plain_destroy);
