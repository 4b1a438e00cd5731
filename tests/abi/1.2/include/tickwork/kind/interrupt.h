/* SPDX-License-Identifier: MIT */
/* tw.interrupt/1: ends a blocking call so that stop can be called in time. */
#ifndef TICKWORK_KIND_INTERRUPT_H
#define TICKWORK_KIND_INTERRUPT_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_INTERRUPT "tw.interrupt/1"

typedef struct tw_interrupt {
  uint32_t size;
  void (*wake)(tw_instance*); /* [any] only wakes blocked I/O; frees nothing */
} tw_interrupt;

#ifdef __cplusplus
}
#endif
#endif
