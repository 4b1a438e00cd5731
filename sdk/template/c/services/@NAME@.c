/* @ID@: says every now and then that it lives. Replace tick, or start and stop, by your work. */
#include <stdio.h>
#include <stdlib.h>
#include <tickwork/host/timer.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  const tw_host* host;
  tw_str text;
  int64_t every_ns;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  const int64_t every_ns = config->num(config, "every", 0);
  if (every_ns <= 0) {
    snprintf(error->message, sizeof error->message, "every must be longer than 0s");
    return TW_E_INVALID;
  }
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->host = host;
  (*out)->text = config->str(config, "text", 0); /* lives until destroy returns */
  (*out)->every_ns = every_ns;
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

static void tick(void* self) {
  const tw_instance* me = self;
  me->host->log(me->host, TW_LOG_INFO, me->text);
}

/* A thread of its own would be made here and joined in stop; a timer needs neither. */
static tw_status start(tw_instance* me, tw_error* error) {
  const tw_timer* timer = me->host->ext(me->host, TW_TIMER);
  uint64_t id;
  if (!timer) {
    snprintf(error->message, sizeof error->message, "this host has no " TW_TIMER);
    return TW_E_UNSUPPORTED;
  }
  return timer->set(me->host, 0, me->every_ns, me, tick, &id);
}

static tw_status stop(tw_instance* me, tw_error* error) {
  (void)me;
  (void)error;
  return TW_OK;
}

static const tw_service service = {sizeof service};
static const tw_option options[] = {{"text", TW_OPT_STRING, 0, "\"still here\"", "What to say"},
                                    {"every", TW_OPT_DURATION, 0, "\"1m\"", "How often"},
                                    {0}};
static const tw_ext exts[] = {{TW_SERVICE, &service}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Says now and then that it lives", options, exts, create,
                                 start, stop, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
