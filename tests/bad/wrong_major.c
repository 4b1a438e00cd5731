/* SPDX-License-Identifier: MIT */
/* Was built for the next SDK. */
#include <tickwork/abi.h>

extern TW_EXPORT const int tickwork_module_v2;
const int tickwork_module_v2 = 1;
