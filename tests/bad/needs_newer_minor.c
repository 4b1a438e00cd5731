/* SPDX-License-Identifier: MIT */
/* Cannot live without SDK 1.7. */
#include "sin.h"

static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
static const tw_plugin plugin = {
    sizeof plugin, 0,    "inputs.newer", "Newer",      no_options, exts,
    plain_create,  NULL, NULL,           plain_destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), 7,     7,      "org.example.newer",
                                    "1.0.0",           "MIT", plugins};
