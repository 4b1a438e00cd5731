// SPDX-License-Identifier: MIT
// Messages as bytes (API.md, "Frames on the wire") and, for tools, as JSON lines.
#pragma once

#include <string>

#include "frame.hpp"

namespace tickwork::webui {

std::string encode(const Message& message);
std::string encode_json(const Message& message);

}  // namespace tickwork::webui
