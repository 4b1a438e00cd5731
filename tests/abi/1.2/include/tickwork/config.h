/* SPDX-License-Identifier: MIT */
/* Options: declared by the plugin as data, checked by the host, read through tw_config. */
#ifndef TICKWORK_CONFIG_H
#define TICKWORK_CONFIG_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { /* tw_option.type */
       TW_OPT_STRING = 1,
       TW_OPT_BOOL,
       TW_OPT_INT,
       TW_OPT_FLOAT,    /* an integer literal is accepted too */
       TW_OPT_DURATION, /* "10s", "1h30m", "2d" or a number of seconds; read as nanoseconds by num
                         */
       TW_OPT_SIZE,     /* "64MiB", "10KB" or a number of bytes; read as bytes by num */
       TW_OPT_TABLE     /* a table with keys of the user's choice; read by table, key and type */
};
enum {                  /* tw_option.flags */
       TW_REQUIRED = 1, /* has no default and must be given */
       TW_LIST = 2,     /* an array of the type */
       TW_SECRET = 4    /* never printed or logged */
};

/* One option. value is the default as a TOML literal ("\"/proc\"", "10", "[]"), NULL for none. doc
 * is one line for the sample configuration. A table of options ends with a {0} row. Frozen. */
typedef struct tw_option {
  const char* key;
  uint32_t type, flags;
  const char *value, *doc;
} tw_option;

/* An instance's configuration: checked against its options and with defaults filled in, so nothing
 * can fail. Reading a key that was not declared gives zero. Strings live until destroy returns.
 * For an option that is no list, i is 0. */
typedef struct tw_config tw_config;
struct tw_config {
  uint32_t size;
  const void* self;
  size_t (*count)(const tw_config*, const char* key);         /* [any] elements; 0: unset */
  tw_str (*str)(const tw_config*, const char* key, size_t i); /* [any] */
  int64_t (*num)(const tw_config*, const char* key,
                 size_t i); /* [any] int, bool, nanoseconds, bytes */
  double (*real)(const tw_config*, const char* key, size_t i); /* [any] */
  const tw_config* (*table)(const tw_config*, const char* key,
                            size_t i);       /* [any] NULL beyond the last */
  tw_str (*key)(const tw_config*, size_t i); /* [any] i-th key of this table, empty beyond */
  uint32_t (*type)(const tw_config*, const char* key); /* [any] TW_OPT_ type, 0 if absent */
};

#ifdef __cplusplus
}
#endif
#endif
