// SPDX-License-Identifier: MIT
// What a probe found, as JSON: the answer of "tickwork probe", the cache's content, list --json.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "module/catalogue.hpp"

namespace tickwork::host {

// A library's answer: what it offers, or why it is refused.
using Description = std::variant<ModuleInfo, Refusal>;

std::string to_json(const Description& description);

// file and build are not part of the text. Fails on anything that to_json did not write.
Result<Description> description_from_json(std::string_view text);

}  // namespace tickwork::host
