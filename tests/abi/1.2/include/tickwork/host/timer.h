/* SPDX-License-Identifier: MIT */
/* tw.timer/1: calls an instance at times, in its turn. */
#ifndef TICKWORK_HOST_TIMER_H
#define TICKWORK_HOST_TIMER_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_TIMER "tw.timer/1"

typedef struct tw_timer {
  uint32_t size;
  /* fire is called after delay_ns and then every every_ns (0: once), as a [work] call of this
   * instance, so it needs no lock against the others. Late ticks are skipped, not queued. */
  tw_status (*set)(const tw_host*, int64_t delay_ns, int64_t every_ns, void* self,
                   void (*fire)(void* self), uint64_t* id); /* [any] */
  /* From within a [work] or [setup] call, fire does not run again after cancel returned. Timers end
   * by themselves when stop begins. */
  void (*cancel)(const tw_host*, uint64_t id); /* [any] */
} tw_timer;

#ifdef __cplusplus
}
#endif
#endif
