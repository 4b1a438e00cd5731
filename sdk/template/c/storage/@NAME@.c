/* @ID@: keeps points in memory and in a journal, from which it starts. Replace rows.c and journal.c
 * by your store: what is written is durable when write returns, and read while others write. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <tickwork/draft/command.h>
#include <tickwork/kind/storage.h>
#include <tickwork/tickwork.h>
#include <unistd.h>

#include "answer.h"
#include "journal.h"
#include "rows.h"

struct tw_instance {
  const tw_host* host;
  const char* path;
  pthread_rwlock_t lock; /* of databases and journal */
  rows** databases;
  size_t n, room;
  journal journal;
  pthread_mutex_t hearing; /* of listeners */
  const tw_listener** listeners;
  size_t n_listeners, listener_room;
};

static const tw_str policy = {"autogen", sizeof "autogen" - 1}; /* the only one of each database: nothing expires */

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  const tw_str path = config->str(config, "path", 0); /* ends with a zero, lives until destroy returns */
  if (!path.len) {
    snprintf(error->message, sizeof error->message, "path must not be empty");
    return TW_E_INVALID;
  }
  tw_instance* me = calloc(1, sizeof *me);
  if (!me) return TW_E_NOMEM;
  me->host = host;
  me->path = path.data;
  me->journal.file = -1;
  pthread_rwlock_init(&me->lock, NULL);
  pthread_mutex_init(&me->hearing, NULL);
  *out = me;
  return TW_OK;
}

static tw_status stop(tw_instance* me, tw_error* error) {
  (void)error;
  journal_close(&me->journal);
  for (size_t i = 0; i < me->n; i++) rows_free(me->databases[i]);
  me->n = 0;
  return TW_OK;
}

static void destroy(tw_instance* me) {
  stop(me, NULL);
  pthread_rwlock_destroy(&me->lock);
  pthread_mutex_destroy(&me->hearing);
  free(me->databases);
  free(me->listeners);
  free(me);
}

/* NULL: there is none. */
static rows* find(const tw_instance* me, tw_str name) {
  for (size_t i = 0; i < me->n; i++)
    if (same(me->databases[i]->database, name)) return me->databases[i];
  return NULL;
}

/* NULL: out of memory. */
static rows* find_or_make(tw_instance* me, tw_str name) {
  rows* all = find(me, name);
  if (all || !grow(&me->databases, me->n, &me->room, 1, sizeof *me->databases) || !(all = rows_new(name))) return all;
  return me->databases[me->n++] = all;
}

static tw_status need(const tw_instance* me, tw_str database, tw_str retention, rows** out, tw_error* error) {
  if (!(*out = find(me, database))) {
    snprintf(error->message, sizeof error->message, "database not found: %.*s", (int)database.len, database.data);
    return TW_E_NOT_FOUND;
  }
  if (retention.len && !same(retention, policy)) {
    snprintf(error->message, sizeof error->message, "retention policy not found: %.*s", (int)retention.len,
             retention.data);
    return TW_E_NOT_FOUND;
  }
  return TW_OK;
}

/* A record: the database, then points. One without points tells that the database is there. */
static void put_point(bytes* to, const tw_point* point) {
  put_text(to, point->name);
  put_word(to, (uint64_t)point->time_ns);
  put_word(to, point->n_tags);
  for (uint32_t i = 0; i < point->n_tags; i++) {
    put_text(to, point->tags[i].key);
    put_text(to, point->tags[i].value);
  }
  put_word(to, point->n_fields);
  for (uint32_t i = 0; i < point->n_fields; i++) {
    const tw_value* value = &point->fields[i].value;
    put_text(to, point->fields[i].key);
    put_word(to, value->type);
    if (value->type == TW_STRING)
      put_text(to, (tw_str){value->as.s, value->len});
    else
      put_word(to, value->type == TW_BOOL ? value->as.b : value->as.u);
  }
}

/* Tags and fields are to be freed; false: out of memory or past the end. */
static bool take_point(bytes* from, tw_point* point, tw_tag** tags, tw_field** fields) {
  *point = (tw_point){.name = take_text(from), .time_ns = (int64_t)take_word(from)};
  point->n_tags = (uint32_t)take_word(from);
  *fields = NULL;
  if (!(*tags = calloc(point->n_tags + 1u, sizeof **tags))) return false;
  for (uint32_t i = 0; i < point->n_tags; i++) (*tags)[i] = (tw_tag){take_text(from), take_text(from)};
  point->n_fields = (uint32_t)take_word(from);
  if (!(*fields = calloc(point->n_fields + 1u, sizeof **fields))) return false;
  for (uint32_t i = 0; i < point->n_fields; i++) {
    tw_field* one = &(*fields)[i];
    one->key = take_text(from);
    one->value.type = (uint32_t)take_word(from);
    if (one->value.type == TW_STRING) {
      const tw_str text = take_text(from);
      one->value.as.s = text.data;
      one->value.len = (uint32_t)text.len;
    } else {
      one->value.as.u = take_word(from);
    }
  }
  point->tags = *tags;
  point->fields = *fields;
  return !from->failed;
}

