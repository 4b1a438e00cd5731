// SPDX-License-Identifier: MIT
// From a command line to a catalogue and a checked configuration: what run and config check share.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "config/check.hpp"
#include "module/catalogue.hpp"

namespace tickwork::host {

struct LoadingRequest {
  std::vector<std::string> configuration_paths, plugin_paths;
  ReadMode mode;
};

struct LoadedConfiguration {
  Catalogue catalogue;
  CheckedConfiguration checked;
};

// -c, --config-directory, --set, --plugin-path, --lenient, --non-strict-env-handling.
void add_loading_options(CommandLine& line);

// Without any file: what TICKWORK_CONFIG_PATH or TELEGRAF_CONFIG_PATH names, else
// /etc/tickwork/tickwork.toml with /etc/tickwork/tickwork.d.
Result<LoadingRequest> loading_request(const CommandLine& line);

LoadedConfiguration load_configuration(const LoadingRequest& request);

// A configuration without any instance is a mistake, told with the first of its files.
void require_instances(const LoadingRequest& request, CheckedConfiguration& checked);

// To standard error, warnings marked as such.
void print_diagnostics(const CheckedConfiguration& checked);

}  // namespace tickwork::host
