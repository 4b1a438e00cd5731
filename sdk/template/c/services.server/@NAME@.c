/* @ID@: an HTTP server that other plugins register routes with. Each of its threads serves one
 * connection at a time, which ends with its first answer. Replace what it lacks: TLS, connections
 * that stay, fewer threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/kind/http.h>
#include <tickwork/tickwork.h>
#include <unistd.h>

#include "exchange.h"
#include "listener.h"

typedef struct worker {
  tw_instance* server;
  pthread_t thread;
  exchange* open; /* what it serves, NULL: nothing */
} worker;

struct tw_instance {
  const tw_host* host;
  const char* bind; /* lives until destroy returns */
  uint64_t max_body_size;
  int64_t read_timeout, write_timeout;
  routes* routes;
  listener listener;
  atomic_bool stopping;
  pthread_mutex_t lock; /* of what workers have open */
  size_t n_workers, n_threads;
  worker workers[];
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  const int64_t threads = config->num(config, "threads", 0), most = config->num(config, "max_body_size", 0);
  const int64_t read = config->num(config, "read_timeout", 0),
                write = config->num(config, "write_timeout", 0);
  const char* bind = config->str(config, "bind", 0).data; /* ends with a zero */
  const char* wrong = threads < 1 || threads > 1000 ? "threads must be 1 to 1000"
                      : most < 0                    ? "max_body_size must not be negative"
                      : read <= 0 || write <= 0     ? "read_timeout and write_timeout must be more than 0"
                                                    : NULL;
  if (wrong) {
    snprintf(error->message, sizeof error->message, "%s", wrong);
    return TW_E_INVALID;
  }
  const tw_status status = listener_check(bind ? bind : "", error);
  if (status < 0) return status;
  tw_instance* me = calloc(1, sizeof *me + (size_t)threads * sizeof *me->workers);
  if (!me || !(me->routes = routes_new())) {
    free(me);
    return TW_E_NOMEM;
  }
  me->host = host;
  me->bind = bind;
  me->max_body_size = (uint64_t)most;
  me->read_timeout = read;
  me->write_timeout = write;
  me->n_workers = (size_t)threads;
  pthread_mutex_init(&me->lock, NULL);
  *out = me;
  return TW_OK;
}

static void destroy(tw_instance* me) {
  routes_free(me->routes);
  pthread_mutex_destroy(&me->lock);
  free(me);
}

/* false: the server stops. */
static bool set_open(worker* me, exchange* open) {
  pthread_mutex_lock(&me->server->lock);
  const bool go_on = !me->server->stopping;
  if (go_on || !open) me->open = open;
  pthread_mutex_unlock(&me->server->lock);
  return go_on;
}

static void serve(worker* me, int socket, const char* peer) {
  const tw_instance* server = me->server;
  exchange* x = exchange_new(server->routes, socket, peer, server->read_timeout, server->write_timeout);
  if (!x) {
    close(socket);
    return;
  }
  const bool to_free = !set_open(me, x) || exchange_run(x, server->max_body_size);
  set_open(me, NULL);
  if (to_free) exchange_free(x);
}

static void* work(void* self) {
  worker* me = self;
  const tw_host* host = me->server->host;
  char peer[80];
  while (!me->server->stopping) {
    const int socket = listener_accept(&me->server->listener, peer, sizeof peer);
    if (socket >= 0) {
      serve(me, socket, peer);
    } else if (!me->server->stopping) { /* out of descriptors: others must close first */
      char line[128];
      const int n = snprintf(line, sizeof line, "cannot accept a connection: %s", strerror(errno));
      host->log(host, TW_LOG_ERROR, (tw_str){line, (size_t)n});
      usleep(100000);
    }
  }
  return NULL;
}

/* How many are open, after something was done with each. */
static size_t each_open(tw_instance* me, void (*act)(exchange*)) {
  size_t n = 0;
  pthread_mutex_lock(&me->lock);
  for (size_t i = 0; i < me->n_threads; i++) {
    exchange* open = me->workers[i].open;
    n += open != NULL;
    if (open) act(open);
  }
  pthread_mutex_unlock(&me->lock);
  return n;
}

/* Gives open answers a moment. */
static tw_status stop(tw_instance* me, tw_error* error) {
  (void)error;
  me->stopping = true;
  listener_stop(&me->listener);
  for (int i = 0; i < 200 && each_open(me, exchange_stop_reading); i++) usleep(10000);
  each_open(me, exchange_cut);
  while (me->n_threads) pthread_join(me->workers[--me->n_threads].thread, NULL);
  listener_close(&me->listener);
  return TW_OK;
}

static tw_status start(tw_instance* me, tw_error* error) {
  const tw_status status = listener_open(&me->listener, me->bind, error);
  if (status < 0) return status;
  char line[160];
  const int n = snprintf(line, sizeof line, "listening on %s", me->listener.address);
  me->host->log(me->host, TW_LOG_INFO, (tw_str){line, (size_t)n});
  me->stopping = false;
  while (me->n_threads < me->n_workers) {
    worker* one = &me->workers[me->n_threads];
    *one = (worker){.server = me};
    const int why = pthread_create(&one->thread, NULL, work, one);
    if (why) {
      snprintf(error->message, sizeof error->message, "cannot start %zu threads: %s", me->n_workers,
               strerror(why));
      stop(me, NULL);
      return TW_E_IO;
    }
    me->n_threads++;
  }
  return TW_OK;
}

static tw_status add_route(tw_instance* me, const tw_http_route* wanted, tw_error* error) {
  return routes_add(me->routes, wanted, error);
}
static void remove_routes(tw_instance* me, void* self) { routes_remove(me->routes, self); }
static tw_str address(tw_instance* me) {
  return (tw_str){me->listener.address, strlen(me->listener.address)};
}

static const tw_http_server server = {sizeof server, add_route, remove_routes, address};
static const tw_option options[] = {
    {"bind", TW_OPT_STRING, 0, "\"127.0.0.1:8080\"", "Address to listen on: \"host:port\" or \"unix:/path\""},
    {"threads", TW_OPT_INT, 0, "32", "Connections that are served at once; others wait"},
    {"max_body_size", TW_OPT_SIZE, 0, "\"25MB\"", "Largest request body"},
    {"read_timeout", TW_OPT_DURATION, 0, "\"30s\"", "Time for a request to arrive"},
    {"write_timeout", TW_OPT_DURATION, 0, "\"5s\"",
     "Longest wait for a client that does not read its answer"},
    {0}};
static const tw_ext exts[] = {{TW_HTTP_SERVER, &server}, {0}};
static const tw_plugin plugin = {sizeof plugin, TW_EXCLUSIVE, "@ID@", "HTTP server for the routes of other plugins",
                                 options, exts, create, start, stop, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
