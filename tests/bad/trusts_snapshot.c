/* SPDX-License-Identifier: MIT */
/* Believes any snapshot: its first bytes become an address. */
#include "sin.h"

static tw_status save(tw_instance* me, const tw_writer* w, tw_error* e) {
  static const int zero;
  const int* at = &zero;
  tw_str bytes;
  (void)me;
  (void)e;
  bytes.data = (const char*)&at;
  bytes.len = sizeof at;
  return w->write(w, bytes);
}
static tw_status load(tw_instance* me, tw_str bytes, tw_error* e) {
  const volatile int* at = NULL;
  (void)e;
  if (bytes.len >= sizeof at) memcpy(&at, bytes.data, sizeof at);
  me->extra = (void*)(size_t)*at;
  return TW_OK;
}
static const tw_input input = {sizeof input, plain_gather};
static const tw_snapshot snapshot = {sizeof snapshot, save, load};
static const tw_ext exts[] = {{TW_INPUT, &input}, {TW_SNAPSHOT, &snapshot}, {NULL, NULL}};
SINNER("inputs.trusts_snapshot", no_options, plain_create, NULL, NULL, plain_destroy);
