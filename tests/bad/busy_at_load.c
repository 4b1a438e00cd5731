/* SPDX-License-Identifier: MIT */
/* Prints and starts a thread as soon as it is loaded. */
#include <pthread.h>

#include "sin.h"

static void* sleep_on(void* unused) {
  for (;;) rest_ms(1000);
  return unused;
}
__attribute__((constructor)) static void begin(void) {
  pthread_t thread;
  puts("hello from a plugin");
  fflush(stdout);
  if (pthread_create(&thread, NULL, sleep_on, NULL) == 0) pthread_detach(thread);
}
PLAIN_INPUT("inputs.busy_at_load");
