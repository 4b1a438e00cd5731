// SPDX-License-Identifier: MIT
// What a call costs in the host and in a process of its own: outputs.discard's write with one point
// and with a thousand (two tags, four floats).
//
// usage: isolate_bench PROGRAM LIBRARY, e.g. build/bin/tickwork
// build/lib/tickwork/outputs.discard.so
#include <tickwork/tickwork.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "graph/guard.hpp"
#include "graph/options_view.hpp"
#include "isolate/remote.hpp"
#include "module/loader.hpp"

using namespace tickwork::host;

namespace {

tw_host make_host() {
  return {sizeof(tw_host),
          TW_ABI_MINOR,
          "outputs.discard",
          "bench",
          nullptr,
          [](const tw_host*, int, tw_str text) { std::fprintf(stderr, "%s\n", text.data); },
          [](const tw_host*) { return int64_t{0}; },
          [](const tw_host*) { return int64_t{0}; },
          [](const tw_host*) { return false; },
          [](const tw_host*, const char*) -> const void* { return nullptr; }};
}

struct Points {
  explicit Points(size_t n) {
    for (tw_field& field : fields) field = {TW_STR("usage_user"), {TW_FLOAT, 0, {12.5}}};
    const tw_point point{TW_STR("cpu"), tags, fields, 2, 4, 1'000'000'000, 0, 0, 0, {nullptr, 0}};
    points.assign(n, point);
  }
  Points(const Points&) = delete;
  Points& operator=(const Points&) = delete;

  tw_tag tags[2] = {{TW_STR("cpu"), TW_STR("cpu-total")}, {TW_STR("host"), TW_STR("server01")}};
  tw_field fields[4];
  std::vector<tw_point> points;
};

// Nanoseconds a call.
template <class Call>
double cost(size_t rounds, Call&& call) {
  for (size_t i = 0; i < rounds / 10; ++i) call();
  const auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < rounds; ++i) call();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  return took.count() / static_cast<double>(rounds);
}

void report(const char* where, const tw_output& output, tw_instance* self) {
  tw_error error = empty_error();
  const auto write = [&](const Points& points) {
    const tw_batch batch{points.points.data(), points.points.size()};
    if (output.write(self, &batch, &error) < 0) std::fprintf(stderr, "%s\n", error.message);
  };
  const Points one{1}, thousand{1000};
  const double small = cost(20'000, [&] { write(one); });
  const double large = cost(2'000, [&] { write(thousand); });
  std::printf("%-10s %10.2f us a call of 1 point %10.3f us a point in calls of 1000\n", where,
              small / 1000, large / 1000 / 1000);
}

const tw_output* output_of(const tw_plugin& plugin) {
  for (const tw_ext* ext = plugin.exts; ext->id; ++ext) {
    if (std::string{ext->id} == TW_OUTPUT) return static_cast<const tw_output*>(ext->vtable);
  }
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s PROGRAM LIBRARY\n", argv[0]), 2;
  const auto module = load_library(argv[2]);
  if (!module) return std::fprintf(stderr, "%s\n", module.failure().message.c_str()), 1;
  const tw_plugin& plugin = *(*module)->plugins[0];
  const tw_host host = make_host();
  const OptionsView options{Options{}};
  tw_error error = empty_error();

  tw_instance* here = nullptr;
  if (plugin.create(&host, options.config(), &here, &error) < 0) return 1;
  if (plugin.start) plugin.start(here, &error);
  report("in host", *output_of(plugin), here);
  if (plugin.stop) plugin.stop(here, &error);
  plugin.destroy(here);

  Spawner spawner{argv[1]};
  Workers workers;
  for (const bool filtered : {true, false}) {
    RemoteLimits limits;
    limits.filtered = filtered;
    Remote remote{{argv[2], plugin.id, {TW_OUTPUT}}, limits, spawner, workers, {}};
    if (remote.create(&host, options.config(), &error) < 0 || remote.start(&error) < 0) {
      return std::fprintf(stderr, "%s\n", error.message), 1;
    }
    report(filtered ? "isolated" : "unfiltered",
           *static_cast<const tw_output*>(stand_in(TW_OUTPUT)), remote.as_instance());
    remote.stop(&error);
    remote.destroy();
  }
  return 0;
}
