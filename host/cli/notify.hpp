// SPDX-License-Identifier: MIT
// Tells systemd how the service is (sd_notify(3)), by the socket that NOTIFY_SOCKET names. Does
// nothing elsewhere.
#pragma once

#include <chrono>
#include <string_view>

namespace tickwork::host {

void notify_service(std::string_view state);  // "READY=1"
void notify_reloading();                      // with the time that systemd asks for

// How often WATCHDOG=1 must be sent; zero: not at all.
std::chrono::milliseconds watchdog_period();

}  // namespace tickwork::host
