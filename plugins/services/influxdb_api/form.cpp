// SPDX-License-Identifier: MIT
// Forms in URLs and bodies, and gzip bodies.
#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "exchange.hpp"

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

std::string gunzip(std::string_view bytes, size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw GzipError("out of memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    size_t had = out.size();
    out.resize(had + std::max<size_t>(bytes.size() * 4, 16384));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream.avail_out = static_cast<uInt>(out.size() - had);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (most > 0 && out.size() > most) {
      inflateEnd(&stream);
      throw TooLarge("Request Entity Too Large");
    }
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      status = Z_BUF_ERROR;
    }
  }
  inflateEnd(&stream);
  if (status == Z_STREAM_END) return out;
  if (bytes.empty()) throw GzipError("EOF");
  if (status == Z_BUF_ERROR) throw GzipError("unexpected EOF");
  throw GzipError(out.empty() ? "gzip: invalid header" : "gzip: invalid checksum");
}

}  // namespace tickwork::influxdb_api
