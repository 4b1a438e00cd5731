// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace tickwork::webui {

// The text under a key; empty if there is none or it is no text.
inline std::string text_at(const boost::json::object& object, std::string_view key) {
  const boost::json::value* found = object.if_contains(key);
  return found && found->is_string() ? std::string{found->get_string()} : "";
}

}  // namespace tickwork::webui
