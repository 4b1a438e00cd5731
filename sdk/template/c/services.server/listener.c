#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* NULL: it is none. */
static const char* path_of(const char* bind) { return strncmp(bind, "unix:", 5) == 0 ? bind + 5 : NULL; }

/* host is without brackets; false: there is none, or no port. */
static bool split(const char* bind, char* host, size_t room, const char** port) {
  const char* colon = strrchr(bind, ':');
  if (!colon || !colon[1]) return false;
  *port = colon + 1;
  const bool brackets = *bind == '[' && colon[-1] == ']';
  const int n = (int)(colon - bind) - 2 * brackets;
  return n > 0 && snprintf(host, room, "%.*s", n, bind + brackets) < (int)room;
}

tw_status listener_check(const char* bind, tw_error* error) {
  char host[256];
  const char *port, *path = path_of(bind);
  if (path) {
    if (*path && strlen(path) < sizeof((struct sockaddr_un*)0)->sun_path) return TW_OK;
    snprintf(error->message, sizeof error->message, "bind = \"%s\": the path must have 1 to 107 bytes", bind);
  } else {
    if (split(bind, host, sizeof host, &port)) return TW_OK;
    snprintf(error->message, sizeof error->message,
             "bind = \"%s\" is neither \"host:port\" nor \"unix:/path\"", bind);
  }
  return TW_E_INVALID;
}

static tw_status failed(const char* bind, const char* why, tw_error* error) {
  snprintf(error->message, sizeof error->message, "cannot listen on %s: %s", bind, why);
  return TW_E_IO;
}

static void name(const struct sockaddr_storage* address, socklen_t size, char* to, size_t room) {
  char host[64] = "", port[16] = "";
  const bool six = address->ss_family == AF_INET6;
  getnameinfo((const struct sockaddr*)address, size, host, sizeof host, port, sizeof port,
              NI_NUMERICHOST | NI_NUMERICSERV);
  snprintf(to, room, "%s%s%s:%s", six ? "[" : "", host, six ? "]" : "", port);
}

static tw_status listen_on(listener* l, const char* bind_to, const struct sockaddr* address, socklen_t size,
                           tw_error* error) {
  const int yes = 1;
  l->socket = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (l->socket >= 0 && setsockopt(l->socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      bind(l->socket, address, size) == 0 && listen(l->socket, SOMAXCONN) == 0)
    return TW_OK;
  const tw_status status = failed(bind_to, strerror(errno), error);
  if (l->socket >= 0) close(l->socket);
  return status;
}

static tw_status listen_on_path(listener* l, const char* bind, tw_error* error) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  snprintf(to.sun_path, sizeof to.sun_path, "%s", l->path);
  const struct sockaddr* any = (const struct sockaddr*)&to;
  /* A socket that nobody listens on is left from a crash. */
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(probe, any, sizeof to) != 0 && errno == ECONNREFUSED) unlink(l->path);
  if (probe >= 0) close(probe);
  snprintf(l->address, sizeof l->address, "%s", bind);
  return listen_on(l, bind, any, sizeof to, error);
}

tw_status listener_open(listener* l, const char* bind, tw_error* error) {
  char host[256];
  const char* port;
  struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found;
  l->path = path_of(bind);
  if (l->path) return listen_on_path(l, bind, error);
  split(bind, host, sizeof host, &port);
  const int code = getaddrinfo(host, port, &hints, &found);
  if (code) return failed(bind, gai_strerror(code), error);
  const tw_status status = listen_on(l, bind, found->ai_addr, found->ai_addrlen, error);
  freeaddrinfo(found);
  struct sockaddr_storage bound = {0};
  socklen_t size = sizeof bound;
  if (status == TW_OK && getsockname(l->socket, (struct sockaddr*)&bound, &size) == 0)
    name(&bound, size, l->address, sizeof l->address);
  return status;
}

void listener_stop(listener* l) { shutdown(l->socket, SHUT_RDWR); }

void listener_close(listener* l) {
  close(l->socket);
  if (l->path) unlink(l->path);
}

int listener_accept(const listener* l, char* peer, size_t room) {
  struct sockaddr_storage from = {0};
  socklen_t size = sizeof from;
  const int yes = 1, socket = accept4(l->socket, (struct sockaddr*)&from, &size, SOCK_CLOEXEC);
  if (socket < 0) return socket;
  if (l->path)
    snprintf(peer, room, "unix");
  else
    name(&from, size, peer, room);
  if (!l->path) setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}
