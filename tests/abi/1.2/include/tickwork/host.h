/* SPDX-License-Identifier: MIT */
/* What the host offers every instance, valid from create until destroy returns. */
#ifndef TICKWORK_HOST_H
#define TICKWORK_HOST_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { TW_LOG_ERROR = 0, TW_LOG_WARN, TW_LOG_INFO, TW_LOG_DEBUG };

typedef struct tw_host tw_host;
struct tw_host {
  uint32_t size, abi_minor; /* abi_minor: what the host speaks */
  const char* name;         /* the instance's name, e.g. "inputs.cpu" or "inputs.cpu::alias" */
  const char* version;      /* the host's version, e.g. "0.1.0" */
  void* self;
  void (*log)(const tw_host*, int level, tw_str);     /* [any] repeated lines are folded */
  int64_t (*now)(const tw_host*);                     /* [any] wall clock, ns since 1970 */
  int64_t (*ticks)(const tw_host*);                   /* [any] monotonic, ns */
  bool (*stopping)(const tw_host*);                   /* [any] poll in long loops */
  const void* (*ext)(const tw_host*, const char* id); /* [any] host service, NULL if unknown */
};

#ifdef __cplusplus
}
#endif
#endif
