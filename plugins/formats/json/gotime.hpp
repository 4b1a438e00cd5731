// SPDX-License-Identifier: MIT
// Times as Telegraf's time_format options name them: unix, unix_ms, unix_us, unix_ns, or a layout
// in Go's way, which shows how the moment "Mon Jan 2 15:04:05 MST 2006" would be written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickwork::gotime {

// zone: an IANA name for layouts without offset, "" for UTC, "Local". False: no such time.
bool parse(std::string_view format, std::string_view text, const std::string& zone, int64_t& ns);
std::string format(std::string_view layout, int64_t ns);  // UTC

}  // namespace tickwork::gotime
