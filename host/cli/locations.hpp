// SPDX-License-Identifier: MIT
// Where the installation's files are, found from the program's own place: bin/tickwork stands
// beside lib/tickwork and share/tickwork, in a build folder as under /usr.
#pragma once

#include <string>
#include <vector>

#include "module/catalogue.hpp"
#include "result.hpp"

namespace tickwork::host {

// Directories with plugins, those that exist. TICKWORK_PLUGIN_PATH (separated by colons) first.
std::vector<std::string> default_plugin_path();

// share/tickwork/<name>, whether it exists or not.
std::string shared_file(const std::string& name);

// A file as given, or the set of that name: "influxdb" is share/tickwork/sets/influxdb.toml.
Result<std::string> set_file(const std::string& name_or_file);

// The sets that come with Tickwork, sorted.
std::vector<std::string> names_of_sets();

// Where probe answers are kept: CACHE_DIRECTORY (systemd), XDG_CACHE_HOME or ~/.cache. May be
// empty.
std::string cache_directory();

// The plugins on the default path behind those on extra.
Catalogue scan_plugins(std::vector<std::string> extra);

}  // namespace tickwork::host
