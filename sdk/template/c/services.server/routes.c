#define _GNU_SOURCE
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

routes* routes_new(void) {
  routes* all = calloc(1, sizeof *all);
  if (!all) return NULL;
  pthread_mutex_init(&all->lock, NULL);
  pthread_cond_init(&all->closed, NULL);
  all->users = 1;
  return all;
}

routes* routes_share(routes* all) {
  pthread_mutex_lock(&all->lock);
  all->users++;
  pthread_mutex_unlock(&all->lock);
  return all;
}

static void free_route(route* one) {
  free(one->method);
  free(one->pattern);
  free(one);
}

void routes_free(routes* all) {
  pthread_mutex_lock(&all->lock);
  const bool used = --all->users;
  pthread_mutex_unlock(&all->lock);
  if (used) return;
  for (route* one; (one = all->first);) {
    all->first = one->next;
    free_route(one);
  }
  pthread_mutex_destroy(&all->lock);
  pthread_cond_destroy(&all->closed);
  free(all);
}

/* NULL: out of memory. */
static route* new_route(const tw_http_route* wanted) {
  route* one = calloc(1, sizeof *one);
  char* pattern = strndup(wanted->pattern.data, wanted->pattern.len);
  if (one && pattern) {
    one->method = strndup(wanted->method.data, wanted->method.len);
    one->pattern = malloc(wanted->pattern.len);
    one->self = wanted->self;
    one->handle = wanted->handle;
  }
  const bool good = one && one->method && one->pattern;
  if (good) one->pattern_size = split_path(one->pattern, pattern);
  free(pattern);
  if (good || !one) return one;
  free_route(one);
  return NULL;
}

static bool equal(const route* a, const route* b) {
  return strcmp(a->method, b->method) == 0 && a->pattern_size == b->pattern_size &&
         memcmp(a->pattern, b->pattern, a->pattern_size) == 0;
}

tw_status routes_add(routes* all, const tw_http_route* wanted, tw_error* error) {
  const tw_str method = wanted->method, pattern = wanted->pattern;
  size_t params = 0;
  for (size_t i = 0; i < pattern.len; i++) params += pattern.data[i] == ':' || pattern.data[i] == '*';
  if (!pattern.len || pattern.data[0] != '/' || params > most_params) {
    snprintf(error->message, sizeof error->message,
             "the pattern \"%.*s\" must begin with \"/\" and have %d params at most", (int)pattern.len,
             pattern.data, most_params);
    return TW_E_INVALID;
  }
  route* fresh = new_route(wanted);
  if (!fresh) return TW_E_NOMEM;
  pthread_mutex_lock(&all->lock);
  route** place = &all->first;
  while (*place && !equal(*place, fresh)) place = &(*place)->next;
  const bool taken = *place;
  if (!taken) *place = fresh;
  pthread_mutex_unlock(&all->lock);
  if (!taken) return TW_OK;
  free_route(fresh);
  snprintf(error->message, sizeof error->message, "the route %.*s %.*s is taken", (int)method.len,
           method.data, (int)pattern.len, pattern.data);
  return TW_E_INVALID;
}

static bool is_open(const routes* all, const void* self) {
  const match* one = all->open;
  while (one && one->self != self) one = one->next;
  return one;
}

void routes_remove(routes* all, void* self) {
  route* removed = NULL; /* requests borrow names from patterns until they are closed */
  pthread_mutex_lock(&all->lock);
  for (route** place = &all->first; *place;) {
    route* one = *place;
    if (one->self != self) {
      place = &one->next;
      continue;
    }
    *place = one->next;
    one->next = removed;
    removed = one;
  }
  while (is_open(all, self)) pthread_cond_wait(&all->closed, &all->lock);
  pthread_mutex_unlock(&all->lock);
  for (route* one; (one = removed);) {
    removed = one->next;
    free_route(one);
  }
}

