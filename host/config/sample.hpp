// SPDX-License-Identifier: MIT
// Sample configuration, written from the option tables.
#pragma once

#include <string>

#include "module/catalogue.hpp"

namespace tickwork::host {

// The whole table: "[[inputs.cpu]]" and every option with its line of documentation; those with a
// default are commented out, required ones are not. With host_options, also what the host itself
// understands there.
std::string sample_text(const PluginInfo& plugin, bool host_options = false);

}  // namespace tickwork::host
