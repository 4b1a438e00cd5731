/* SPDX-License-Identifier: MIT */
/* Forgot to say how large its module struct is. */
#include "sin.h"

static const tw_plugin* const plugins[] = {NULL};
const tw_module TW_MODULE_SYMBOL = {0, 0, 0, "org.example.zero", "1.0.0", "MIT", plugins};
