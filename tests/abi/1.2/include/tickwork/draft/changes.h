/* SPDX-License-Identifier: MIT */
/* tw.draft.changes/1: how the running instances differ from what the configuration files say,
 * because somebody changed them while the host runs ("tickwork ctl").
 *
 * Draft: may still change with its revision; a plugin that asks for it works with hosts that do not
 * know it. */
#ifndef TICKWORK_DRAFT_CHANGES_H
#define TICKWORK_DRAFT_CHANGES_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_CHANGES "tw.draft.changes/1"

enum {                       /* tw_change_info.change */
       TW_CHANGE_ADDED = 1,  /* runs and is in no file; detail: the name that it was added by */
       TW_CHANGE_SET = 2,    /* runs with other options; detail: their keys, "count, interval" */
       TW_CHANGE_REMOVED = 3 /* is in the files, or was, and does not run; detail: empty */
};

/* One change of one instance; an instance may be both added and set. Values are not told, they may
 * be secrets. Strings are borrowed for the visit. */
typedef struct tw_change_info {
  uint32_t size, change;
  tw_str instance; /* "inputs.cpu::a" */
  tw_str detail;
} tw_change_info;

typedef struct tw_changes {
  uint32_t size;
  /* All of them, by instance. */
  void (*changes)(const tw_host*, void* self,
                  void (*visit)(void* self, const tw_change_info*)); /* [any] */
} tw_changes;

#ifdef __cplusplus
}
#endif
#endif
