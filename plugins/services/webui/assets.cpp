// SPDX-License-Identifier: MIT
#include "assets.hpp"

#include <fstream>
#include <iterator>

namespace tickwork::webui {
namespace {

namespace fs = std::filesystem;

constexpr const char* forever = "public, max-age=31536000, immutable";
const std::string boot_mark = "id=\"boot\">{}";

std::string read_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw Error{TW_E_IO,
                "cannot read " + file.string() +
                    "; option assets of services.webui names the folder with dist and boards"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// What a script tag could end is written as escapes.
std::string harmless(const std::string& json) {
  std::string out;
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

// Characters that a host name and port consist of; anything else could break out of a policy.
bool plain_host(const std::string& host) {
  return !host.empty() &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") ==
             std::string::npos;
}

}  // namespace

std::string mime_type(const std::string& name) {
  static const std::map<std::string, std::string> types = {
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".html", "text/html; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/plain; charset=utf-8"},
      {".toml", "text/plain; charset=utf-8"}};
  const auto found = types.find(fs::path{name}.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

Assets::Assets(const fs::path& dist, const std::string& frame_ancestors)
    : index_{read_file(dist / "index.html")}, frame_{read_file(dist / "frame.html")} {
  std::string hash = read_file(dist / "csp.txt");
  hash.erase(hash.find_last_not_of(" \n") + 1);
  page_policy_ = "default-src 'none'; script-src 'self' '" + hash +
                 "'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
                 "connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors " +
                 frame_ancestors;
  for (const auto& entry : fs::directory_iterator{dist / "assets"})
    files_[entry.path().filename().string()] = read_file(entry.path());
}

bool Assets::page(const Exchange& exchange, const std::string& boot) const {
  std::string html = index_;
  if (const size_t at = html.find(boot_mark); at != std::string::npos)
    html.replace(at + boot_mark.size() - 2, 2, harmless(boot));
  exchange.reply(200, mime_type("index.html"), html,
                 {{"Content-Security-Policy", page_policy_},
                  {"Cache-Control", "no-store"},
                  {"Referrer-Policy", "no-referrer"}});
  return true;
}

bool Assets::asset(const Exchange& exchange, const std::string& name) const {
  const auto file = files_.find(name);
  if (file == files_.end()) return exchange.fail(404, "there is no file " + name), true;
  Headers headers{{"Cache-Control", forever}, {"Access-Control-Allow-Origin", "*"}};
  const auto packed = files_.find(name + ".gz");
  const bool gzip = packed != files_.end() &&
                    exchange.header("Accept-Encoding").find("gzip") != std::string::npos;
  if (gzip) headers.emplace_back("Content-Encoding", "gzip");
  headers.emplace_back("Vary", "Accept-Encoding");
  exchange.reply(200, mime_type(name), gzip ? packed->second : file->second, std::move(headers));
  return true;
}

// The sandbox makes the frame's origin opaque, where 'self' matches nothing: the exact origin is
// named instead.
bool Assets::frame(const Exchange& exchange) const {
  const std::string host = exchange.header("Host");
  if (!plain_host(host)) return exchange.fail(400, "the Host header is missing or odd"), true;
  const std::string origins = "http://" + host + " https://" + host;
  exchange.reply(200, mime_type("index.html"), frame_,
                 {{"Content-Security-Policy",
                   "sandbox allow-scripts; default-src 'none'; script-src " + origins +
                       "; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"},
                  {"Cache-Control", "no-store"}});
  return true;
}

}  // namespace tickwork::webui