/* The checksum was right: what the record says was accepted before. */
static tw_status replay(void* self, tw_str record) {
  bytes rest = {(char*)record.data, record.len, 0, false};
  rows* all = find_or_make(self, take_text(&rest));
  bool good = all != NULL;
  tw_error ignored = {.size = sizeof ignored};
  while (good && rest.n) {
    tw_point point;
    tw_tag* tags;
    tw_field* fields;
    good = take_point(&rest, &point, &tags, &fields) && rows_accept(all, &point, &ignored) && rows_put(all, &point);
    free(tags);
    free(fields);
  }
  return good ? TW_OK : TW_E_NOMEM;
}

static tw_status start(tw_instance* me, tw_error* error) {
  const tw_status status = journal_open(&me->journal, me->path, replay, me, error);
  if (status < 0) stop(me, NULL);
  return status;
}

/* The points that can be kept, in good; answers how many. The error says why others cannot. */
static size_t accepted(tw_instance* me, rows* all, const tw_batch* batch, tw_point* good, tw_error* error) {
  size_t n = 0;
  tw_error other = {.size = sizeof other};
  for (size_t i = 0; i < batch->count; i++) {
    good[n] = batch->points[i];
    if (good[n].time_ns == TW_NOW) good[n].time_ns = me->host->now(me->host);
    n += rows_accept(all, &good[n], n == i ? error : &other);
  }
  return n;
}

static tw_status keep(tw_instance* me, rows* all, const tw_point* good, size_t n, tw_error* error) {
  bytes record = {0};
  put_text(&record, all->database);
  for (size_t i = 0; i < n; i++) put_point(&record, &good[i]);
  tw_status status = journal_append(&me->journal, &record, true, error);
  free(record.data);
  for (size_t i = 0; status == TW_OK && i < n; i++)
    if (!rows_put(all, &good[i])) status = TW_E_NOMEM;
  return status;
}

static void tell(tw_instance* me, tw_str database, const tw_batch* batch) {
  pthread_mutex_lock(&me->hearing);
  for (size_t i = 0; i < me->n_listeners; i++)
    me->listeners[i]->written(me->listeners[i], database, policy, batch);
  pthread_mutex_unlock(&me->hearing);
}

/* Durable when it returns. Points that cannot be kept are told, the others are. */
static tw_status write_points(tw_instance* me, tw_str database, tw_str retention, const tw_batch* batch,
                              tw_error* error) {
  tw_point* good = calloc(batch->count + 1, sizeof *good);
  if (!good) return TW_E_NOMEM;
  rows* all;
  size_t n = 0;
  pthread_rwlock_wrlock(&me->lock);
  tw_status status = need(me, database, retention, &all, error);
  if (status == TW_OK) n = accepted(me, all, batch, good, error);
  if (n) status = keep(me, all, good, n, error);
  pthread_rwlock_unlock(&me->lock);
  if (n && status == TW_OK) tell(me, database, &(tw_batch){good, n});
  free(good);
  if (status < 0 || n == batch->count) return status;
  const size_t said = strlen(error->message);
  snprintf(error->message + said, sizeof error->message - said, " dropped=%zu", batch->count - n);
  return TW_PARTIAL;
}

static tw_status scan(tw_instance* me, const tw_scan* wanted, tw_scanner* out, tw_error* error) {
  rows* all;
  pthread_rwlock_rdlock(&me->lock);
  tw_status status = need(me, wanted->database, wanted->retention, &all, error);
  if (status == TW_OK) status = answer_scan(all, wanted, out, error);
  pthread_rwlock_unlock(&me->lock);
  return status;
}

static tw_status list_databases(const tw_instance* me, columns* table) {
  for (size_t i = 0; i < me->n; i++)
    if (!columns_add(table) || !columns_set(table, 0, answer_text(me->databases[i]->database))) return TW_E_NOMEM;
  return TW_OK;
}

