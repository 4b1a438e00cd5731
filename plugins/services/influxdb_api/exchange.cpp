// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>

#include "document.hpp"
#include "kit/gojson/gojson.hpp"

namespace tickwork::influxdb_api {

namespace {

// A time-based UUID (RFC 4122, version 1) with a counter for a clock sequence.
std::string fresh_id(int64_t now_ns) {
  static std::atomic<uint32_t> counter{0};
  uint64_t t = static_cast<uint64_t>(now_ns) / 100 + 0x01B21DD213814000ULL;
  char out[40];
  std::snprintf(out, sizeof out, "%08x-%04x-1%03x-8%03x-000000000000",
                static_cast<unsigned>(t & 0xFFFFFFFF), static_cast<unsigned>(t >> 32 & 0xFFFF),
                static_cast<unsigned>(t >> 48 & 0xFFF), ++counter & 0xFFF);
  return out;
}

}  // namespace

bool equal_fold(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// Packs what is sent. Flushed with every send so that chunks arrive when they are made.
class Exchange::Deflate {
 public:
  Deflate() { deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, 0); }
  ~Deflate() { deflateEnd(&stream_); }
  std::string pack(std::string_view bytes, int flush) {
    std::string out;
    char buffer[16384];
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer);
      stream_.avail_out = sizeof buffer;
      deflate(&stream_, flush);
      out.append(buffer, sizeof buffer - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return out;
  }

 private:
  z_stream stream_{};
};

Exchange::Exchange(const tw_http_request& request, const tw_http_response& response, Host host,
                   std::string_view version, size_t most_unpacked)
    : request_{request},
      response_{response},
      host_{host},
      version_{version},
      most_unpacked_{most_unpacked} {
  parse_form(view(request.query), url_);
}

Exchange::~Exchange() = default;

std::string Exchange::header(std::string_view name) const {
  for (size_t i = 0; i < request_.n_headers; ++i) {
    if (equal_fold(view(request_.headers[i].name), name)) return string(request_.headers[i].value);
  }
  return "";
}

std::string Exchange::url_value(std::string_view key) const {
  auto at = url_.find(key);
  return at == url_.end() ? "" : at->second;
}

std::string Exchange::body() const {
  std::string room;
  return std::string(body(room));
}

std::string_view Exchange::body(std::string& room) const {
  if (header("Content-Encoding") != "gzip") return view(request_.body);
  return room = gunzip(view(request_.body), most_unpacked_);
}

Form Exchange::form() const {
  Form out;
  std::string type = header("Content-Type");
  if (method() == "POST" && type.starts_with("application/x-www-form-urlencoded")) {
    parse_form(body(), out);
  } else if (method() == "POST" && type.starts_with("multipart/form-data")) {
    parse_multipart(body(), type, out);
  }
  out.insert(url_.begin(), url_.end());
  return out;
}

void Exchange::add_standing(std::vector<std::pair<std::string, std::string>>& headers) const {
  std::string id = header("X-Request-Id");
  if (id.empty()) id = header("Request-Id");
  if (id.empty()) id = fresh_id(host_.now());
  headers.emplace_back("Request-Id", id);
  headers.emplace_back("X-Request-Id", id);
  headers.emplace_back("X-Influxdb-Build", "OSS");
  headers.emplace_back("X-Influxdb-Version", version_);
  std::string origin = header("Origin");
  if (origin.empty()) return;
  headers.emplace_back("Access-Control-Allow-Origin", origin);
  headers.emplace_back("Access-Control-Allow-Methods", "DELETE, GET, OPTIONS, POST, PUT");
  headers.emplace_back("Access-Control-Allow-Headers",
                       "Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, "
                       "X-CSRF-Token, X-HTTP-Method-Override");
  headers.emplace_back("Access-Control-Expose-Headers",
                       "Date, X-InfluxDB-Version, X-InfluxDB-Build");
}

void Exchange::head(uint32_t code, std::string_view content_type, std::string_view body,
                    std::vector<std::pair<std::string, std::string>> headers) {
  headers.emplace_back("Content-Type", content_type);
  add_standing(headers);
  if (body.data()) headers.emplace_back("Content-Length", std::to_string(body.size()));
  std::vector<tw_http_header> raw;
  for (auto& [name, value] : headers) raw.push_back({str(name), str(value)});
  response_.head(&response_, code, raw.data(), raw.size());
  if (body.data() && !body.empty()) response_.write(&response_, str(body));
}

void Exchange::no_content() { head(204, "application/json", {}); }

void Exchange::text(uint32_t code, std::string_view content_type, std::string_view body) {
  head(code, content_type, body);
}

void Exchange::packed(uint32_t code, std::string_view content_type, std::string_view encoding,
                      std::string_view body) {
  head(code, content_type, body, {{"Content-Encoding", std::string(encoding)}});
}

void Exchange::error(uint32_t code, std::string_view message) {
  std::string body = "{\"error\":";
  gojson::append(body, message);
  body += "}\n";
  if (url_value("pretty") == "true") body = indented(body);
  error(code, message, "application/json", body);
}

void Exchange::error(uint32_t code, std::string_view message, std::string_view type,
                     std::string_view body) {
  std::string shown(message.substr(0, 1024));
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  shown.erase(shown.find_last_not_of(' ') + 1);
  if (code == 401)
    return head(code, type, body, {{"WWW-Authenticate", "Basic realm=\"InfluxDB\""}});
  head(code, type, body, {{"X-Influxdb-Error", shown}});
}

void Exchange::not_allowed(std::string_view allowed) {
  head(405, "text/plain; charset=utf-8", "Method Not Allowed\n", {{"Allow", std::string(allowed)}});
}

void Exchange::begin(uint32_t code, std::string_view content_type) {
  std::vector<std::pair<std::string, std::string>> extra;
  if (header("Accept-Encoding").find("gzip") != std::string::npos) {
    deflate_ = std::make_unique<Deflate>();
    extra = {{"Content-Encoding", "gzip"}, {"Vary", "Accept-Encoding"}};
  }
  head(code, content_type, {}, std::move(extra));
}

void Exchange::send(std::string_view bytes) {
  if (bytes.empty()) return;
  std::string packed;
  if (deflate_) bytes = packed = deflate_->pack(bytes, Z_SYNC_FLUSH);
  if (response_.write(&response_, str(bytes)) < 0) throw Error{TW_E_CANCELLED, "client is gone"};
}

void Exchange::end() {
  if (!deflate_) return;
  std::string packed = deflate_->pack("", Z_FINISH);
  response_.write(&response_, str(packed));
}

}  // namespace tickwork::influxdb_api
