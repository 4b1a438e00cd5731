// SPDX-License-Identifier: MIT
// "tickwork new ID": a folder with a plugin that builds and passes its test, from the templates.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/locations.hpp"
#include "cli/options.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

struct Placeholder {
  std::string mark, text;
};

bool good_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// "net_ping" is NetPing.
std::string class_name(std::string_view name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return out;
}

std::string replaced(std::string text, const std::vector<Placeholder>& placeholders) {
  for (const auto& [mark, to] : placeholders)
    for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + to.size()))
      text.replace(at, mark.size(), to);
  return text;
}

std::string read_text(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Copies the tree; throws what std::filesystem throws.
void copy_template(const fs::path& from, const fs::path& to,
                   const std::vector<Placeholder>& placeholders) {
  fs::create_directories(to);
  std::vector<fs::directory_entry> entries(fs::directory_iterator{from}, {});
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    const auto target = to / replaced(entry.path().filename().string(), placeholders);
    if (entry.is_directory()) {
      copy_template(entry.path(), target, placeholders);
      continue;
    }
    std::ofstream out{target, std::ios::binary};
    out << replaced(read_text(entry.path()), placeholders);
    if (!out.flush()) throw std::runtime_error{"cannot write " + target.string()};
    fs::permissions(target, entry.status().permissions());
    fmt::print("  {}\n", target.string());
  }
}

std::vector<std::string> folders_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{path, ignored})
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// A language's folder has one for each kind, more as KIND.TEMPLATE, and one with what a project of
// any kind has.
constexpr const char* any_kind = "project";

std::vector<std::string> templates_in(const std::string& language) {
  auto templates = folders_in(shared_file("template/" + language));
  std::erase(templates, any_kind);
  return templates;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What is wanted: the kind, or KIND.TEMPLATE.
struct Wanted {
  std::string id, language, name;  // name of the template, empty: the kind's own
  std::string kind() const { return id.substr(0, id.find('.')); }
  std::string folder() const { return name.empty() ? kind() : kind() + "." + name; }
};

// Why there is no such template; empty: there is one.
std::string no_template(const Wanted& wanted) {
  const auto& language = wanted.language;
  const auto languages = folders_in(shared_file("template"));
  if (languages.empty())
    return fmt::format("there are no templates in {}; they come with the SDK",
                       shared_file("template"));
  if (!contains(languages, language))
    return fmt::format("there is no template for {} in {}{}", language, shared_file("template"),
                       did_you_mean(language, languages));
  const auto all = templates_in(language);
  if (contains(all, wanted.folder())) return {};
  if (!wanted.name.empty() && contains(all, wanted.kind())) {
    std::vector<std::string> others;
    for (const auto& one : all)
      if (one.starts_with(wanted.kind() + ".")) others.push_back(one.substr(one.find('.') + 1));
    return fmt::format("there is no template {} for {} in {}{}", wanted.name, wanted.kind(),
                       language, did_you_mean(wanted.name, others));
  }
  auto kinds = all;
  std::erase_if(kinds, [](const auto& one) { return one.find('.') != one.npos; });
  return fmt::format("there is no template for the kind {} in {}{}; there are {}", wanted.kind(),
                     language, did_you_mean(wanted.kind(), kinds), fmt::join(kinds, ", "));
}

int begin_plugin(const Wanted& wanted, const std::string& module, const std::string& folder) {
  if (const auto why = no_template(wanted); !why.empty()) return fail(why);
  std::error_code ignored;
  if (fs::exists(folder, ignored)) return fail(fmt::format("{} is already there", folder));
  const auto& id = wanted.id;
  const auto name = id.substr(id.find('.') + 1);
  const std::vector<Placeholder> placeholders{
      {"@ID@", id}, {"@NAME@", name}, {"@CLASS@", class_name(name)}, {"@ORG@", module}};
  try {
    for (const auto& part : {std::string{any_kind}, wanted.folder()})
      copy_template(shared_file("template/" + wanted.language + "/" + part), folder, placeholders);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
  fmt::print("{}/README.md tells how to build, check and run it\n", folder);
  return exit_fine;
}

}  // namespace

CommandLine new_line() {
  CommandLine line{"new [OPTION...] KIND.NAME", "plugin"};
  line.add()("lang", one()->value_name("c|cpp|rust")->default_value("cpp"), "written in this")(
      "template", one()->value_name("NAME"), "another template of that kind")(
      "id", one()->value_name("ORG"), "the module's id in reverse DNS (org.example.NAME)")(
      "dir", one()->value_name("DIR"), "the folder to make (NAME)");
  line.say(
      "KIND: inputs, outputs, processors, aggregators, formats, handlers, stream, storage,\n"
      "query, panels or services (--template route: one that answers HTTP requests;\n"
      "--template server: an HTTP server for such routes).\n"
      "Example: tickwork new inputs.uptime --lang cpp --id org.example.uptime\n");
  return line;
}

int command_new(const Arguments& arguments) {
  auto line = new_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto given = line.list("plugin");
  if (given.size() != 1)
    return fail("new takes the id of the plugin, e.g. inputs.uptime", exit_usage);
  const auto& id = given[0];
  const auto dot = id.find('.');
  if (dot == id.npos || !good_name(id.substr(0, dot)) || !good_name(id.substr(dot + 1)))
    return fail(
        fmt::format("{} is no plugin id; write kind.name in lower case, e.g. inputs.uptime", id),
        exit_usage);
  const auto name = id.substr(dot + 1);
  const std::string other = line.has("template") ? line.text("template") : "";
  return begin_plugin({id, line.text("lang"), other},
                      line.has("id") ? line.text("id") : "org.example." + name,
                      line.has("dir") ? line.text("dir") : name);
}

}  // namespace tickwork::host
