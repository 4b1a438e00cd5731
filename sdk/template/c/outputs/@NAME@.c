/* @ID@: appends a line for each point to a file. Replace write by how you send points. */
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

/* After a failure the same batch is offered again at the next flush. */
static tw_status write_points(tw_instance* me, const tw_batch* batch, tw_error* error) {
  FILE* file = fopen(me->path.data, "a");
  for (size_t i = 0; file && i < batch->count; i++) {
    const tw_point* point = &batch->points[i];
    fprintf(file, "%.*s", (int)point->name.len, point->name.data);
    for (uint32_t f = 0; f < point->n_fields; f++)
      fprintf(file, " %.*s", (int)point->fields[f].key.len, point->fields[f].key.data);
    fputc('\n', file);
  }
  if (file && fclose(file) == 0) return TW_OK;
  snprintf(error->message, sizeof error->message, "cannot write %.400s", me->path.data);
  return TW_E_IO;
}

static const tw_output output = {sizeof output, write_points};
static const tw_option options[] = {{"path", TW_OPT_STRING, 0, "\"/dev/stdout\"", "File to append to"}, {0}};
static const tw_ext exts[] = {{TW_OUTPUT, &output}, {0}};
static const tw_plugin plugin = {
    sizeof plugin, 0, "@ID@", "Appends names of measurements and fields to a file", options, exts, create, NULL, NULL,
    destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
