// A request as a client sends it: HTTP/1.0 or 1.1, with a length or in chunks.
#pragma once

#include "connection.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>
#include <utility>
#include <vector>

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "/a/b" is "a" and "b", "/" is an empty one.
inline std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

inline bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

class Request {
 public:
  std::string method = "GET", path, query;
  std::vector<std::string> segments;  // of the path, each decoded: "a%2Fb" is one
  bool http11 = true;

  // Throws a Refusal.
  void read(Connection& from, uint64_t max_body_size) {
    peer_ = from.peer();
    size_t room = 65536;
    read_first_line(line_of(from, room));
    for (std::string line; !(line = line_of(from, room)).empty();) read_header(line);
    if (count("Host") > 1 || (http11 && count("Host") == 0)) throw Refusal{400};
    read_body(from, max_body_size);
  }

  // Borrowed from this and params.
  const tw_http_request* raw(const Pairs& params) {
    for (const auto& [name, value] : headers_)
      raw_headers_.push_back({tickwork::str(name), tickwork::str(value)});
    for (const auto& [name, value] : params)
      raw_params_.push_back({tickwork::str(name), tickwork::str(value)});
    raw_ = {.size = sizeof raw_, .flags = 0, .method = tickwork::str(method), .path = tickwork::str(path),
            .query = tickwork::str(query), .headers = raw_headers_.data(), .n_headers = raw_headers_.size(),
            .params = raw_params_.data(), .n_params = raw_params_.size(), .body = tickwork::str(body_),
            .peer = tickwork::str(peer_)};
    return &raw_;
  }

 private:
  static std::string line_of(Connection& from, size_t& room) {
    std::string line = from.line(room);
    for (const char c : line)
      if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f') throw Refusal{400};
    return line;
  }

  static void need_token(std::string_view text) {
    const auto good = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
    };
    if (text.empty() || !std::all_of(text.begin(), text.end(), good)) throw Refusal{400};
  }

  static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  static std::string decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); i++) {
      if (text[i] != '%') {
        out += text[i];
        continue;
      }
      const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
      const int low = high < 0 ? -1 : hex(text[i + 2]);
      if (low < 0 || high + low == 0) throw Refusal{400};  // no name has a zero in it
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
    return out;
  }

  void read_first_line(std::string_view line) {
    const size_t first = std::min(line.find(' '), line.size()), last = std::min(line.rfind(' '), line.size());
    const std::string_view version = line.substr(std::min(last + 1, line.size()));
    if (first == last || version.size() != 8 || !version.starts_with("HTTP/")) throw Refusal{400};
    if (version != "HTTP/1.0" && version != "HTTP/1.1") throw Refusal{505};
    method = line.substr(0, first);
    need_token(method);
    http11 = version != "HTTP/1.0";
    read_target(line.substr(first + 1, last - first - 1));
  }

  // "/a?b", or "http://host/a?b" as proxies are asked.
  void read_target(std::string_view target) {
    if (target.find(' ') != target.npos) throw Refusal{400};
    if (target.starts_with("http://"))
      target.remove_prefix(std::min(target.find_first_of("/?", 7), target.size()));
    else if (!target.starts_with('/'))
      throw Refusal{target == "*" ? 404u : 400u};
    const size_t mark = std::min(target.find('?'), target.size());
    query = target.substr(std::min(mark + 1, target.size()));
    const std::string_view coded = mark == 0 ? "/" : target.substr(0, mark);
    path = decoded(coded);
    for (const std::string& segment : split_path(coded)) segments.push_back(decoded(segment));
  }

  void read_header(std::string_view line) {
    const size_t colon = std::min(line.find(':'), line.size());
    need_token(line.substr(0, colon));
    const size_t begin = line.find_first_not_of(" \t", colon + 1), end = line.find_last_not_of(" \t") + 1;
    if (colon == line.size()) throw Refusal{400};
    headers_.emplace_back(line.substr(0, colon), begin < end ? line.substr(begin, end - begin) : "");
  }

  long count(std::string_view name) const {
    return std::count_if(headers_.begin(), headers_.end(),
                         [&](const auto& h) { return same_name(h.first, name); });
  }
  // Empty: there is none.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers_)
      if (same_name(key, name)) return value;
    return {};
  }

  static uint64_t number(std::string_view text, int base) {
    uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n, base);
    if (error == std::errc::result_out_of_range) throw Refusal{413};
    if (error != std::errc{} || end != text.data() + text.size()) throw Refusal{400};
    return n;
  }

  void read_body(Connection& from, uint64_t most) {
    const long codings = count("Transfer-Encoding"), lengths = count("Content-Length");
    const bool chunked = codings > 0;
    if (lengths > 1 || (chunked && (lengths > 0 || !http11))) throw Refusal{400};
    if (codings > 1 || (chunked && !same_name(header("Transfer-Encoding"), "chunked"))) throw Refusal{501};
    const uint64_t length = lengths > 0 ? number(header("Content-Length"), 10) : 0;
    if (length > most) throw Refusal{413};
    if (http11 && (chunked || length > 0) && same_name(header("Expect"), "100-continue") && !from.has_more())
      from.send("HTTP/1.1 100 Continue\r\n\r\n");
    if (chunked)
      read_chunks(from, most);
    else
      from.append(length, body_);
  }

  void read_chunks(Connection& from, uint64_t most) {
    while (true) {
      size_t room = 4096;
      const std::string line = line_of(from, room);
      std::string_view size = line;
      size = size.substr(0, size.find(';'));
      size = size.substr(0, size.find_last_not_of(" \t") + 1);
      const uint64_t n = number(size, 16);
      if (n > most - body_.size()) throw Refusal{413};
      if (n == 0) break;
      from.append(n, body_);
      if (!line_of(from, room).empty()) throw Refusal{400};
    }
    size_t room = 65536;
    while (!line_of(from, room).empty()) {  // trailers
    }
  }

  Pairs headers_;
  std::string body_, peer_;
  std::vector<tw_http_header> raw_headers_;
  std::vector<tw_tag> raw_params_;
  tw_http_request raw_{};
};