/* How well a route fits a request. */
typedef struct fit {
  int literal; /* characters that the pattern names itself, -1: it does not fit */
  bool whole;  /* without a rest */
  int method;  /* 0: another one */
} fit;

static int fit_of_method(const char* taken, tw_str method) {
  if (strcmp(taken, method.data) == 0) return 3;
  if (strcmp(taken, "*") == 0) return 2;
  return strcmp(taken, "GET") == 0 && strcmp(method.data, "HEAD") == 0;
}

/* Sets the request's params. */
static fit fit_of(const route* one, request* r) {
  const fit none = {-1, true, 0};
  fit f = {0, true, fit_of_method(one->method, r->raw.method)};
  const char *pattern = one->pattern, *segment = r->segments;
  const char *pattern_end = pattern + one->pattern_size, *end = segment + r->segments_size;
  r->raw.n_params = 0;
  while (pattern < pattern_end && segment < end) {
    const size_t n = strlen(pattern), size = strlen(segment);
    tw_tag* param = &r->params[r->raw.n_params];
    f.whole = strcmp(pattern, "*") != 0 || pattern + 2 < pattern_end;
    if (!f.whole) {
      *param = (tw_tag){{pattern, n}, {segment, (size_t)(end - segment) - 1}};
      r->raw.n_params++;
      return f;
    }
    if (*pattern == ':' && size) {
      *param = (tw_tag){{pattern + 1, n - 1}, {segment, size}};
      r->raw.n_params++;
    } else if (strcmp(pattern, segment) == 0) {
      f.literal += (int)size + 1;
    } else {
      return none;
    }
    pattern += n + 1;
    segment += size + 1;
  }
  return pattern < pattern_end || segment < end ? none : f;
}

static bool better(const fit* a, const fit* b) {
  if (a->literal != b->literal) return a->literal > b->literal;
  if ((a->method > 0) != (b->method > 0)) return a->method > 0;
  return a->whole != b->whole ? a->whole : a->method > b->method;
}

static bool lists(const char* allow, const char* method) {
  const size_t n = strlen(method);
  for (const char* at = allow; (at = strstr(at, method)); at += n)
    if ((at == allow || at[-1] == ' ') && (!at[n] || at[n] == ',')) return true;
  return !n;
}

static void add_allowed(char* allow, const char* method) {
  const size_t n = strlen(allow);
  if (!lists(allow, method)) snprintf(allow + n, allow_size - n, "%s%s", n ? ", " : "", method);
}

/* The segments of a rest become one text. */
static void join_rest(request* r) {
  const tw_tag* last = &r->params[r->raw.n_params - 1];
  char* rest = r->segments + (last->value.data - r->segments);
  for (size_t i = 0; i < last->value.len; i++)
    if (!rest[i]) rest[i] = '/';
}

int routes_enter(routes* all, request* r, match* found, char* allow) {
  fit best = {-1, true, 0};
  const route* chosen = NULL;
  *allow = 0;
  pthread_mutex_lock(&all->lock);
  for (const route* one = all->first; one; one = one->next) {
    const fit f = fit_of(one, r);
    if (f.literal >= 0 && !f.method) add_allowed(allow, one->method);
    if (lists(allow, "GET")) add_allowed(allow, "HEAD");
    if (!better(&f, &best)) continue;
    best = f;
    chosen = one;
  }
  if (chosen && best.method) {
    fit_of(chosen, r);
    if (!best.whole) join_rest(r);
    *found = (match){all->open, chosen->self, chosen->handle};
    all->open = found;
  }
  pthread_mutex_unlock(&all->lock);
  return !chosen ? 404 : best.method ? 0 : 405;
}

void routes_leave(routes* all, const match* found) {
  pthread_mutex_lock(&all->lock);
  match** place = &all->open;
  while (*place != found) place = &(*place)->next;
  *place = found->next;
  pthread_cond_broadcast(&all->closed);
  pthread_mutex_unlock(&all->lock);
}
