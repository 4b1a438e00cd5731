// SPDX-License-Identifier: MIT
#include "cli/program_page.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"

namespace tickwork::host {
namespace {

Terms option_terms(const CommandLine& line) {
  Terms terms;
  for (const auto& option : line.options()) terms.push_back({option.name, "", option.text});
  return terms;
}

void add_command(std::vector<Block>& blocks, const Command& command) {
  bool described = false;
  for (const auto make : command.lines) {
    if (!make) continue;
    const auto line = make();
    blocks.push_back(Heading{line.usage(), 2});
    if (!described) blocks.push_back(Paragraph{fmt::format("To {}.", command.summary)});
    if (!line.epilogue().empty()) blocks.push_back(Paragraph{line.epilogue()});
    blocks.push_back(option_terms(line));
    described = true;
  }
  if (described) return;
  blocks.push_back(Heading{command.name, 2});
  blocks.push_back(Paragraph{fmt::format("To {}.", command.summary)});
}

void add_surroundings(std::vector<Block>& blocks) {
  blocks.push_back(Heading{"Exit status"});
  blocks.push_back(Terms{
      {"0", "", "Fine"},
      {"1", "", "The configuration is wrong, something could not start, a gather or test failed"},
      {"2", "", "The command line is wrong"},
      {"3", "", "Stopped, but a plugin did not end in time and was abandoned"}});
  blocks.push_back(Heading{"Environment"});
  blocks.push_back(Terms{
      {"TICKWORK_CONFIG_PATH, TELEGRAF_CONFIG_PATH", "",
       "The configuration when the command line names none"},
      {"TICKWORK_PLUGIN_PATH", "", "Folders with plugins, separated by colons, looked at first"},
      {"TICKWORK_CONTROL", "", "The control socket that `ctl` asks"},
      {"CACHE_DIRECTORY, XDG_CACHE_HOME", "",
       "Where the descriptions of plugin files are kept; else ~/.cache/tickwork"},
      {"CREDENTIALS_DIRECTORY", "",
       "Set by systemd: a file in it is what a variable of its name stands for in a configuration"},
      {"NOTIFY_SOCKET, WATCHDOG_USEC", "",
       "Set by systemd: `run` tells it of start, reload and stop, and that it is alive"}});
  blocks.push_back(Heading{"Files"});
  blocks.push_back(Terms{
      {"/etc/tickwork/tickwork.toml, /etc/tickwork/tickwork.d", "", "The default configuration"},
      {"/run/tickwork-SET/control", "", "The control socket of a set's service"},
      {"lib/tickwork", "", "Plugins, beside the folder bin that holds the program"},
      {"share/tickwork/sets", "", "The sets"}});
  blocks.push_back(Heading{"Examples"});
  blocks.push_back(
      Code{"tickwork run --set tick\n"
           "tickwork run -c pipeline.toml --test\n"
           "tickwork config sample inputs.cpu outputs.file > pipeline.toml\n"
           "tickwork docs --man inputs.cpu | man -l -\n"});
}

}  // namespace

Page program_page() {
  Page page{"tickwork", 1, "collect, store, query and watch time series with plugins", {}};
  auto& blocks = page.blocks;
  blocks.push_back(Heading{"Synopsis"});
  blocks.push_back(Code{"tickwork COMMAND [OPTION...]"});
  blocks.push_back(Heading{"Description"});
  blocks.push_back(Paragraph{
      "A host for plugins that collect metrics like Telegraf, keep and answer them like InfluxDB "
      "1.x, watch them like Kapacitor and draw them like Chronograf, wired by a configuration in "
      "TOML: tickwork.toml(5). Every command has `--help`. Arguments that begin with an option "
      "mean `run`, as on Telegraf's command line."});
  blocks.push_back(Heading{"Commands"});
  for (const auto& command : commands())
    if (!command.hidden) add_command(blocks, command);
  blocks.push_back(Heading{"KIND COMMAND [ARGUMENT...]", 2});
  blocks.push_back(Paragraph{
      "To run a command that a plugin of that kind offers, such as `tickwork storage backup`. "
      "`tickwork help` lists them, `tickwork KIND COMMAND --help` and the plugin's page tell "
      "more."});
  add_surroundings(blocks);
  blocks.push_back(Heading{"See also"});
  blocks.push_back(
      Paragraph{"tickwork.toml(5), and a page for every plugin: tickwork-inputs.cpu(7) and so on"});
  return page;
}

}  // namespace tickwork::host
