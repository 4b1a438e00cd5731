// SPDX-License-Identifier: MIT
// Environment variables in configuration text, with Telegraf's forms.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "result.hpp"

namespace tickwork::host {

using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

// $VAR, ${VAR}, ${VAR:-default}, ${VAR-default}, ${VAR:?message}, ${VAR?message}, ${VAR:+other},
// ${VAR+other}; with the colon an empty variable counts as unset. $$ is a dollar. Unset variables
// without a default and anything else stay as they are. Fails for ? only.
Result<std::string> expand(std::string_view text, const Lookup& lookup);

// Expands every string value (no keys) of the table.
void expand_strings(Table& table, const Lookup& lookup, std::vector<Diagnostic>& errors);

// The variable of this process, else the service's credential of that name: the file NAME in
// CREDENTIALS_DIRECTORY, which systemd sets, without the newline at its end. Nothing: neither.
std::optional<std::string> process_environment(const std::string& name);

}  // namespace tickwork::host
