/* SPDX-License-Identifier: MIT */
/* tw.draft.libraries/1: the plugin libraries that the host has taken into its process.
 *
 * A library is never unloaded. When its file is replaced, a reload loads the new content beside the
 * old one, whose code and data stay mapped until the host ends: what that costs is told here.
 * Libraries of isolated instances are in processes of their own and not among them.
 *
 * Draft: may still change with its revision; a plugin that asks for it works with hosts that do not
 * know it. */
#ifndef TICKWORK_DRAFT_LIBRARIES_H
#define TICKWORK_DRAFT_LIBRARIES_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_LIBRARIES "tw.draft.libraries/1"

enum {                           /* tw_library_info.flags */
       TW_LIBRARY_SUPERSEDED = 1 /* its file has another content by now, or is gone */
};

/* One library. Strings are borrowed for the visit. */
typedef struct tw_library_info {
  uint32_t size, flags;
  tw_str file, module, version; /* "/usr/lib/tickwork/x.so", "org.example.x", "1.2.0" */
  int64_t loaded_ns;            /* since 1970 */
  uint64_t bytes;               /* of its code and data as mapped, in memory or not */
  uint64_t instances;           /* that run it now */
} tw_library_info;

typedef struct tw_libraries {
  uint32_t size;
  /* All of them, in the order in which they were loaded. */
  void (*libraries)(const tw_host*, void* self,
                    void (*visit)(void* self, const tw_library_info*)); /* [any] */
} tw_libraries;

#ifdef __cplusplus
}
#endif
#endif
