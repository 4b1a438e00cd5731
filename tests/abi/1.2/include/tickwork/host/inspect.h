/* SPDX-License-Identifier: MIT */
/* tw.inspect/1: the host's own view: every instance with its counters, every plugin known. */
#ifndef TICKWORK_HOST_INSPECT_H
#define TICKWORK_HOST_INSPECT_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_INSPECT "tw.inspect/1"

enum { /* tw_instance_info.state */
       TW_CREATED = 1,
       TW_STARTED,
       TW_STOPPED,
       TW_FAILED, /* start failed or a call threw; tried again later */
       TW_STUCK   /* did not return in time and was abandoned */
};

/* One instance. Counters count from its start; all strings are borrowed for the visit. */
typedef struct tw_instance_info {
  uint32_t size, state;
  tw_str name, plugin, kind; /* "inputs.cpu::a", "inputs.cpu", "input" */
  tw_str module, version, file;
  tw_str error; /* the last failure's sentence, empty: none */
  int64_t error_ns, started_ns;
  uint64_t calls, errors, late; /* late: calls that outlasted their interval or were skipped */
  uint64_t points_in, points_out, dropped, filtered, rejected;
  uint64_t queued, queue_limit;               /* points waiting in its edge */
  uint64_t call_ns, call_p50_ns, call_p99_ns; /* total; of recent calls */
  uint64_t memory; /* bytes: of its edge, what it says that it holds (tw.memory/1), and its share of
                      its library's resident pages */
} tw_instance_info;

typedef struct tw_plugin_info {
  uint32_t size, flags;
  tw_str id, summary, kind, module, version, license, file;
  const void* vtable; /* of the extension asked for; data such as tw_panel may be read through it */
} tw_plugin_info;

typedef struct tw_inspect {
  uint32_t size;
  void (*instances)(const tw_host*, void* self,
                    void (*visit)(void* self, const tw_instance_info*)); /* [any] */
  /* Every plugin in the catalogue, or with ext set those that have it. */
  void (*plugins)(const tw_host*, const char* ext, void* self,
                  void (*visit)(void* self, const tw_plugin_info*)); /* [any] */
} tw_inspect;

#ifdef __cplusplus
}
#endif
#endif
