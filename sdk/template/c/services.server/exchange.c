#define _GNU_SOURCE
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

/* For people: programs read the number. */
static const char* reason(uint32_t code) {
  switch (code) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

static bool is(tw_str name, const char* other) {
  return name.len == strlen(other) && strncasecmp(name.data, other, name.len) == 0;
}

/* A line break would let a value's author write headers of his own. */
static void print_clean(FILE* to, tw_str text) {
  for (size_t i = 0; i < text.len; i++) {
    const char c = text.data[i];
    fputc(c == '\r' || c == '\n' || !c ? ' ' : c, to);
  }
}

static void print_header(exchange* x, FILE* to, tw_http_header h, bool* length) {
  if (is(h.name, "Connection") || is(h.name, "Date") || is(h.name, "Transfer-Encoding")) return;
  if (is(h.name, "Content-Length")) {
    char digits[24];
    if (x->code == 204) return;
    snprintf(digits, sizeof digits, "%.*s", (int)h.value.len, h.value.data);
    x->left = strtoull(digits, NULL, 10);
    *length = true;
  }
  print_clean(to, h.name);
  fputs(": ", to);
  print_clean(to, h.value);
  fputs("\r\n", to);
}

static tw_status sent(exchange* x, bool good) {
  x->failed = x->failed || !good;
  return x->failed ? TW_E_CANCELLED : TW_OK;
}

static tw_status head(const tw_http_response* r, uint32_t code, const tw_http_header* headers, size_t n) {
  exchange* x = r->self;
  if (x->code || code < 200 || code > 999) return TW_E_INVALID;
  char *text = NULL, date[40];
  size_t size;
  FILE* to = open_memstream(&text, &size);
  if (!to) return TW_E_NOMEM;
  x->code = code;
  x->bodyless = code == 204 || code == 304 || x->request.head_only;
  bool length = code == 204;
  fprintf(to, "HTTP/1.1 %u %s\r\n", code, reason(code));
  for (size_t i = 0; i < n; i++) print_header(x, to, headers[i], &length);
  x->chunked = !length && !x->bodyless && x->request.http11;
  if (x->chunked) fputs("Transfer-Encoding: chunked\r\n", to);
  const time_t now = time(NULL);
  struct tm parts;
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
  fprintf(to, "Date: %s\r\nConnection: close\r\n\r\n", date);
  const bool whole = fclose(to) == 0;
  const tw_status status = sent(x, whole && connection_send(&x->connection, (tw_str){text, size}, 0));
  free(text);
  return status;
}

static tw_status write_body(const tw_http_response* r, tw_str bytes) {
  exchange* x = r->self;
  if (!x->code) return TW_E_INVALID;
  if (bytes.len > x->left) bytes.len = (size_t)x->left;
  x->left -= bytes.len;
  if (x->failed) return TW_E_CANCELLED;
  if (x->bodyless || !bytes.len) return TW_OK;
  connection* c = &x->connection;
  if (!x->chunked) return sent(x, connection_send(c, bytes, 0));
  char size[24];
  const int n = snprintf(size, sizeof size, "%zx\r\n", bytes.len);
  return sent(x, connection_send(c, (tw_str){size, (size_t)n}, MSG_MORE) &&
                     connection_send(c, bytes, MSG_MORE) && connection_send(c, TW_STR("\r\n"), 0));
}

static void refuse(exchange* x, uint32_t code, const char* text, const char* allow) {
  char body[600], length[24];
  const int n = snprintf(body, sizeof body, "%s\n", text);
  const int digits = snprintf(length, sizeof length, "%d", n);
  const tw_http_header headers[] = {{TW_STR("Content-Type"), TW_STR("text/plain; charset=utf-8")},
                                    {TW_STR("Content-Length"), {length, (size_t)digits}},
                                    {TW_STR("Allow"), {allow, strlen(allow)}}};
  if (head(&x->response, code, headers, *allow ? 3 : 2) == TW_OK)
    write_body(&x->response, (tw_str){body, (size_t)n});
}

/* After a failure the end mark stays away: the client must see that something is missing. */
static void finish(exchange* x, tw_status status, const char* message) {
  if (!*message) message = status < 0 ? "the handler failed" : "the handler gave no answer";
  if (!x->code)
    refuse(x, 500, message, "");
  else if (status >= 0 && x->chunked && !x->failed)
    connection_send(&x->connection, TW_STR("0\r\n\r\n"), 0);
}

static void end(const tw_http_response* r) {
  exchange* x = r->self;
  pthread_mutex_lock(&x->lock);
  if (!x->ended) finish(x, TW_OK, "");
  x->ended = true;
  const bool held = x->held;
  pthread_cond_broadcast(&x->changed);
  pthread_mutex_unlock(&x->lock);
  if (!held) return;
  routes_leave(x->routes, &x->match);
  exchange_free(x);
}

static bool gone(const tw_http_response* r) { return connection_gone(&((exchange*)r->self)->connection); }

exchange* exchange_new(routes* all, int socket, const char* peer, int64_t read_limit, int64_t write_limit) {
  exchange* x = calloc(1, sizeof *x);
  if (!x) return NULL;
  connection_open(&x->connection, socket, peer, read_limit, write_limit);
  x->routes = routes_share(all);
  x->response = (tw_http_response){sizeof x->response, x, head, write_body, end, gone};
  x->left = UINT64_MAX;
  pthread_mutex_init(&x->lock, NULL);
  pthread_cond_init(&x->changed, NULL);
  return x;
}

void exchange_free(exchange* x) {
  connection_close(&x->connection);
  request_close(&x->request);
  routes_free(x->routes);
  pthread_mutex_destroy(&x->lock);
  pthread_cond_destroy(&x->changed);
  free(x);
}

/* false: cut before the end. */
static bool handle(exchange* x) {
  tw_error error = {.size = sizeof error};
  const tw_status status = x->match.handle(x->match.self, &x->request.raw, &x->response, &error);
  pthread_mutex_lock(&x->lock);
  while (status == TW_AGAIN && !x->ended && !x->cut) pthread_cond_wait(&x->changed, &x->lock);
  if (status != TW_AGAIN && !x->ended) finish(x, status, error.message);
  x->held = status == TW_AGAIN && !x->ended;
  const bool held = x->held;
  pthread_mutex_unlock(&x->lock);
  if (!held) routes_leave(x->routes, &x->match);
  return !held;
}

bool exchange_run(exchange* x, uint64_t max_body_size) {
  char allow[allow_size] = "";
  int why = request_read(&x->request, &x->connection, max_body_size);
  if (!why) why = routes_enter(x->routes, &x->request, &x->match, allow);
  if (!why && !handle(x)) return false;
  if (why > 0) refuse(x, (uint32_t)why, reason((uint32_t)why), allow);
  connection_linger(&x->connection);
  return true;
}

void exchange_stop_reading(exchange* x) { shutdown(x->connection.socket, SHUT_RD); }

void exchange_cut(exchange* x) {
  shutdown(x->connection.socket, SHUT_RDWR);
  pthread_mutex_lock(&x->lock);
  x->cut = true;
  pthread_cond_broadcast(&x->changed);
  pthread_mutex_unlock(&x->lock);
}
