// SPDX-License-Identifier: MIT
// "tickwork docs ID": reference pages as man pages or Markdown.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "cli/command.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "cli/program_page.hpp"
#include "docs/page.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

// Today, or the day of SOURCE_DATE_EPOCH, so that packages can be built twice alike.
std::string page_date() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  const auto seconds = epoch ? static_cast<std::time_t>(std::atoll(epoch)) : std::time(nullptr);
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(seconds));
}

Result<Page> page_of(const Catalogue& catalogue, const std::string& id) {
  if (id == "tickwork") return program_page();
  if (id == "tickwork.toml") return configuration_page();
  const auto plugin = catalogue.find(id);
  if (!plugin) return plugin.failure();
  return plugin_page(**plugin, **catalogue.find_module(id));
}

std::vector<std::string> every_page(const Catalogue& catalogue) {
  std::vector<std::string> ids{"tickwork", "tickwork.toml"};
  for (const auto& module : catalogue.modules())
    for (const auto& plugin : module.plugins) ids.push_back(plugin.id);
  return ids;
}

// Where a page goes below the folder: man1/tickwork.1, tickwork-inputs.cpu.md.
std::string file_name(const Page& page, bool man) {
  return man ? fmt::format("man{0}/{1}.{0}", page.section, page.name) : page.name + ".md";
}

bool write_file(const fs::path& path, const std::string& text) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream out{path, std::ios::binary};
  return static_cast<bool>(out << text << std::flush);
}

int print_pages(const std::vector<Page>& pages, bool man, const std::string& folder) {
  for (const auto& page : pages) {
    const auto text = man ? to_man(page, page_date()) : to_markdown(page);
    if (folder.empty())
      fmt::print("{}", text);
    else if (const auto path = fs::path{folder} / file_name(page, man); !write_file(path, text))
      return fail(fmt::format("cannot write {}", path.string()));
  }
  return exit_fine;
}

}  // namespace

CommandLine docs_line() {
  CommandLine line{"docs [OPTION...] [ID...]", "id"};
  line.add()("man", "as man pages")("md", "as Markdown (the default)")(
      "dir", one()->value_name("DIR"), "a file for each page below this folder")(
      "plugin-path", many()->value_name("DIR|FILE"), "look here first (repeatable)");
  line.say(
      "ID: a plugin, \"tickwork\" for the program, \"tickwork.toml\" for the configuration file;\n"
      "without one, all of them. With --man and without --dir only one page can be printed.\n"
      "SOURCE_DATE_EPOCH gives the pages' date.\n");
  return line;
}

int command_docs(const Arguments& arguments) {
  auto line = docs_line();
  if (const auto code = line.parse(arguments)) return *code;
  const bool man = line.has("man");
  if (man && line.has("md")) return fail("docs prints either --man or --md", exit_usage);
  const auto catalogue = scan_plugins(line.list("plugin-path"));
  auto ids = line.list("id");
  if (ids.empty()) ids = every_page(catalogue);
  if (man && ids.size() > 1 && !line.has("dir"))
    return fail("docs --man prints one page; name a folder for more: --dir DIR", exit_usage);
  std::vector<Page> pages;
  for (const auto& id : ids) {
    auto page = page_of(catalogue, id);
    if (!page) return fail(page.failure().message);
    pages.push_back(std::move(*page));
  }
  return print_pages(pages, man, line.text("dir"));
}

}  // namespace tickwork::host
