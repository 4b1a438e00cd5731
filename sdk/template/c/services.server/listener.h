/* A socket that listens on "host:port" or "unix:/path". */
#ifndef LISTENER_H
#define LISTENER_H
#include <stdbool.h>
#include <tickwork/tickwork.h>

typedef struct listener {
  int socket;
  const char* path; /* NULL: it has a port */
  char address[128];
} listener;

/* TW_E_INVALID, if it is none of both. */
tw_status listener_check(const char* bind, tw_error* error);
tw_status listener_open(listener* l, const char* bind, tw_error* error);
/* From any thread: every accept ends, now and later. */
void listener_stop(listener* l);
void listener_close(listener* l);

/* Less than 0: see errno. Several threads may wait. */
int listener_accept(const listener* l, char* peer, size_t room);

#endif
