/* @ID@: answers GET /@NAME@/WHO with a greeting. Replace answer by your page or API. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/host/services.h>
#include <tickwork/kind/http.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_ref server;
  tw_str path, greeting; /* live until destroy returns */
  atomic_ulong answered;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  const tw_services* services = host->ext(host, TW_SERVICES);
  if (!services) {
    snprintf(error->message, sizeof error->message, "this host has no " TW_SERVICES);
    return TW_E_UNSUPPORTED;
  }
  const tw_str path = config->str(config, "path", 0);
  if (!path.len || path.data[0] != '/') {
    snprintf(error->message, sizeof error->message, "path must begin with \"/\"");
    return TW_E_INVALID;
  }
  tw_ref server;
  const tw_status status = services->find(host, TW_HTTP_SERVER, config->str(config, "http", 0), &server, error);
  if (status < 0) return status;
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->server = server;
  (*out)->path = path;
  (*out)->greeting = config->str(config, "greeting", 0);
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

/* What :who in the pattern matched. */
static tw_str who(const tw_http_request* request) {
  for (size_t i = 0; i < request->n_params; i++)
    if (request->params[i].key.len == 3 && memcmp(request->params[i].key.data, "who", 3) == 0)
      return request->params[i].value;
  return TW_STR("");
}

/* On the server's threads, several at once. An error becomes a 500 with its message. */
static tw_status answer(void* self, const tw_http_request* request, const tw_http_response* response,
                        tw_error* error) {
  tw_instance* me = self;
  char text[1024], length[24];
  const tw_str name = who(request);
  const int n = snprintf(text, sizeof text, "%.*s %.*s, you are number %lu\n", (int)me->greeting.len,
                         me->greeting.data, (int)name.len, name.data, atomic_fetch_add(&me->answered, 1) + 1);
  if (n < 0 || (size_t)n >= sizeof text) {
    snprintf(error->message, sizeof error->message, "the name is too long");
    return TW_E_INVALID;
  }
  const int digits = snprintf(length, sizeof length, "%d", n);
  const tw_http_header headers[] = {{TW_STR("Content-Type"), TW_STR("text/plain; charset=utf-8")},
                                    {TW_STR("Content-Length"), {length, (size_t)digits}}};
  const tw_status status = response->head(response, 200, headers, 2);
  return status < 0 ? status : response->write(response, (tw_str){text, (size_t)n});
}

static tw_status start(tw_instance* me, tw_error* error) {
  const tw_http_server* server = me->server.vtable;
  const size_t room = me->path.len + sizeof "/:who";
  char* pattern = malloc(room);
  if (!pattern) return TW_E_NOMEM;
  const int n = snprintf(pattern, room, "%.*s/:who", (int)me->path.len, me->path.data);
  const tw_http_route route = {sizeof route, TW_STR("GET"), {pattern, (size_t)n}, me, answer};
  const tw_status status = server->route(me->server.self, &route, error); /* copies it */
  free(pattern);
  return status;
}

/* Waits for answers that are under way. */
static tw_status stop(tw_instance* me, tw_error* error) {
  (void)error;
  const tw_http_server* server = me->server.vtable;
  server->unroute(me->server.self, me);
  return TW_OK;
}

static const tw_service service = {sizeof service};
static const tw_option options[] = {
    {"http", TW_OPT_STRING, 0, "\"\"", "Name of the HTTP server; empty: the only one"},
    {"path", TW_OPT_STRING, 0, "\"/@NAME@\"", "Where the answers are"},
    {"greeting", TW_OPT_STRING, 0, "\"Hello\"", "How they begin"}, {0}};
static const tw_ext exts[] = {{TW_SERVICE, &service}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Greets by HTTP", options, exts, create, start, stop,
                                 destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
