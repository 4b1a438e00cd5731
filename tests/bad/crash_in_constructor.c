/* SPDX-License-Identifier: MIT */
/* Crashes before anybody asked for anything. */
#include "sin.h"

static int* volatile nowhere;
__attribute__((constructor)) static void crash(void) { *nowhere = 1; }
PLAIN_INPUT("inputs.crash_in_constructor");
