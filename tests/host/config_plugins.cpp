// SPDX-License-Identifier: MIT
#include <tickwork/tickwork.h>

#include "config_plugins.hpp"

namespace tickwork::host {
namespace {

tw_status create(const tw_host*, const tw_config*, tw_instance**, tw_error*) {
  return TW_E_UNSUPPORTED;
}
void destroy(tw_instance*) {}
tw_status gather(tw_instance*, const tw_sink*, tw_error*) { return TW_OK; }
tw_status write(tw_instance*, const tw_batch*, tw_error*) { return TW_OK; }

constexpr tw_input input{sizeof(tw_input), gather};
constexpr tw_output output{sizeof(tw_output), write};
constexpr tw_ext inputs[] = {{TW_INPUT, &input}, {}};
constexpr tw_ext outputs[] = {{TW_OUTPUT, &output}, {}};
constexpr tw_ext others[] = {{"org.example.other/1", &input}, {}};

constexpr tw_option cpu_options[] = {{"percpu", TW_OPT_BOOL, 0, "true", "A flag"},
                                     {"names", TW_OPT_STRING, TW_LIST, "[]", "A list"},
                                     {"count", TW_OPT_INT, 0, "3", "A number"},
                                     {"ratio", TW_OPT_FLOAT, 0, "0.5", "A share"},
                                     {"timeout", TW_OPT_DURATION, 0, "\"5s\"", "A time"},
                                     {"limit", TW_OPT_SIZE, 0, "\"1MiB\"", "A size"},
                                     {"token", TW_OPT_STRING, TW_SECRET, nullptr, "A secret"},
                                     {"extra", TW_OPT_TABLE, 0, nullptr, "Pairs"},
                                     {"item", TW_OPT_TABLE, TW_LIST, nullptr, "Tables"},
                                     {}};
constexpr tw_option tail_options[] = {
    {"files", TW_OPT_STRING, TW_LIST | TW_REQUIRED, nullptr, "Files"},
    {"data_format", TW_OPT_STRING, 0, "\"influx\"", "Format"},
    {}};
constexpr tw_option json_options[] = {{"json_query", TW_OPT_STRING, 0, "\"\"", "A path"},
                                      {"json_depth", TW_OPT_INT, 0, "5", "A depth"},
                                      {}};

constexpr tw_plugin make(const char* id, const tw_option* options, const tw_ext* exts) {
  return {sizeof(tw_plugin), 0, id, "For tests", options, exts, create, nullptr, nullptr, destroy};
}

constexpr tw_plugin cpu = make("inputs.cpu", cpu_options, inputs);
constexpr tw_plugin tail = make("inputs.tail", tail_options, inputs);
constexpr tw_plugin file = make("outputs.file", nullptr, outputs);
constexpr tw_plugin rename = make("processors.rename", nullptr, others);
constexpr tw_plugin minmax = make("aggregators.minmax", nullptr, others);
constexpr tw_plugin http = make("services.http", nullptr, others);
constexpr tw_plugin influx = make("formats.influx", nullptr, others);
constexpr tw_plugin json = make("formats.json", json_options, others);
constexpr const tw_plugin* plugins[] = {&cpu,  &tail,   &file, &rename, &minmax,
                                        &http, &influx, &json, nullptr};
constexpr tw_module module{sizeof(tw_module), TW_ABI_MINOR, 0,      "org.example.config",
                           "1.0.0",           "MIT",        plugins};

}  // namespace

Catalogue plugins_for_tests() { return Catalogue::of({&module}); }

}  // namespace tickwork::host
