/* @ID@: a panel of the page that shows the newest number. Replace the script by your drawing. */
#include <stdlib.h>
#include <tickwork/kind/panel.h>
#include <tickwork/tickwork.h>

static const char manifest[] =
    "id = \"@ORG@\"\n"
    "name = \"@CLASS@\"\n"
    "version = \"0.1.0\"\n"
    "license = \"MIT\"\n"
    "api = 1\n"
    "element = \"x-@NAME@\"\n"
    "module = \"panel.js\"\n"
    "accepts = [\"series\"]\n"
    "emits = []\n"
    "trust = \"page\"\n"
    "size = { min = [2, 2], start = [3, 3] }\n";

static const char script[] =
    "export const api = 1;\n"
    "\n"
    "export default class extends HTMLElement {\n"
    "  #root = this.attachShadow({ mode: \"open\" });\n"
    "\n"
    "  // Columns of the same length: {name, type, values}. Set whenever there is something new.\n"
    "  set data(value) {\n"
    "    const column = (value?.columns ?? []).find((one) => one.type === \"f64\" || one.type === \"i64\");\n"
    "    const numbers = (column?.values ?? []).filter(Number.isFinite);\n"
    "    this.#root.textContent = numbers.length ? String(numbers.at(-1)) : \"–\";\n"
    "  }\n"
    "\n"
    "  describe() { return this.#root.textContent; }\n"
    "}\n";

static tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  (void)host;
  (void)config;
  (void)error;
  *out = malloc(1);
  return *out ? TW_OK : TW_E_NOMEM;
}

static void destroy(tw_instance* me) { free(me); }

/* Data only: the page's plugin finds it, no table in a configuration is needed. */
static const tw_file files[] = {{"panel.js", "text/javascript; charset=utf-8", script, sizeof script - 1}, {0}};
static const tw_panel panel = {sizeof panel, manifest, files};
static const tw_ext exts[] = {{TW_PANEL, &panel}, {0}};
static const tw_plugin plugin = {sizeof plugin, 0, "@ID@", "Shows the newest number", NULL, exts, create, NULL, NULL,
                                 destroy};
static const tw_plugin* const plugins[] = {&plugin, NULL};
const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module), TW_ABI_MINOR, 0, "@ORG@", "0.1.0", "MIT", plugins};
