// SPDX-License-Identifier: MIT
// JSON web tokens (RFC 7519) signed with a shared secret, and base64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickwork::influxdb_api {

// The name that a valid token is for. Otherwise `error` has the words of Go's jwt library.
std::string token_user(std::string_view token, const std::string& secret, int64_t now_ns,
                       std::string& error);

// Standard alphabet with padding, or the one for URLs without; false on anything else.
bool from_base64(std::string_view text, bool for_urls, std::string& out);

}  // namespace tickwork::influxdb_api
