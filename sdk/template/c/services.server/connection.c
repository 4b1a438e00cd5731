#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void connection_open(connection* c, int socket, const char* peer, int64_t read_limit, int64_t write_limit) {
  c->socket = socket;
  snprintf(c->peer, sizeof c->peer, "%s", peer);
  c->until = now_ms() + read_limit / 1000000 + 1;
  c->write_ms = write_limit / 1000000 + 1;
  c->begun = false;
  c->at = c->n = 0;
}

void connection_close(connection* c) { close(c->socket); }

/* false: the time is over. */
static bool ready(const connection* c, short event, int64_t until) {
  struct pollfd state = {c->socket, event, 0};
  int n;
  do {
    const int64_t ms = until - now_ms();
    n = poll(&state, 1, ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms);
  } while (n < 0 && errno == EINTR);
  return n > 0;
}

static int receive(connection* c) {
  if (!ready(c, POLLIN, c->until)) return c->begun ? 408 : nobody;
  const ssize_t n = recv(c->socket, c->seen, sizeof c->seen, 0);
  if (n <= 0) return nobody;
  c->begun = true;
  c->at = 0;
  c->n = (size_t)n;
  return 0;
}

int connection_line(connection* c, char* to, size_t room) {
  int why;
  size_t n = 0;
  for (char byte = 0; byte != '\n'; n++) {
    if (n >= room) return 431;
    if (c->at == c->n && (why = receive(c))) return why;
    to[n] = byte = c->seen[c->at++];
  }
  to[--n] = 0;
  if (n && to[n - 1] == '\r') to[--n] = 0;
  for (size_t i = 0; i < n; i++)
    if (((unsigned char)to[i] < ' ' && to[i] != '\t') || to[i] == '\x7f') return 400;
  return 0;
}

int connection_take(connection* c, char* to, size_t n) {
  int why;
  while (n) {
    if (c->at == c->n && (why = receive(c))) return why;
    const size_t part = n < c->n - c->at ? n : c->n - c->at;
    memcpy(to, c->seen + c->at, part);
    c->at += part;
    to += part;
    n -= part;
  }
  return 0;
}

bool connection_send(connection* c, tw_str bytes, int flags) {
  while (bytes.len) {
    const ssize_t n = send(c->socket, bytes.data, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT | flags);
    if (n > 0) bytes = (tw_str){bytes.data + n, bytes.len - (size_t)n};
    if (n < 0 && errno != EINTR && (errno != EAGAIN || !ready(c, POLLOUT, now_ms() + c->write_ms)))
      return false;
  }
  return true;
}

bool connection_gone(const connection* c) {
  struct pollfd state = {c->socket, POLLRDHUP, 0};
  return poll(&state, 1, 0) > 0;
}

void connection_linger(connection* c) {
  shutdown(c->socket, SHUT_WR);
  c->until = now_ms() + 1000;
  while (ready(c, POLLIN, c->until) && recv(c->socket, c->seen, sizeof c->seen, 0) > 0) {
  }
}
