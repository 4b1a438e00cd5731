/* SPDX-License-Identifier: MIT */
/* tw.services/1: other configured instances; tw.instances/1: instances made on demand. */
#ifndef TICKWORK_HOST_SERVICES_H
#define TICKWORK_HOST_SERVICES_H

#include "../host.h"
#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_SERVICES "tw.services/1"
#define TW_INSTANCES "tw.instances/1"

/* Something to call: cast vtable to the extension's struct and pass self as its instance. Both
 * belong to the host, which takes the callee's turn, counts, and converts exceptions. Valid until
 * the finder's destroy returns; when the callee is gone, calls return TW_E_NOT_FOUND. */
typedef struct tw_ref {
  const void* vtable;
  tw_instance* self;
} tw_ref;

typedef struct tw_services {
  uint32_t size;
  /* name: the callee's alias, or its plugin id, or empty for the only one with that extension.
   * Allowed from create on; calls through the ref from start on (the host starts callees first).
   * TW_E_NOT_FOUND names what there is; TW_E_INVALID: empty name with several candidates, or a
   * cycle of instances that wait for each other. */
  tw_status (*find)(const tw_host*, const char* ext, tw_str name, tw_ref*, tw_error*); /* [any] */
} tw_services;

enum {
  TW_MAKE_INHERIT = 1
}; /* tw_making.flags: options come from the maker's own table, too; of both,
      only what the made plugin declares (data_format and its options) */

/* An instance to make: created and started before make returns. options override. */
typedef struct tw_making {
  uint32_t size, flags;
  tw_str plugin;           /* "formats.influx", "handlers.log", "stream.ema" */
  tw_str name;             /* shown in logs and status; empty: the maker's name and the plugin's */
  const tw_field* options; /* TW_STRING values of a non-string option are read as TOML literals */
  size_t n_options;
  const char* ext; /* the extension that the maker wants to call */
} tw_making;

typedef struct tw_instances {
  uint32_t size;
  tw_status (*make)(const tw_host*, const tw_making*, tw_ref*, tw_error*); /* [any] */
  /* Stops and destroys it. What was not dropped goes when its maker is destroyed. */
  void (*drop)(const tw_host*, const tw_ref*); /* [any] */
} tw_instances;

#ifdef __cplusplus
}
#endif
#endif
