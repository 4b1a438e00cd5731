/* SPDX-License-Identifier: MIT */
/* A host of version 1.0, built from the headers beside it: loads a plugin library of today, makes
 * one instance with default options from the environment's tables, gathers once, prints how many
 * points came. usage: host <library> <plugin id> */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

static size_t gathered;

static tw_status add(const tw_sink* s, const tw_point* points, size_t n) {
  (void)s;
  (void)points;
  gathered += n;
  return TW_OK;
}

/* Defaults only: strings without their quotes, numbers by strtod, lists empty. */
static const tw_option* options;
static const tw_option* find(const char* key) {
  const tw_option* o;
  for (o = options; o && o->key; ++o)
    if (!strcmp(o->key, key) && o->value && !(o->flags & TW_LIST)) return o;
  return NULL;
}
static size_t count(const tw_config* c, const char* key) {
  (void)c;
  return find(key) ? 1 : 0;
}
static tw_str text(const tw_config* c, const char* key, size_t i) {
  static char copies[64][128];
  static int next;
  const tw_option* o = find(key);
  tw_str s = {"", 0};
  (void)c;
  (void)i;
  if (!o || (o->value[0] != '"' && o->value[0] != '\'')) return s;
  s.len = strlen(o->value) - 2;
  s.data = copies[next % 64];
  snprintf(copies[next++ % 64], 128, "%.*s", (int)s.len, o->value + 1);
  return s;
}
static int64_t number(const tw_config* c, const char* key, size_t i) {
  const tw_option* o = find(key);
  (void)c;
  (void)i;
  if (!o) return 0;
  return strcmp(o->value, "true") ? (int64_t)strtod(o->value, NULL) : 1;
}
static double real(const tw_config* c, const char* key, size_t i) {
  return (double)number(c, key, i);
}
static const tw_config* table(const tw_config* c, const char* key, size_t i) {
  (void)c;
  (void)key;
  (void)i;
  return NULL;
}
static tw_str key_at(const tw_config* c, size_t i) {
  tw_str none = {"", 0};
  (void)c;
  (void)i;
  return none;
}
static uint32_t type(const tw_config* c, const char* key) {
  const tw_option* o = find(key);
  (void)c;
  return o ? o->type : 0;
}

static void log_line(const tw_host* h, int level, tw_str line) {
  (void)h;
  fprintf(stderr, "%d %.*s\n", level, (int)line.len, line.data);
}
static int64_t now(const tw_host* h) {
  (void)h;
  return 1704067200000000000;
}
static bool stopping(const tw_host* h) {
  (void)h;
  return false;
}
static const void* ext(const tw_host* h, const char* id) {
  (void)h;
  (void)id;
  return NULL;
}

static const tw_plugin* plugin_of(const tw_module* m, const char* id) {
  const tw_plugin* const* p;
  for (p = m->plugins; *p; ++p)
    if (!strcmp((*p)->id, id)) return *p;
  return NULL;
}

static int must(tw_status status, const char* what, const tw_error* e) {
  if (status >= 0) return 0;
  fprintf(stderr, "%s: status %d: %s\n", what, status, e->message);
  exit(1);
}

int main(int argc, char** argv) {
  void* library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  const tw_module* module = library ? dlsym(library, TW_MODULE_SYMBOL_NAME) : NULL;
  const tw_plugin* plugin = module ? plugin_of(module, argv[2]) : NULL;
  const tw_ext* e;
  tw_instance* instance = NULL;
  tw_error error = {sizeof error, TW_OK, ""};
  const tw_host host = {sizeof host, TW_ABI_MINOR, "old", "1.0.0",  NULL,
                        log_line,    now,          now,   stopping, ext};
  const tw_config config = {sizeof config, NULL, count, text, number, real, table, key_at, type};
  const tw_sink sink = {sizeof sink, NULL, add};
  if (!plugin || module->needs_minor > TW_ABI_MINOR) {
    fprintf(stderr, "cannot use %s: %s\n", argc == 3 ? argv[1] : "", library ? argv[2] : dlerror());
    return 2;
  }
  options = plugin->options;
  must(plugin->create(&host, &config, &instance, &error), "create", &error);
  if (TW_HAS(plugin, start)) must(plugin->start(instance, &error), "start", &error);
  for (e = plugin->exts; e->id; ++e)
    if (!strcmp(e->id, TW_INPUT))
      must(((const tw_input*)e->vtable)->gather(instance, &sink, &error), "gather", &error);
  if (TW_HAS(plugin, stop)) must(plugin->stop(instance, &error), "stop", &error);
  plugin->destroy(instance);
  printf("%zu points\n", gathered);
  return gathered == 0;
}
