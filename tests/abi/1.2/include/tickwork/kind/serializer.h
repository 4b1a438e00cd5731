/* SPDX-License-Identifier: MIT */
/* tw.serializer/1: points to bytes. */
#ifndef TICKWORK_KIND_SERIALIZER_H
#define TICKWORK_KIND_SERIALIZER_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_SERIALIZER "tw.serializer/1"

typedef struct tw_serializer {
  uint32_t size;
  /* Writes the batch as one piece that can stand alone (a file may hold several behind each
   * other). */
  tw_status (*serialize)(tw_instance*, const tw_batch*, const tw_writer*, tw_error*); /* [work] */
} tw_serializer;

#ifdef __cplusplus
}
#endif
#endif
