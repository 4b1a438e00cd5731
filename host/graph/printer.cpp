// SPDX-License-Identifier: MIT
#include "graph/printer.hpp"

#include <tickwork/tickwork.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "graph/batch.hpp"

namespace tickwork::host {

namespace {

constexpr tw_str serializer_id = TW_STR("formats.influx");

struct Printer {
  const tw_host* host;
  tw_ref serializer;
};

Printer& printer(tw_instance* self) { return *reinterpret_cast<Printer*>(self); }

tw_status make_serializer(const tw_host* host, bool unsigned_suffix, tw_ref* ref, tw_error* error) {
  const auto* instances = static_cast<const tw_instances*>(host->ext(host, TW_INSTANCES));
  tw_field option{TW_STR("influx_uint_support"), {TW_BOOL, 0, {}}};
  option.value.as.b = true;
  const tw_making making{
      sizeof making, 0, serializer_id, {}, &option, unsigned_suffix ? size_t{1} : 0, TW_SERIALIZER};
  return instances->make(host, &making, ref, error);
}

tw_status create(const tw_host* host, const tw_config*, tw_instance** self, tw_error*) {
  *self = reinterpret_cast<tw_instance*>(new Printer{host, {}});
  return TW_OK;
}

tw_status start(tw_instance* self, tw_error* error) {
  Printer& me = printer(self);
  // A serializer without the option writes unsigned numbers its own way.
  if (make_serializer(me.host, true, &me.serializer, error) == TW_OK) return TW_OK;
  return make_serializer(me.host, false, &me.serializer, error);
}

void destroy(tw_instance* self) { delete &printer(self); }

tw_status print(const tw_writer*, tw_str bytes) {
  std::string_view text = view(bytes);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) std::printf("> %.*s\n", static_cast<int>(end), text.data());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return TW_OK;
}

bool by_key(const tw_field& a, const tw_field& b) { return view(a.key) < view(b.key); }

tw_status write(tw_instance* self, const tw_batch* batch, tw_error* error) {
  std::vector<tw_point> points{batch->points, batch->points + batch->count};
  Arena fields;
  for (tw_point& point : points) {
    auto* sorted = reinterpret_cast<tw_field*>(fields.take(point.n_fields * sizeof(tw_field)));
    std::copy(point.fields, point.fields + point.n_fields, sorted);
    std::stable_sort(sorted, sorted + point.n_fields, by_key);
    point.fields = sorted;
  }
  const tw_batch view{points.data(), points.size()};
  const tw_writer out{sizeof out, nullptr, print};
  const Printer& me = printer(self);
  const auto* serializer = static_cast<const tw_serializer*>(me.serializer.vtable);
  const tw_status status = serializer->serialize(me.serializer.self, &view, &out, error);
  std::fflush(stdout);
  return status;
}

constexpr tw_output output{sizeof output, write};
constexpr tw_ext exts[] = {{TW_OUTPUT, &output}, {}};
constexpr tw_plugin plugin{sizeof plugin, 0,      "outputs.print", "Points on standard output",
                           nullptr,       exts,   create,          start,
                           nullptr,       destroy};
constexpr const tw_plugin* plugins[] = {&plugin, nullptr};
constexpr tw_module module{sizeof module,    TW_ABI_MINOR, 0,      "tickwork.host",
                           TICKWORK_VERSION, "MIT",        plugins};

}  // namespace

LoadedPlugin printer_plugin() { return {&module, &plugin, "tickwork"}; }

InstanceConfig printer_config() {
  InstanceConfig config;
  config.plugin = config.name = plugin.id;
  config.host.metric_buffer_limit = int64_t{1} << 40;  // what was gathered is printed
  return config;
}

}  // namespace tickwork::host
