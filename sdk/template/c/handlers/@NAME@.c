/* @ID@: appends the message of each alert to a file. Replace handle by how you tell people. */
#include <stdio.h>
#include <stdlib.h>
#include <tickwork/tickwork.h>

struct tw_instance {
  tw_str path;
};

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  (void)error;
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  (*out)->path = config->str(config, "path", 0); /* lives until destroy returns */
  return TW_OK;
}

static void destroy(tw_instance* me) { free(me); }

static tw_status handle(tw_instance* me, const tw_event* event, tw_error* error) {
  static const char* const levels[] = {"OK", "INFO", "WARNING", "CRITICAL"};
  FILE* file = fopen(me->path.data, "a");
  if (file)
    fprintf(file, "%s %.*s: %.*s\n", levels[event->level & 3], (int)event->id.len, event->id.data,
            (int)event->message.len, event->message.data);
  if (file && fclose(file) == 0) return TW_OK;
  snprintf(error->message, sizeof error->message, "cannot write %.400s", me->path.data);
  return TW_E_IO;
}

static const tw_handler handler = {sizeof handler, handle};
static const tw_option options[] = {{"path", TW_OPT_STRING, 0, "\"/dev/stdout\"", "File to append to"}, {0}};
static const tw_ext exts[] = {{TW_HANDLER, &handler}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Appends the message of each alert to a file", options, exts,
                                 create, NULL, NULL, destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
