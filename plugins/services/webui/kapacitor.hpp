// SPDX-License-Identifier: MIT
// GET from the Kapacitor API over libcurl.
#pragma once

#include <string>

namespace tickwork::webui {

// The body; throws Error with what went wrong and where.
std::string get(const std::string& url);

}  // namespace tickwork::webui
