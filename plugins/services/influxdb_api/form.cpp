// SPDX-License-Identifier: MIT
// Forms in URLs and bodies, and gzip bodies.
#include <algorithm>
#include <cctype>

#include "exchange.hpp"
#include "kit/gzip/gzip.hpp"

namespace tickwork::influxdb_api {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 &&
               hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// name="value" or name=value among the parameters of a header line.
std::string attribute(std::string_view line, std::string_view name) {
  std::string key = std::string(name) + "=";
  std::string small = lower(std::string(line));
  for (size_t at = small.find(key); at != std::string::npos; at = small.find(key, at + 1)) {
    if (at > 0 && small[at - 1] != ' ' && small[at - 1] != ';') continue;
    std::string_view rest = line.substr(at + key.size());
    if (!rest.empty() && rest[0] == '"') return std::string(rest.substr(1, rest.find('"', 1) - 1));
    return std::string(rest.substr(0, rest.find_first_of("; \r\n")));
  }
  return "";
}

}  // namespace

void parse_form(std::string_view text, Form& out) {
  while (!text.empty()) {
    size_t end = std::min(text.find('&'), text.size());
    std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t equals = pair.find('=');
    std::string key = decoded(pair.substr(0, equals));
    if (key.empty()) continue;
    std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    out.emplace(key, decoded(value));  // the first of several counts
  }
}

void parse_multipart(std::string_view body, std::string_view content_type, Form& out) {
  std::string boundary = "--" + attribute(content_type, "boundary");
  if (boundary.size() == 2) return;
  size_t at = body.find(boundary);
  while (at != std::string_view::npos) {
    size_t begin = at + boundary.size();
    size_t next = body.find(boundary, begin);
    if (next == std::string_view::npos) return;
    std::string_view part = body.substr(begin, next - begin);
    at = next;
    size_t blank = part.find("\r\n\r\n");
    if (blank == std::string_view::npos) continue;
    std::string name = attribute(part.substr(0, blank), "name");
    std::string_view value = part.substr(blank + 4);
    if (value.ends_with("\r\n")) value.remove_suffix(2);
    if (!name.empty()) out[name] = std::string(value);
  }
}

std::string value(const Form& form, std::string_view key) {
  const auto at = form.find(key);
  return at == form.end() ? "" : at->second;
}

std::string gunzip(std::string_view bytes, size_t most) {
  try {
    return gzip::unpack(bytes, most);
  } catch (const gzip::Damaged& e) {
    throw GzipError(e.what());
  } catch (const gzip::TooLarge&) {
    throw TooLarge("Request Entity Too Large");
  }
}

}  // namespace tickwork::influxdb_api
