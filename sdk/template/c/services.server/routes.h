/* Who answers what: routes by method and pattern, and what is open for each owner. */
#ifndef ROUTES_H
#define ROUTES_H
#include "request.h"

#include <pthread.h>

enum { allow_size = 256 };

typedef struct route {
  struct route* next;
  char* method;
  char* pattern; /* segments, each with a zero */
  size_t pattern_size;
  void* self;
  tw_status (*handle)(void* self, const tw_http_request*, const tw_http_response*, tw_error*);
} route;

/* What a request has come to, for as long as it is open. */
typedef struct match {
  struct match* next;
  void* self;
  tw_status (*handle)(void* self, const tw_http_request*, const tw_http_response*, tw_error*);
} match;

typedef struct routes {
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t closed;
  route* first;
  match* open;
  size_t users; /* who will call routes_free */
} routes;

routes* routes_new(void);
routes* routes_share(routes* all);
void routes_free(routes* all);

tw_status routes_add(routes* all, const tw_http_route* wanted, tw_error* error);
/* Waits until nothing of the owner is open. */
void routes_remove(routes* all, void* self);

/* Opens the match, sets the request's params, and answers 0; otherwise as when reading. allow has
 * allow_size bytes for the header of a 405. */
int routes_enter(routes* all, request* r, match* found, char* allow);
void routes_leave(routes* all, const match* found);

#endif
