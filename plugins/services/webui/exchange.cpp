// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

namespace tickwork::webui {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

uint32_t code_of(tw_status status) {
  switch (status) {
    case TW_E_INVALID:
      return 400;
    case TW_E_DENIED:
      return 403;
    case TW_E_NOT_FOUND:
      return 404;
    default:
      return 500;
  }
}

}  // namespace

std::string Exchange::header(std::string_view name) const {
  for (size_t i = 0; i < request_->n_headers; ++i)
    if (same(view(request_->headers[i].name), name)) return string(request_->headers[i].value);
  return "";
}

std::string Exchange::param(std::string_view name) const {
  for (size_t i = 0; i < request_->n_params; ++i)
    if (view(request_->params[i].key) == name) return string(request_->params[i].value);
  return "";
}

void Exchange::begin(uint32_t code, const Headers& headers) const {
  std::vector<tw_http_header> raw;
  for (const auto& [name, value] : headers) raw.push_back({str(name), str(value)});
  response_->head(response_, code, raw.data(), raw.size());
}

void Exchange::reply(uint32_t code, std::string_view type, std::string_view body,
                     Headers headers) const {
  headers.emplace_back("Content-Type", type);
  headers.emplace_back("Content-Length", std::to_string(body.size()));
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  begin(code, headers);
  response_->write(response_, str(body));
}

void Exchange::fail(uint32_t code, const std::string& why) const {
  const boost::json::object body{{"error", why}};
  reply(code, "application/json", boost::json::serialize(body));
}

void Routes::add(std::string_view method, std::string_view pattern, Handler handler) {
  handlers_.push_back(std::make_unique<Handler>(std::move(handler)));
  tw_http_route route{};
  route.size = sizeof route;
  route.method = str(method);
  route.pattern = str(pattern);
  route.self = handlers_.back().get();
  route.handle = &Routes::handle;
  server_.call(&tw_http_server::route, static_cast<const tw_http_route*>(&route));
}

void Routes::clear() {
  for (const auto& handler : handlers_) server_.vtable().unroute(server_.self(), handler.get());
  handlers_.clear();
}

tw_status Routes::handle(void* self, const tw_http_request* request,
                         const tw_http_response* response, tw_error* error) {
  return detail::guard(error, [&]() -> tw_status {
    const Exchange exchange{request, response};
    try {
      return (*static_cast<Handler*>(self))(exchange) ? TW_OK : TW_AGAIN;
    } catch (const Error& e) {
      exchange.fail(code_of(e.status()), e.what());
      return TW_OK;
    }
  });
}

}  // namespace tickwork::webui
