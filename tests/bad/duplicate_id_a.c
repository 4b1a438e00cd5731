/* SPDX-License-Identifier: MIT */
/* One of two libraries with the same plugin id. */
#include "sin.h"

static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
static const tw_plugin plugin = {sizeof plugin, 0,    "inputs.twin", "Twin",       no_options, exts,
                                 plain_create,  NULL, NULL,          plain_destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), 0,     0,      "org.example.twin_a",
                                    "1.2.0",           "MIT", plugins};
