/* SPDX-License-Identifier: MIT */
/* The ground of the ABI: version, export mark, strings, statuses, errors.
 *
 * Roles, the tag behind every function pointer of these headers:
 *   [setup]  overlaps no other call on the same instance except [any]
 *   [work]   overlaps no other [work] or [setup] call on the same instance; the OS thread may
 * change between calls (with TW_CONCURRENT, [work] calls of one instance may overlap each other)
 *   [any]    any thread, any time between the stated states
 * Calls on different instances may always overlap. A callback is tagged with the role that it has
 * on the instance which it belongs to.
 *
 * Memory: nobody frees the other side's. In-pointers are borrowed until the call returns;
 * out-values are the caller's memory. Only instances (destroy), results, scanners and Arrow objects
 * (release) have a lifetime of their own. */
#ifndef TICKWORK_ABI_H
#define TICKWORK_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TW_ABI_MAJOR 1 /* part of the entry symbol's name */
#define TW_ABI_MINOR 2 /* +1 for each appended member or new id */

#define TW_EXPORT __attribute__((visibility("default")))

/* True if the struct behind p is large enough to hold member m and m is not NULL. The only legal
 * way to look at a member that was appended after minor 0. */
#define TW_HAS(p, m) ((p) && (p)->size >= offsetof(__typeof__(*(p)), m) + sizeof((p)->m) && (p)->m)

/* A borrowed string: UTF-8, length in bytes. What the host hands out also has a NUL behind its last
 * byte. An absent string has len 0; data may then be NULL. Frozen. */
typedef struct tw_str {
  const char* data;
  size_t len;
} tw_str;

#ifdef __cplusplus
#define TW_STR(literal) (tw_str{literal, sizeof(literal) - 1})
#else
#define TW_STR(literal) ((tw_str){literal, sizeof(literal) - 1})
#endif

/* Zero is success, positive is "fine, but", negative is failure with a sentence in tw_error. */
typedef int32_t tw_status;
enum {
  TW_OK = 0,
  TW_AGAIN = 1,   /* nothing was taken; offer the same again later */
  TW_PARTIAL = 2, /* the rest was refused for good; the error says how much and why */
  TW_DONE = 3,    /* a sequence is at its end */
  TW_E_INVALID = -1,
  TW_E_IO = -2,
  TW_E_NOT_FOUND = -3,
  TW_E_UNSUPPORTED = -4,
  TW_E_CANCELLED = -5,
  TW_E_NOMEM = -6,
  TW_E_DENIED = -7,
  TW_E_INTERNAL = -99
};

/* The caller's memory. The caller sets size and an empty message; the callee writes a sentence
 * without a trailing period, NUL-terminated, no further than size. A negative status without a
 * message is legal and reads as the status' name. */
typedef struct tw_error {
  uint32_t size;
  tw_status status;
  char message[504];
} tw_error;

/* An instance is the plugin's own type; the host only carries the pointer. */
typedef struct tw_instance tw_instance;

#ifdef __cplusplus
}
#endif
#endif
