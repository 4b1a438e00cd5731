/* A request and its answer, from the first byte to the last. */
#ifndef EXCHANGE_H
#define EXCHANGE_H
#include "routes.h"

typedef struct exchange {
  connection connection;
  request request;
  match match;
  routes* routes;
  tw_http_response response;
  uint32_t code; /* 0: no head yet */
  uint64_t left; /* what the body may still have */
  bool bodyless, chunked, failed;
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t changed;
  bool ended, cut, held; /* held: nobody else waits for the end */
} exchange;

/* NULL: out of memory, and the socket is still the caller's. */
exchange* exchange_new(routes* all, int socket, const char* peer, int64_t read_limit, int64_t write_limit);

/* Returns when all is answered, then it is to be freed. false: it was cut, and is freed when the
 * answer ends, which may be at once. */
bool exchange_run(exchange* x, uint64_t max_body_size);
void exchange_free(exchange* x);

/* From any thread, when the server stops: what is held reads as gone, and should end. */
void exchange_stop_reading(exchange* x);
/* Waits for nobody any more. */
void exchange_cut(exchange* x);

#endif
