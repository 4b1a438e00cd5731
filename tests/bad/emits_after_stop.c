/* SPDX-License-Identifier: MIT */
/* Goes on emitting after stop has returned. */
#include <pthread.h>

#include "sin.h"

static tw_status add(const tw_sink* sink, const tw_point* points, size_t n) {
  const tw_host* host = sink->self;
  const tw_emit* emit = host->ext(host, TW_EMIT);
  return emit ? emit->emit(host, points, n) : TW_OK;
}
static void* emit_late(void* self) {
  const tw_sink sink = {sizeof sink, self, add};
  rest_ms(20);
  add_one(&sink, "late");
  return NULL;
}
static tw_status stop(tw_instance* me, tw_error* e) {
  pthread_t thread;
  (void)e;
  if (pthread_create(&thread, NULL, emit_late, (void*)me->host) == 0) pthread_detach(thread);
  return TW_OK;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.emits_after_stop", no_options, plain_create, NULL, stop, plain_destroy);
