// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include "check/test.hpp"
#include "module/loader.hpp"

namespace tickwork::host::check {

const tw_module& Case::module() {
  if (module_) return *module_;
  doing("loading");
  const auto loaded = load_library(subject_.path);
  if (!loaded) {
    error(loaded.failure().message);
    throw Unusable{};
  }
  module_ = *loaded;
  return *module_;
}

std::vector<const tw_plugin*> Case::plugins() {
  std::vector<const tw_plugin*> all;
  for (const tw_plugin* const* p = module().plugins; p && *p; ++p) all.push_back(*p);
  return all;
}

std::vector<const tw_plugin*> Case::plugins_with(const char* ext, const char* kind) {
  std::vector<const tw_plugin*> some;
  for (const tw_plugin* p : plugins())
    if (ext_of(*p, ext)) some.push_back(p);
  if (some.empty()) note(std::string{"no "} + kind + " here");
  return some;
}

const void* ext_of(const tw_plugin& plugin, const char* id) {
  for (const tw_ext* e = plugin.exts; e && e->id; ++e)
    if (std::strcmp(e->id, id) == 0) return e->vtable;
  return nullptr;
}

std::vector<Test> all_tests() {
  std::vector<Test> all;
  for (const auto group : {file_tests(), table_tests(), loading_tests(), lifecycle_tests(),
                           stopping_tests(), input_tests(), pipeline_tests(), format_tests(),
                           storage_tests(), query_tests(), data_tests(), isolated_tests()})
    all.insert(all.end(), group.begin(), group.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Test& a, const Test& b) { return a.number < b.number; });
  return all;
}

}  // namespace tickwork::host::check
