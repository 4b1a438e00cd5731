#define _GNU_SOURCE
#include "request.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static tw_str text_of(const char* text) { return (tw_str){text, strlen(text)}; }

/* Of the head; stays until the request is closed. */
static int next_line(request* r, connection* from, char** line) {
  *line = r->text + r->used;
  const int why = connection_line(from, *line, sizeof r->text - r->used);
  if (!why) r->used += strlen(*line) + 1;
  return why;
}

static bool is_token(const char* text) {
  for (const char* c = text; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr("!#$%&'*+-.^_`|~", *c)) return false;
  return *text;
}

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place; false: a code that is none, or a zero, which no name has in it. */
static bool decode(char* text) {
  char* to = text;
  for (const char* c = text; *c; c++) {
    *to = *c;
    if (*c == '%') {
      const int high = hex(c[1]), low = high < 0 ? -1 : hex(c[2]);
      if (low < 0 || high + low == 0) return false;
      *to = (char)(high * 16 + low);
      c += 2;
    }
    to++;
  }
  *to = 0;
  return true;
}

size_t split_path(char* to, const char* path) {
  const size_t size = strlen(path);
  memcpy(to, path + 1, size); /* with the zero */
  for (size_t i = 0; i < size; i++)
    if (to[i] == '/') to[i] = 0;
  return size;
}

/* "/a", or "*" for the server as a whole. */
static int read_path(request* r, const char* coded) {
  if (*coded != '/') return strcmp(coded, "*") == 0 ? 404 : 400;
  r->path = strdup(coded);
  r->segments = malloc(strlen(coded));
  if (!r->path || !r->segments) return 500;
  if (!decode(r->path)) return 400;
  r->raw.path = text_of(r->path);
  const char* end = r->segments + split_path(r->segments, coded);
  char* to = r->segments;
  for (char *segment = to, *next; segment < end; segment = next) {
    next = segment + strlen(segment) + 1;
    if (!decode(segment)) return 400;
    memmove(to, segment, strlen(segment) + 1);
    to += strlen(to) + 1;
  }
  r->segments_size = (size_t)(to - r->segments);
  return 0;
}

/* "/a?b", or "http://host/a?b" as proxies are asked. */
static int read_target(request* r, char* target) {
  if (strncmp(target, "http://", 7) == 0) {
    target += 7;
    target += strcspn(target, "/?");
  }
  char* mark = strchr(target, '?');
  if (mark) {
    *mark = 0;
    r->raw.query = text_of(mark + 1);
  }
  return read_path(r, *target ? target : "/");
}

static int read_first_line(request* r, char* line) {
  char *target = strchr(line, ' '), *version = strrchr(line, ' ');
  if (!target || target == version) return 400;
  *target++ = 0;
  *version++ = 0;
  if (!is_token(line) || strchr(target, ' ') || strlen(version) != 8 || strncmp(version, "HTTP/", 5) != 0)
    return 400;
  r->http11 = strcmp(version, "HTTP/1.1") == 0;
  if (!r->http11 && strcmp(version, "HTTP/1.0") != 0) return 505;
  r->head_only = strcmp(line, "HEAD") == 0;
  r->raw.method = text_of(line);
  return read_target(r, target);
}

static int read_header(request* r, char* line) {
  char* value = strchr(line, ':');
  if (!value) return 400;
  *value++ = 0;
  if (!is_token(line)) return 400;
  if (r->raw.n_headers == most_headers) return 431;
  value += strspn(value, " \t");
  size_t n = strlen(value);
  while (n && strchr(" \t", value[n - 1])) n--;
  value[n] = 0;
  r->headers[r->raw.n_headers++] = (tw_http_header){text_of(line), {value, n}};
  return 0;
}

/* How often it is there, and its last value. */
static size_t header(const request* r, const char* name, const char** value) {
  size_t found = 0;
  for (size_t i = 0; i < r->raw.n_headers; i++)
    if (strcasecmp(r->headers[i].name.data, name) == 0) {
      found++;
      *value = r->headers[i].value.data;
    }
  return found;
}

static int number(const char* text, int base, uint64_t* n) {
  const char* digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
  if (!*text || text[strspn(text, digits)]) return 400;
  errno = 0;
  *n = strtoull(text, NULL, base);
  return errno ? 413 : 0;
}

/* The place grows with what really arrives. */
static int read_part(request* r, connection* from, uint64_t n) {
  while (n) {
    const size_t part = n < sizeof from->seen ? (size_t)n : sizeof from->seen;
    if (r->raw.body.len + part > r->body_room) {
      const size_t room = 2 * r->body_room + part;
      char* moved = realloc(r->body, room);
      if (!moved) return 500;
      r->body = moved;
      r->body_room = room;
    }
    const int why = connection_take(from, r->body + r->raw.body.len, part);
    if (why) return why;
    r->raw.body = (tw_str){r->body, r->raw.body.len + part};
    n -= part;
  }
  return 0;
}

static int read_chunks(request* r, connection* from, uint64_t most) {
  char line[4096];
  uint64_t n = 1;
  int why;
  while (n) {
    if ((why = connection_line(from, line, sizeof line))) return why;
    line[strcspn(line, "; \t")] = 0;
    if ((why = number(line, 16, &n))) return why;
    if (n > most - r->raw.body.len) return 413;
    if ((why = read_part(r, from, n))) return why;
    if (n && (why = connection_line(from, line, sizeof line))) return why;
    if (n && *line) return 400;
  }
  for (char* trailer = line; *trailer;)
    if ((why = next_line(r, from, &trailer))) return why;
  return 0;
}

static int read_body(request* r, connection* from, uint64_t most) {
  const char *coding = "", *text = "0", *expected = "";
  uint64_t length;
  const size_t codings = header(r, "Transfer-Encoding", &coding),
               lengths = header(r, "Content-Length", &text);
  const bool chunked = codings > 0;
  header(r, "Expect", &expected);
  if (lengths > 1 || (chunked && (lengths || !r->http11))) return 400;
  if (codings > 1 || (chunked && strcasecmp(coding, "chunked") != 0)) return 501;
  const int why = number(text, 10, &length);
  if (why) return why;
  if (length > most) return 413;
  if (r->http11 && (chunked || length) && from->at == from->n && strcasecmp(expected, "100-continue") == 0)
    connection_send(from, TW_STR("HTTP/1.1 100 Continue\r\n\r\n"), 0);
  return chunked ? read_chunks(r, from, most) : read_part(r, from, length);
}

int request_read(request* r, connection* from, uint64_t max_body_size) {
  r->http11 = true;
  r->raw.size = sizeof r->raw;
  r->raw.headers = r->headers;
  r->raw.params = r->params;
  r->raw.peer = text_of(from->peer);
  char* line;
  const char* ignored;
  int why = next_line(r, from, &line);
  if (!why) why = read_first_line(r, line);
  while (!why && !(why = next_line(r, from, &line)) && *line) why = read_header(r, line);
  if (why) return why;
  const size_t hosts = header(r, "Host", &ignored);
  if (hosts > 1 || (!hosts && r->http11)) return 400;
  return read_body(r, from, max_body_size);
}

void request_close(request* r) {
  free(r->segments);
  free(r->path);
  free(r->body);
}
