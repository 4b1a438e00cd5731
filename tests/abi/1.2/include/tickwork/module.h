/* SPDX-License-Identifier: MIT */
/* The one symbol that a plugin library exports, and the constant tables behind it. */
#ifndef TICKWORK_MODULE_H
#define TICKWORK_MODULE_H

#include "abi.h"
#include "config.h"
#include "host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A row "this plugin is a <id>", e.g. {"tw.input/1", &input}. Ids are tw.name/rev (ours) or
 * com.example.name/rev (anybody's). The table ends with a {0} row. Frozen. */
typedef struct tw_ext {
  const char* id;
  const void* vtable;
} tw_ext;

enum {                    /* tw_plugin.flags */
       TW_CONCURRENT = 1, /* [work] calls of one instance may overlap each other */
       TW_ISOLATE = 2,    /* run in a child process by default */
       TW_EXCLUSIVE =
           4 /* two instances of one configuration cannot coexist: replace by stop, start */
};

/* One plugin. Everything here is static const: listing, checking configuration and printing samples
 * call none of its functions.
 *
 *           create            start             stop             destroy
 * (nothing) ------> CREATED ------> STARTED ------> STOPPED ------> (gone)
 *
 * create that fails leaves nothing; start that fails leaves CREATED; start after stop is allowed;
 * destroy comes from CREATED or STOPPED. Every kind's functions are called in STARTED only. */
typedef struct tw_plugin {
  uint32_t size, flags;
  const char *id, *summary; /* "inputs.uptime", "System uptime" */
  const tw_option* options; /* ends with a {0} row; may be NULL */
  const tw_ext* exts;       /* ends with a {0} row */
  tw_status (*create)(const tw_host*, const tw_config*, tw_instance**, tw_error*); /* [setup] */
  tw_status (*start)(tw_instance*, tw_error*); /* [setup] created | stopped; may be NULL */
  tw_status (*stop)(tw_instance*, tw_error*);  /* [setup] started; may be NULL */
  void (*destroy)(tw_instance*);               /* [setup] created | stopped */
} tw_plugin;

typedef struct tw_module {
  uint32_t size, abi_minor;           /* abi_minor: TW_ABI_MINOR it was compiled with */
  uint32_t needs_minor;               /* the least minor that it can live with, usually 0 */
  const char *id, *version, *license; /* "org.example.uptime", "1.0.0", SPDX */
  const tw_plugin* const* plugins;    /* ends with NULL */
} tw_module;

#define TW_PASTE_(a, b) a##b
#define TW_PASTE(a, b) TW_PASTE_(a, b)
#define TW_MODULE_SYMBOL TW_PASTE(tickwork_module_v, TW_ABI_MAJOR)
#define TW_MODULE_SYMBOL_NAME "tickwork_module_v1"

extern TW_EXPORT const tw_module TW_MODULE_SYMBOL;

#ifdef __cplusplus
}
#endif
#endif
