// SPDX-License-Identifier: MIT
// Texts of URLs: RFC 3986, and application/x-www-form-urlencoded as browsers send it.
#include <algorithm>

#include "http.hpp"

namespace tickwork::http {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Cuts text at the first of stops and returns the front; stop receives the character, or NUL.
std::string_view cut(std::string_view& text, std::string_view stops, char& stop) {
  const size_t at = std::min(text.find_first_of(stops), text.size());
  const auto front = text.substr(0, at);
  stop = at < text.size() ? text[at] : '\0';
  text.remove_prefix(std::min(at + 1, text.size()));
  return front;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (coded) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += plus && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

Params parse_query(std::string_view query) {
  Params params;
  char stop = '\0';
  while (!query.empty()) {
    auto value = cut(query, "&;", stop);
    if (value.empty()) continue;
    const auto name = cut(value, "=", stop);
    params.emplace_back(percent_decode(name, true), percent_decode(value, true));
  }
  return params;
}

std::string encode_query(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

std::string_view get(const Params& params, std::string_view name) {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

bool has(const Params& params, std::string_view name) {
  return std::any_of(params.begin(), params.end(), [name](auto& p) { return p.first == name; });
}

bool parse_url(std::string_view text, Url& url) {
  url = {};
  const size_t scheme = text.find("://");
  if (scheme == text.npos || scheme == 0) return false;
  url.scheme = text.substr(0, scheme);
  text.remove_prefix(scheme + 3);
  const size_t end = std::min(text.find_first_of("/?#"), text.size());
  auto authority = text.substr(0, end);
  text.remove_prefix(end);
  if (const size_t at = authority.rfind('@'); at != authority.npos) {
    const auto user = authority.substr(0, at);
    const size_t colon = std::min(user.find(':'), user.size());
    url.user = percent_decode(user.substr(0, colon));
    url.password = percent_decode(user.substr(std::min(colon + 1, user.size())));
    authority.remove_prefix(at + 1);
  }
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  url.host = authority;
  text = text.substr(0, text.find('#'));
  const size_t query = std::min(text.find('?'), text.size());
  url.path = text.substr(0, query);
  url.query = text.substr(std::min(query + 1, text.size()));
  return !url.host.empty();
}

}  // namespace tickwork::http
