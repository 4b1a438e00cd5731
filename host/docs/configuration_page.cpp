// SPDX-License-Identifier: MIT
// tickwork.toml(5): the tables and options that the host itself understands.
#include <fmt/format.h>

#include <algorithm>

#include "config/agent.hpp"
#include "config/host_options.hpp"
#include "docs/page.hpp"

namespace tickwork::host {
namespace {

struct Kind {
  const char *any_plugin, *name;
};

constexpr Kind kinds[] = {{"inputs.x", "inputs"},
                          {"outputs.x", "outputs"},
                          {"processors.x", "processors"},
                          {"aggregators.x", "aggregators"},
                          {"services.x", "others"}};

Term term_of(const HostOptionInfo& option) {
  return {option.key, fmt::format("default `{}`", option.value), option.doc};
}

Terms agent_terms() {
  Terms terms;
  for (const auto& option : agent_options()) terms.push_back(term_of(option));
  return terms;
}

// An option once, with the kinds that have it.
Terms host_terms() {
  Terms terms;
  std::vector<std::string> owners;
  for (const auto& kind : kinds)
    for (const auto& option : host_options_of(kind.any_plugin)) {
      const auto term = term_of(option);
      const auto it = std::find_if(terms.begin(), terms.end(), [&](const Term& other) {
        return other.name == term.name && other.note == term.note && other.text == term.text;
      });
      const auto at = static_cast<size_t>(it - terms.begin());
      if (it == terms.end()) {
        terms.push_back(term);
        owners.emplace_back(kind.name);
      } else {
        owners[at] += fmt::format(", {}", kind.name);
      }
    }
  const std::string all = "inputs, outputs, processors, aggregators, others";
  for (size_t i = 0; i < terms.size(); i++)
    terms[i].text += fmt::format(" ({})", owners[i] == all ? "every kind" : owners[i]);
  return terms;
}

void add_instances(std::vector<Block>& blocks) {
  blocks.push_back(Heading{"Description"});
  blocks.push_back(Paragraph{
      "The configuration is TOML. Every table `[[kind.name]]` makes one instance of the plugin "
      "kind.name; the same table twice makes two. `[agent]` and `[global_tags]` mean what they "
      "mean in a telegraf.conf, and a telegraf.conf is a valid configuration. Several files "
      "become one configuration. Every mistake is found before anything starts, and told as "
      "file:line:column: text; `tickwork config check` does only that. SIGHUP reads the files "
      "again and changes what changed."});
  blocks.push_back(Paragraph{
      "Inputs, processors, aggregators and outputs form one pipeline: every input feeds every "
      "output that its filters let it reach. Storage, query engines, services, streams, handlers "
      "and panels stand beside the pipeline and find each other by name."});
  blocks.push_back(Paragraph{
      "The options of a plugin are in tickwork-ID(7), for example tickwork-inputs.cpu(7), and in "
      "`tickwork show ID`. Where two modules have a plugin of the same id, the table names the "
      "module: `[[inputs.\"org.example.cpu:inputs.cpu\"]]`."});
}

void add_tables(std::vector<Block>& blocks) {
  blocks.push_back(Heading{"[agent]"});
  blocks.push_back(agent_terms());
  blocks.push_back(Heading{"[global_tags]"});
  blocks.push_back(Paragraph{"Keys and strings: tags that every point of an input gets."});
  blocks.push_back(Heading{"[plugins]"});
  blocks.push_back(Terms{
      {"path", "list of strings, default `[]`",
       "Folders and files with plugins, before the installed ones. A relative path starts at the "
       "folder of the configuration file."}});
  blocks.push_back(Heading{"[set]"});
  blocks.push_back(Paragraph{
      "Makes the file a set: a named selection of plugins for `tickwork list --set` and for "
      "packages. It changes nothing about what runs."});
  blocks.push_back(Terms{{"name", "string", "The set's name"},
                         {"summary", "string", "One line about it"},
                         {"plugins", "list of strings",
                          "The plugins that belong to it, `inputs.*` for all of a kind"}});
  blocks.push_back(Heading{"Options of every instance"});
  blocks.push_back(Paragraph{
      "These stand in the table of an instance beside the options of its plugin. Which kinds have "
      "an option is in brackets behind it."});
  blocks.push_back(host_terms());
}

void add_environment(std::vector<Block>& blocks) {
  blocks.push_back(Heading{"Environment variables"});
  blocks.push_back(Paragraph{"They are replaced in strings, not in keys:"});
  blocks.push_back(
      Terms{{"${VAR}, $VAR", "",
             "The value of the variable, else of the service's credential VAR (systemd's "
             "LoadCredential); the text stays when there is neither"},
            {"${VAR:-text}", "", "The text when the variable is unset or empty"},
            {"${VAR:?text}", "", "A mistake with that text when it is unset or empty"},
            {"${VAR:+text}", "", "The text when it is set and not empty"},
            {"$$", "", "A dollar"}});
  blocks.push_back(Paragraph{"Without the colon an empty variable counts as set."});
}

}  // namespace

Page configuration_page() {
  Page page{"tickwork.toml", 5, "configuration of Tickwork", {}};
  auto& blocks = page.blocks;
  add_instances(blocks);
  add_tables(blocks);
  add_environment(blocks);
  blocks.push_back(Heading{"Example"});
  blocks.push_back(
      Code{"[agent]\n  interval = \"10s\"\n\n[[inputs.cpu]]\n  percpu = false\n\n"
           "[[outputs.file]]\n  files = [\"stdout\"]\n"});
  blocks.push_back(Heading{"Files"});
  blocks.push_back(
      Terms{{"/etc/tickwork/tickwork.toml", "", "Read when the command line names no file"},
            {"/etc/tickwork/tickwork.d", "", "All .toml and .conf files in it, with the former"}});
  blocks.push_back(Heading{"See also"});
  blocks.push_back(Paragraph{"tickwork(1)"});
  return page;
}

}  // namespace tickwork::host
