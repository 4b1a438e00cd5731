/* SPDX-License-Identifier: MIT */
/* inputs.swap: use of swap space, from /proc/meminfo and /proc/vmstat. Plain C: what a plugin needs
 * without the C++ layer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>
#include <unistd.h>

struct tw_instance {
  char meminfo[512], vmstat[512];
};

static void set_path(char* out, size_t size, const char* file) {
  const char* root = getenv("HOST_PROC");
  snprintf(out, size, "%s/%s", root && *root ? root : "/proc", file);
}

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out,
                        tw_error* error) {
  (void)host, (void)config, (void)error;
  if (!(*out = calloc(1, sizeof **out))) return TW_E_NOMEM;
  set_path((*out)->meminfo, sizeof(*out)->meminfo, "meminfo");
  set_path((*out)->vmstat, sizeof(*out)->vmstat, "vmstat");
  return TW_OK;
}

static void destroy(tw_instance* self) { free(self); }

/* Finds the numbers behind two keys at line starts. */
static tw_status find(const char* path, const char* a, uint64_t* at_a, const char* b,
                      uint64_t* at_b, tw_error* error) {
  char line[256];
  FILE* file = fopen(path, "re");
  if (!file) {
    snprintf(error->message, sizeof error->message, "cannot read %s", path);
    return TW_E_IO;
  }
  while (fgets(line, sizeof line, file)) {
    if (!strncmp(line, a, strlen(a))) *at_a = strtoull(line + strlen(a), NULL, 10);
    if (!strncmp(line, b, strlen(b))) *at_b = strtoull(line + strlen(b), NULL, 10);
  }
  fclose(file);
  return TW_OK;
}

static tw_field number(tw_str key, uint64_t value) {
  tw_field field = {key, {.type = TW_UINT, .as.u = value}};
  return field;
}

static tw_status gather(tw_instance* self, const tw_sink* sink, tw_error* error) {
  uint64_t total = 0, unused = 0, in = 0, out = 0;
  const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  tw_status status = find(self->meminfo, "SwapTotal:", &total, "SwapFree:", &unused, error);
  if (status < 0) return status;
  status = find(self->vmstat, "pswpin ", &in, "pswpout ", &out, error);
  if (status < 0) return status;
  total *= 1024, unused *= 1024;

  tw_field space[] = {number(TW_STR("total"), total),
                      number(TW_STR("used"), total - unused),
                      number(TW_STR("free"), unused),
                      {TW_STR("used_percent"), {.type = TW_FLOAT}}};
  if (total) space[3].value.as.f = 100.0 * (double)(total - unused) / (double)total;
  tw_field pages[] = {number(TW_STR("in"), in * page), number(TW_STR("out"), out * page)};
  const tw_point points[] = {
      {.name = TW_STR("swap"), .fields = space, .n_fields = 4, .time_ns = TW_NOW, .kind = TW_GAUGE},
      {.name = TW_STR("swap"),
       .fields = pages,
       .n_fields = 2,
       .time_ns = TW_NOW,
       .kind = TW_COUNTER}};
  return sink->add(sink, points, 2);
}

static const tw_input input = {sizeof input, gather};
static const tw_option options[] = {{0}};
static const tw_ext exts[] = {{TW_INPUT, &input}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0,      "inputs.swap", "Use of swap space",
                                 options,       exts,   create,        NULL,
                                 NULL,          destroy};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module),
                                    TW_ABI_MINOR,
                                    0,
                                    "org.tickwork.inputs.swap",
                                    "0.1.0",
                                    "MIT",
                                    (const tw_plugin* const[]){&plugin, NULL}};
