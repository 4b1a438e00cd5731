// @ID@: a panel of the page that shows the newest number. Replace the script by your drawing.
#include <tickwork/kind/panel.h>
#include <tickwork/tickwork.hpp>

static constexpr char manifest[] = R"toml(id = "@ORG@"
name = "@CLASS@"
version = "0.1.0"
license = "MIT"
api = 1
element = "x-@NAME@"
module = "panel.js"
accepts = ["series"]
emits = []
trust = "page"
size = { min = [2, 2], start = [3, 3] }
)toml";

static constexpr char script[] = R"js(export const api = 1;

export default class extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });

  // Columns of the same length: {name, type, values}. Set whenever there is something new.
  set data(value) {
    const column = (value?.columns ?? []).find((one) => one.type === "f64" || one.type === "i64");
    const numbers = (column?.values ?? []).filter(Number.isFinite);
    this.#root.textContent = numbers.length ? String(numbers.at(-1)) : "–";
  }

  describe() { return this.#root.textContent; }
}
)js";

static constexpr tw_file files[] = {{"panel.js", "text/javascript; charset=utf-8", script, sizeof script - 1}, {}};

static constexpr tw_panel panel{sizeof(tw_panel), manifest, files};
static constexpr tw_ext exts[] = {{TW_PANEL, &panel}, {}};

// Data only: the page's plugin finds it, no table in a configuration is needed.
static tw_status create(const tw_host*, const tw_config*, tw_instance** out, tw_error*) {
  *out = reinterpret_cast<tw_instance*>(new char);
  return TW_OK;
}

static void destroy(tw_instance* self) { delete reinterpret_cast<char*>(self); }

static constexpr tw_plugin plugin{sizeof(tw_plugin),         0,       "@ID@",
                                  "Shows the newest number", nullptr, exts,
                                  create,                    nullptr, nullptr,
                                  destroy};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT", plugin);
