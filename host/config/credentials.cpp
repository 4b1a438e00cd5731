// SPDX-License-Identifier: MIT
#include "config/credentials.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "config/toml_text.hpp"

namespace tickwork::host {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool names_credential(std::string_view name) {
  static constexpr std::string_view names[] = {
      "password",   "passwd", "pwd",    "pass",    "token",         "access_token",
      "auth_token", "secret", "apikey", "api_key", "authorization", "x-token"};
  const std::string wanted = lower(name);
  return std::find(std::begin(names), std::end(names), wanted) != std::end(names);
}

// "scheme://user:PASSWORD@host"; a password may have "@" in it, unless it is coded.
void mask_user_info(std::string& text) {
  for (size_t at = text.find("://"); at != text.npos; at = text.find("://", at)) {
    at += 3;
    const std::string_view rest = std::string_view{text}.substr(at);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?# \t\n,"));
    const size_t end = authority.rfind('@');
    const size_t colon = authority.find(':');
    if (end == authority.npos || colon > end || colon + 1 == end) continue;
    text.replace(at + colon + 1, end - colon - 1, masked);
  }
}

// "?p=SECRET&db=a", "host=a password=SECRET".
void mask_settings(std::string& text) {
  static constexpr std::string_view before = "?&; \t\n,", behind = "&; \t\n,#";
  for (size_t equals = text.find('='); equals != text.npos; equals = text.find('=', equals + 1)) {
    const size_t start = text.find_last_of(before, equals);
    const size_t from = start == text.npos ? 0 : start + 1;
    const std::string_view name = std::string_view{text}.substr(from, equals - from);
    const bool of_url = start != text.npos && (text[start] == '?' || text[start] == '&');
    if (!names_credential(name) && !(of_url && name == "p")) continue;
    const size_t end = std::min(text.find_first_of(behind, equals + 1), text.size());
    if (end > equals + 1) text.replace(equals + 1, end - equals - 1, masked);
  }
}

}  // namespace

Value without_credentials(Value value) {
  if (auto* text = std::get_if<std::string>(&value.data)) {
    mask_user_info(*text);
    mask_settings(*text);
  } else if (auto* array = std::get_if<Array>(&value.data)) {
    for (Value& one : *array) one = without_credentials(std::move(one));
  } else if (auto* table = std::get_if<Table>(&value.data)) {
    for (auto& [key, one] : *table) {
      if (names_credential(key)) {
        one.data = std::string{masked};
      } else {
        one = without_credentials(std::move(one));
      }
    }
  }
  return value;
}

}  // namespace tickwork::host