static tw_status list_policy(columns* table) {
  const tw_value zero = {.type = TW_INT}, one = {.type = TW_INT, .as.i = 1}, yes = {.type = TW_BOOL, .as.b = true};
  const tw_value cells[] = {answer_text(policy), zero, zero, one, yes};
  bool good = columns_add(table);
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) good = good && columns_set(table, i, cells[i]);
  return good ? TW_OK : TW_E_NOMEM;
}

/* There are no shards, subscriptions, users and continuous queries. */
static tw_status list(tw_instance* me, uint32_t what, const tw_scan* wanted, struct ArrowArrayStream* out,
                      tw_error* error) {
  columns* table = answer_table(what);
  if (!table) {
    snprintf(error->message, sizeof error->message, "cannot list subject %u", what);
    return TW_E_INVALID;
  }
  rows* all;
  tw_status status = TW_OK;
  pthread_rwlock_rdlock(&me->lock);
  if (what == TW_DATABASES) status = list_databases(me, table);
  if (what >= TW_RETENTION_POLICIES && what <= TW_SERIES)
    status = need(me, wanted->database, wanted->retention, &all, error);
  if (what == TW_RETENTION_POLICIES && status == TW_OK) status = list_policy(table);
  if (what >= TW_MEASUREMENTS && what <= TW_SERIES && status == TW_OK)
    status = answer_list(all, what, wanted, table, error);
  pthread_rwlock_unlock(&me->lock);
  if (status == TW_OK)
    columns_stream(table, out);
  else
    columns_free(table);
  return status;
}

static tw_status define(tw_instance* me, const tw_definition* wanted, tw_error* error) {
  if (wanted->what == TW_RETENTION_POLICIES && same(wanted->name, policy)) return TW_OK;
  if (wanted->what != TW_DATABASES) {
    snprintf(error->message, sizeof error->message, "@ID@ keeps databases with the policy autogen and nothing else");
    return TW_E_INVALID;
  }
  const tw_str name = wanted->database.len ? wanted->database : wanted->name;
  tw_status status = TW_OK;
  pthread_rwlock_wrlock(&me->lock);
  if (!find(me, name)) {
    bytes record = {0};
    put_text(&record, name);
    status = journal_append(&me->journal, &record, true, error);
    if (status == TW_OK && !find_or_make(me, name)) status = TW_E_NOMEM;
    free(record.data);
  }
  pthread_rwlock_unlock(&me->lock);
  return status;
}

static tw_status append_series(journal* to, const rows* all, const series* one, tw_error* error) {
  bytes record = {0};
  put_text(&record, all->database);
  for (size_t i = 0; i < one->n; i++) { /* a point a cell: they come together again */
    const tw_field value = {one->cells[i].field->key, one->cells[i].value};
    const tw_point point = {.name = one->measurement, .tags = one->tags, .n_tags = one->n_tags, .fields = &value,
                            .n_fields = 1, .time_ns = one->cells[i].time};
    put_point(&record, &point);
  }
  const tw_status status = journal_append(to, &record, false, error);
  free(record.data);
  return status;
}

static tw_status nothing(void* me, tw_str record) {
  (void)me;
  (void)record;
  return TW_OK;
}

/* A journal of what is left. */
static tw_status write_anew(tw_instance* me, tw_error* error) {
  bytes path = {0};
  put_raw(&path, me->path, strlen(me->path));
  put_raw(&path, ".new", sizeof ".new");
  if (path.failed) return TW_E_NOMEM;
  unlink(path.data); /* of a crash */
  journal fresh;
  tw_status status = journal_open(&fresh, path.data, nothing, NULL, error);
  for (size_t d = 0; status == TW_OK && d < me->n; d++) {
    const rows* all = me->databases[d];
    for (size_t i = 0; status == TW_OK && i < all->n_series; i++)
      status = append_series(&fresh, all, all->series[i], error);
    bytes record = {0};
    put_text(&record, all->database);
    if (status == TW_OK) status = journal_append(&fresh, &record, true, error);
    free(record.data);
  }
  if (status == TW_OK) status = journal_replace(&me->journal, &fresh, error);
  journal_close(&fresh);
  free(path.data);
  return status;
}

static tw_status drop_rows(tw_instance* me, uint32_t what, const tw_scan* wanted, tw_error* error) {
  rows* all;
  choice c;
  tw_status status = need(me, wanted->database, wanted->retention, &all, error);
  if (status < 0) return status;
  status = choice_init(&c, wanted, error);
  if (status == TW_OK) rows_drop(all, &c, what != TW_ROWS);
  choice_free(&c);
  return status;
}

static void drop_database(tw_instance* me, tw_str name) {
  for (size_t i = 0; i < me->n; i++) {
    if (!same(me->databases[i]->database, name)) continue;
    rows_free(me->databases[i]);
    me->databases[i] = me->databases[--me->n];
    return;
  }
}

