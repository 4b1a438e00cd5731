// SPDX-License-Identifier: MIT
// Reads the manifest's strings through an option table, as any other options are read; scripts are
// only searched, never parsed.
#include "check/manifest.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string_view>

#include "testing/options.hpp"

namespace tickwork::host::check {
namespace {

constexpr size_t size_limit = 1 << 20;

constexpr tw_option keys[] = {{"id", TW_OPT_STRING, TW_REQUIRED, nullptr, ""},
                              {"name", TW_OPT_STRING, TW_REQUIRED, nullptr, ""},
                              {"api", TW_OPT_INT, TW_REQUIRED, nullptr, ""},
                              {"element", TW_OPT_STRING, TW_REQUIRED, nullptr, ""},
                              {"module", TW_OPT_STRING, TW_REQUIRED, nullptr, ""},
                              {}};

const tw_file* find_file(const tw_panel& panel, std::string_view path) {
  for (const tw_file* f = panel.files; f && f->path; ++f)
    if (path == f->path) return f;
  return nullptr;
}

void check_module(const tw_file& file, std::string_view element, std::vector<std::string>& flaws) {
  const std::string_view text{static_cast<const char*>(file.data), file.len};
  if (text.find("export") == text.npos)
    flaws.push_back(fmt::format("{} exports nothing", file.path));
  if (text.find("HTMLElement") == text.npos && text.find(element) == text.npos)
    flaws.push_back(fmt::format("{} defines no element", file.path));
}

void check_file(const tw_file& f, std::vector<std::string>& flaws) {
  const std::string_view path = f.path;
  if (path.starts_with('/') || path.find("..") != path.npos)
    flaws.push_back(fmt::format("file \"{}\" leads out of the panel", path));
  if (!f.mime || !std::strchr(f.mime, '/'))
    flaws.push_back(fmt::format("{} has no mime type", path));
  if (f.len > size_limit)
    flaws.push_back(fmt::format("{} has {} bytes, the limit is {}", path, f.len, size_limit));
}

}  // namespace

std::vector<std::string> manifest_flaws(const tw_panel& panel) {
  if (!panel.manifest) return {"has no manifest"};
  const auto checked = testing::detail::check_options("panel.toml", keys, panel.manifest,
                                                      [](std::string_view) { return true; });
  if (!checked.error.empty()) return {checked.error};
  std::vector<std::string> flaws;
  const tw_config& manifest = checked.table->config;
  const auto text = [&](const char* key) {
    return std::string{manifest.str(&manifest, key, 0).data};
  };
  if (text("element").find('-') == std::string::npos)
    flaws.push_back(fmt::format("element \"{}\" has no hyphen", text("element")));
  if (manifest.num(&manifest, "api", 0) != 1) flaws.push_back("api is not 1");
  if (const tw_file* module = find_file(panel, text("module")))
    check_module(*module, text("element"), flaws);
  else
    flaws.push_back(fmt::format("module \"{}\" is not among its files", text("module")));
  for (const tw_file* f = panel.files; f && f->path; ++f) check_file(*f, flaws);
  return flaws;
}

}  // namespace tickwork::host::check
