// SPDX-License-Identifier: MIT
// Configuration text through reading, the environment and every check.
#include "config/toml.hpp"
#include "config/check.hpp"
#include "config/environment.hpp"
#include "config_plugins.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace tickwork::host;
  static const Catalogue catalogue = plugins_for_tests();
  auto parsed = parse_toml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  if (auto* table = std::get_if<Table>(&parsed)) {
    Sources sources;
    const auto lookup = [](const std::string& name) -> std::optional<std::string> {
      if (name.size() % 2) return name;
      return {};
    };
    expand_strings(*table, lookup, sources.errors);
    sources.files.push_back({"fuzz.toml", std::move(*table)});
    (void)check_sources(sources, catalogue);
  }
  return 0;
}
