// SPDX-License-Identifier: MIT
// The C++20 layer over the C ABI, header only. A plugin is any class with a constructor
// (Host, Config) and the member functions of its kinds:
//
//   struct Uptime {
//     std::string path;
//     Uptime(tickwork::Host, tickwork::Config c) : path{c.str("path")} {}
//     void gather(tickwork::Sink sink) {
//       double seconds;
//       if (!(std::ifstream{path} >> seconds)) throw tickwork::Error{TW_E_IO, "cannot read " +
//       path}; sink.point("uptime").tag("source", path).field("seconds", seconds).send();
//     }
//   };
//   static constexpr tw_option options[] = {
//       {"path", TW_OPT_STRING, 0, "\"/proc/uptime\"", "File to read"}, {}};
//   TICKWORK_MODULE("org.example.uptime", "1.0.0", "MIT",
//                   tickwork::plugin<Uptime>("inputs.uptime", "System uptime", options));
//
// No virtual functions, no registry; nothing throws through the boundary. The kinds that a class
// has are found by its member functions (cpp/kinds.hpp lists them). Errors are thrown as Error.
#pragma once

#include "cpp/batch.hpp"
#include "cpp/config.hpp"
#include "cpp/error.hpp"
#include "cpp/host.hpp"
#include "cpp/http.hpp"
#include "cpp/kinds.hpp"
#include "cpp/owners.hpp"
#include "cpp/point.hpp"
#include "tickwork.h"

// Defines the library's one exported symbol, once per library.
#define TICKWORK_MODULE(id, version, license, ...)                                            \
  namespace {                                                                                 \
  constexpr tw_plugin tickwork_plugins[] = {__VA_ARGS__};                                     \
  constexpr auto tickwork_plugin_rows = ::tickwork::detail::plugin_rows(tickwork_plugins);    \
  }                                                                                           \
  extern "C" constinit const tw_module TW_MODULE_SYMBOL = {                                   \
      sizeof(tw_module), TW_ABI_MINOR, 0, id, version, license, tickwork_plugin_rows.data()}; \
  static_assert(true, "a semicolon may follow")
