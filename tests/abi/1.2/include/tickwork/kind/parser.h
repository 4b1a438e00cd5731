/* SPDX-License-Identifier: MIT */
/* tw.parser/1: bytes to points. */
#ifndef TICKWORK_KIND_PARSER_H
#define TICKWORK_KIND_PARSER_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_PARSER "tw.parser/1"

enum { TW_PARSE_FINAL = 1 }; /* nothing follows: an unfinished record counts as finished */

typedef struct tw_parser {
  uint32_t size;
  /* Parses the complete records at the start of text and sets *used to the bytes that it is done
   * with; the caller offers the rest again with more behind it. The points are the same for any
   * split of the bytes. A bad record is skipped (it counts as used), the good ones are added, and
   * the first reason is returned with TW_PARTIAL; TW_E_INVALID when no record was good. */
  tw_status (*parse)(tw_instance*, tw_str text, uint32_t flags, size_t* used, const tw_sink*,
                     tw_error*); /* [work] */
} tw_parser;

#ifdef __cplusplus
}
#endif
#endif
