/* SPDX-License-Identifier: MIT */
/* tw.service/1: works between start and stop by itself, for example behind routes of an HTTP
 * server. A mark without functions. */
#ifndef TICKWORK_KIND_SERVICE_H
#define TICKWORK_KIND_SERVICE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_SERVICE "tw.service/1"

typedef struct tw_service {
  uint32_t size;
} tw_service;

#ifdef __cplusplus
}
#endif
#endif
