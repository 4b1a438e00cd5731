// SPDX-License-Identifier: MIT
// From files to a Configuration, or to the list of everything that is wrong with them.
#pragma once

#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "module/catalogue.hpp"
#include "result.hpp"

namespace tickwork::host {

struct CheckedConfiguration {
  Configuration configuration;
  std::vector<Diagnostic> errors, warnings;
};

// Reads files and directories (*.toml, *.conf, sorted), expands the environment, checks every table
// against the catalogue.
CheckedConfiguration read_configuration(const std::vector<std::string>& paths,
                                        const Catalogue& catalogue);

// Checks one table of options against a plugin's: for instances made on demand. Keys of host
// options and, with other_options, of that plugin are allowed and left out.
Result<Options> check_options(const PluginInfo& plugin, const Table& table,
                              const std::vector<OptionInfo>* other_options = nullptr);

}  // namespace tickwork::host
