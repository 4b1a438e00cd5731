/* SPDX-License-Identifier: MIT */
/* Starts a thread and forgets it. */
#include <pthread.h>

#include "sin.h"

static void* sleep_on(void* unused) {
  (void)unused;
  for (;;) rest_ms(1000);
  return NULL;
}
static tw_status start(tw_instance* me, tw_error* e) {
  pthread_t thread;
  (void)me;
  (void)e;
  if (pthread_create(&thread, NULL, sleep_on, NULL) != 0) return TW_E_INTERNAL;
  pthread_detach(thread);
  return TW_OK;
}
static const tw_input input = {sizeof input, plain_gather};
EXT(TW_INPUT, &input);
SINNER("inputs.leaves_thread", no_options, plain_create, start, NULL, plain_destroy);
