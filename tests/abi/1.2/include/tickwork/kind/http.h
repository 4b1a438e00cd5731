/* SPDX-License-Identifier: MIT */
/* tw.http-server/1: a listening HTTP server that other instances register routes with. Found by
 * tw.services/1 under the instance's name, so that several servers can listen side by side. */
#ifndef TICKWORK_KIND_HTTP_H
#define TICKWORK_KIND_HTTP_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_HTTP_SERVER "tw.http-server/1"

typedef struct tw_http_header { /* frozen */
  tw_str name, value;
} tw_http_header;

/* A request, borrowed until the response has ended. The body is complete, as it arrived (no content
 * decoding), within the server's size limit. */
typedef struct tw_http_request {
  uint32_t size, flags;
  tw_str method; /* "GET" */
  tw_str path;   /* percent-decoded, without the query */
  tw_str query;  /* as it came, without the "?" */
  const tw_http_header* headers;
  size_t n_headers;
  const tw_tag* params; /* what :name and * of the route's pattern matched */
  size_t n_params;
  tw_str body;
  tw_str peer; /* "127.0.0.1:53412" */
} tw_http_request;

/* The answer. Calls of one response must not overlap each other; the thread may change. */
typedef struct tw_http_response tw_http_response;
struct tw_http_response {
  uint32_t size;
  void* self;
  /* Once, first. Without a Content-Length header the body is sent chunked as it is written. */
  tw_status (*head)(const tw_http_response*, uint32_t code, const tw_http_header*,
                    size_t n); /* [any] */
  /* Copies or sends before it returns; blocks while the client is slow. TW_E_CANCELLED: the client
   * is gone. */
  tw_status (*write)(const tw_http_response*, tw_str bytes); /* [any] */
  void (*end)(const tw_http_response*);                      /* [any] last call; see handle */
  bool (*gone)(const tw_http_response*);                     /* [any] the client went away */
};

/* A route. pattern: "/write", "/tasks/:id", "/static/" followed by "*" for a rest of any depth;
 * the longest literal match wins. method "*" takes every method. All copied by route. */
typedef struct tw_http_route {
  uint32_t size;
  tw_str method, pattern;
  void* self; /* handed to handle; also the key for unroute */
  /* Runs on one of the server's threads, concurrently with others. TW_OK: answered (the server ends
   * the response). TW_AGAIN: answered later: request and response live on until end is called, from
   * any thread, before unroute. An error before head becomes a 500 with the message. */
  tw_status (*handle)(void* self, const tw_http_request*, const tw_http_response*,
                      tw_error*); /* [any] */
} tw_http_route;

typedef struct tw_http_server {
  uint32_t size;
  /* TW_E_INVALID: the method and pattern are taken. Registered routes survive the server's stop and
   * start. */
  tw_status (*route)(tw_instance*, const tw_http_route*, tw_error*); /* [any] */
  /* Removes every route of self and waits until no handler of it runs and no response is open. */
  void (*unroute)(tw_instance*, void* self); /* [any] */
  /* "127.0.0.1:8086" as bound, after start; the port is the real one when 0 was configured. */
  tw_str (*address)(tw_instance*); /* [any] */
} tw_http_server;

#ifdef __cplusplus
}
#endif
#endif
