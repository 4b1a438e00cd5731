// SPDX-License-Identifier: MIT
// The output of test mode: points on stdout as the plugin formats.influx writes them, a line each,
// led by "> " and with sorted fields.
#pragma once

#include "config/configuration.hpp"
#include "module/catalogue.hpp"

namespace tickwork::host {

// A plugin of the host itself; it makes formats.influx by tw.instances/1 like any other.
LoadedPlugin printer_plugin();
InstanceConfig printer_config();

}  // namespace tickwork::host
