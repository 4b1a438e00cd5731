// SPDX-License-Identifier: MIT
// Request targets from anybody: splitting, routing, decoding, queries, URLs. Whatever the path, a
// route that takes everything takes it.
#include <cstdint>
#include <cstdlib>

#include "../../plugins/services/http/routes.hpp"
#include "kit/http/http.hpp"

using namespace tickwork;

namespace {

tw_status nothing(void*, const tw_http_request*, const tw_http_response*, tw_error*) {
  return TW_OK;
}

void add(http_server::Routes& routes, std::string_view pattern) {
  routes.add(
      {sizeof(tw_http_route), TW_STR("GET"), {pattern.data(), pattern.size()}, nullptr, nothing});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  http_server::Routes routes;
  for (const char* pattern : {"/*", "/a", "/a/:id", "/a/:id/b/*", "/:x/:y"}) add(routes, pattern);
  const auto [path, query] = http_server::split_target(text);
  const auto match = routes.find("GET", path);
  if (!match.route) std::abort();
  match.route->owner->leave();
  if (routes.find("POST", path).allowed.empty()) std::abort();

  const auto params = http::parse_query(query);
  if (http::parse_query(http::encode_query(params)) != params) std::abort();
  if (http::percent_decode(http::percent_encode(text)) != text) std::abort();
  http::Url url;
  http::parse_url(text, url);
  return 0;
}
