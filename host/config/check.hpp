// SPDX-License-Identifier: MIT
// From files to a Configuration, or to the list of everything that is wrong with them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "module/catalogue.hpp"
#include "result.hpp"

namespace tickwork::host {

struct ReadMode {
  bool lenient = false;  // an instance with mistakes is left out and its mistakes are warnings
  bool raw_environment = false;  // variables are replaced in the text, before it is read as TOML
};

// A configuration file that was read but not yet understood.
struct Source {
  std::string path;
  Table table;
  std::string added_as = {};  // InstanceConfig.added_as of its instances
};

struct Sources {
  std::vector<Source> files;
  std::vector<Diagnostic> errors;
};

struct CheckedConfiguration {
  Configuration configuration;
  std::vector<Diagnostic> errors, warnings;
};

// Reads files and directories (*.toml, *.conf, sorted, with what lies below), expands the
// environment.
Sources read_sources(const std::vector<std::string>& paths, ReadMode mode = {});

// A text as if it were the file at that path, behind those that are there. Its mistakes are added.
void add_source(const std::string& path, const std::string& text, ReadMode mode, Sources& sources);

// [plugins] path of all files; a relative path starts at its file's folder.
std::vector<std::string> plugin_paths(const Sources& sources);

// Options that come in the place of those in the files, by the name of their instance. Their values
// should have an origin: mistakes are told with it, even where the mode is lenient.
using Overrides = std::map<std::string, Table>;

// Checks every table against the catalogue.
CheckedConfiguration check_sources(const Sources& sources, const Catalogue& catalogue,
                                   ReadMode mode = {}, const Overrides& overrides = {});

// All of it.
CheckedConfiguration read_configuration(const std::vector<std::string>& paths,
                                        const Catalogue& catalogue);

// Checks one table of options against a plugin's: for instances made on demand. Keys of host
// options and, with other_options, of that plugin are allowed and left out.
Result<Options> check_options(const PluginInfo& plugin, const Table& table,
                              const std::vector<OptionInfo>* other_options = nullptr);

// A value written as TOML: 10, "x", [1, 2], { a = 1 }.
Result<Value> parse_literal(std::string_view text);

}  // namespace tickwork::host
