/* SPDX-License-Identifier: MIT */
/* Builds its tables at run time. */
#include "sin.h"

static tw_input input = {sizeof input, plain_gather};
static tw_ext exts[] = {{TW_INPUT, &input}, {NULL, NULL}};
static tw_plugin plugin = {
    sizeof plugin, 0,    "inputs.writable", "Writable", no_options, exts, plain_create,
    NULL,          NULL, plain_destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), 0,     0,      "org.example.writable",
                                    "1.0.0",           "MIT", plugins};
