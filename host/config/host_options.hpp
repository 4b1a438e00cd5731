// SPDX-License-Identifier: MIT
// The options that every instance of a kind has, whatever its plugin: one table for reading them,
// for samples and for "did you mean".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"

namespace tickwork::host {

struct HostOptionInfo {
  const char *key, *value, *doc;  // value: the default as TOML, or what an example would say
};

// Keys that the host understands on an instance of this plugin ("inputs.cpu").
std::vector<std::string> host_keys(std::string_view plugin);
std::vector<HostOptionInfo> host_options_of(std::string_view plugin);

struct HostReading {
  HostOptions options;
  std::vector<Diagnostic> errors, warnings;
};

// Picks the host's options out of an instance's table. Telegraf ignores most of these when they
// have a wrong type; here that is a warning.
HostReading read_host_options(std::string_view plugin, const Table& table);

}  // namespace tickwork::host
