/* SPDX-License-Identifier: MIT */
/* tw.panel/1: a panel of the page, embedded in a library. Data only. */
#ifndef TICKWORK_KIND_PANEL_H
#define TICKWORK_KIND_PANEL_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_PANEL "tw.panel/1"

typedef struct tw_file { /* frozen */
  const char *path, *mime;
  const void* data;
  size_t len;
} tw_file;

typedef struct tw_panel {
  uint32_t size;
  const char* manifest; /* the text of panel.toml */
  const tw_file* files; /* ends with a {0} row */
} tw_panel;

#ifdef __cplusplus
}
#endif
#endif