static tw_status drop(tw_instance* me, uint32_t what, const tw_scan* wanted, tw_error* error) {
  if (what != TW_DATABASES && what != TW_MEASUREMENTS && what != TW_SERIES && what != TW_ROWS) {
    snprintf(error->message, sizeof error->message, "@ID@ cannot drop subject %u", what);
    return TW_E_INVALID;
  }
  tw_status status = TW_OK;
  pthread_rwlock_wrlock(&me->lock);
  if (what == TW_DATABASES)
    drop_database(me, wanted->database.len ? wanted->database : wanted->name);
  else
    status = drop_rows(me, what, wanted, error);
  if (status == TW_OK) status = write_anew(me, error);
  pthread_rwlock_unlock(&me->lock);
  return status;
}

static tw_status listen(tw_instance* me, const tw_listener* listener, tw_error* error) {
  (void)error;
  pthread_mutex_lock(&me->hearing);
  const bool room = grow(&me->listeners, me->n_listeners, &me->listener_room, 1, sizeof *me->listeners);
  if (room) me->listeners[me->n_listeners++] = listener;
  pthread_mutex_unlock(&me->hearing);
  return room ? TW_OK : TW_E_NOMEM;
}

static void unlisten(tw_instance* me, const tw_listener* listener) {
  pthread_mutex_lock(&me->hearing);
  for (size_t i = 0; i < me->n_listeners; i++)
    if (me->listeners[i] == listener) {
      me->listeners[i] = me->listeners[--me->n_listeners];
      break;
    }
  pthread_mutex_unlock(&me->hearing);
}

/* What "tickwork storage count FILE" has seen. */
typedef struct counting {
  bytes databases;  /* names that begin with their length */
  uint64_t* points; /* n of them */
  size_t n, room;
} counting;

static size_t place_of(counting* all, tw_str database) {
  bytes names = {all->databases.data, all->databases.n, 0, false};
  for (size_t i = 0; i < all->n; i++)
    if (same(take_text(&names), database)) return i;
  if (!grow(&all->points, all->n, &all->room, 1, sizeof *all->points)) return all->n; /* out of memory */
  put_text(&all->databases, database);
  all->points[all->n] = 0;
  return all->n++;
}

static tw_status count_record(void* self, tw_str record) {
  counting* all = self;
  bytes rest = {(char*)record.data, record.len, 0, false};
  const size_t place = place_of(all, take_text(&rest));
  bool good = place < all->n && !all->databases.failed;
  while (good && rest.n) {
    tw_point point;
    tw_tag* tags;
    tw_field* fields;
    good = take_point(&rest, &point, &tags, &fields);
    free(tags);
    free(fields);
    all->points[place] += good;
  }
  return good ? TW_OK : TW_E_NOMEM;
}

/* A command needs no instance and may run beside one. */
static int32_t count(int32_t argc, const char* const* argv, const tw_writer* out, const tw_writer* err) {
  if (argc != 1) {
    err->write(err, TW_STR("count wants the journal's file\n"));
    return TW_EXIT_USAGE;
  }
  counting all = {0};
  tw_error error = {.size = sizeof error, .message = "out of memory"};
  const tw_status status = journal_read(argv[0], count_record, &all, &error);
  bytes names = {all.databases.data, all.databases.n, 0, false};
  for (size_t i = 0; status == TW_OK && i < all.n; i++) {
    char number[32];
    const int n = snprintf(number, sizeof number, " %llu\n", (unsigned long long)all.points[i]);
    out->write(out, take_text(&names));
    out->write(out, (tw_str){number, (size_t)n});
  }
  free(all.databases.data);
  free(all.points);
  if (status == TW_OK) return TW_EXIT_FINE;
  err->write(err, (tw_str){error.message, strlen(error.message)});
  err->write(err, TW_STR("\n"));
  return TW_EXIT_FAILED;
}

static const tw_command count_command = {"count", "FILE", "count the points that were written", count};
static const tw_command* const command_rows[] = {&count_command};
static const tw_commands commands = {sizeof commands, 1, command_rows};
static const tw_storage storage = {sizeof storage, write_points, scan, list, define, drop};
static const tw_feed feed = {sizeof feed, listen, unlisten};
static const tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"@NAME@.journal\"", "File for the points, made when it is missing"}, {0}};
static const tw_ext exts[] = {{TW_STORAGE, &storage}, {TW_FEED, &feed}, {TW_COMMANDS, &commands}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Keeps points in memory and in a journal", options, exts,
                                 create, start, stop, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
