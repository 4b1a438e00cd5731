/* SPDX-License-Identifier: MIT */
/* The Arrow C data and stream interfaces, as their specification fixes them for ever:
 * https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html.
 * Moving is a bitwise copy plus setting the source's release to NULL. */
#ifndef TICKWORK_ARROW_H
#define TICKWORK_ARROW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*); /* [any] */
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*); /* [any] */
  void* private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out); /* [any] */
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);    /* [any] */
  const char* (*get_last_error)(struct ArrowArrayStream*);              /* [any] */
  void (*release)(struct ArrowArrayStream*);                            /* [any] */
  void* private_data;
};
#endif

#ifdef __cplusplus
}
#endif
#endif
