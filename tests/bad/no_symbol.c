/* SPDX-License-Identifier: MIT */
/* Is a library, but no plugin. */
#include <tickwork/abi.h>

TW_EXPORT int answer(void);
int answer(void) { return 42; }
