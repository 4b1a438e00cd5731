// SPDX-License-Identifier: MIT
#include "web.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "kit/gzip/gzip.hpp"

namespace tickwork::opentsdb {

namespace http = boost::beast::http;

namespace {

std::string wire(unsigned code, std::string_view text, bool keep_alive) {
  std::string out = "HTTP/1.1 " + std::to_string(code) + " ";
  out += std::string_view{http::obsolete_reason(http::int_to_status(code))};
  out += "\r\n";
  if (code != 204) {
    out += "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n";
    out += "Content-Length: " + std::to_string(text.size() + 1) + "\r\n";
  }
  if (!keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
  if (code != 204) out.append(text).append("\n");
  return out;
}

}  // namespace

Web::Web(listener::Listener& listener, size_t most_body)
    : listener_{listener}, most_body_{most_body} {
  next();
}

void Web::next() {
  parser_.emplace();
  parser_->eager(true);
  if (most_body_ > 0) {
    parser_->body_limit(most_body_);
  } else {
    parser_->body_limit(boost::none);
  }
  begun_ = continued_ = false;
}

size_t Web::take(std::string_view bytes, listener::Reply& reply) {
  size_t used = 0;
  while (used < bytes.size() && !reply.close) {
    boost::system::error_code error;
    const size_t n =
        parser_->put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += n;
    begun_ = true;
    if (error && error != http::error::need_more) {
      const bool large = error == http::error::body_limit;
      reply.bytes += wire(large ? 413 : 400,
                          large ? "http: request body too large" : "400 Bad Request", false);
      reply.close = true;
      return bytes.size();
    }
    if (parser_->is_done()) {
      const auto& request = parser_->get();
      const Answer made = answer(request);
      reply.close = !request.keep_alive();
      reply.bytes += wire(made.code, made.text, !reply.close);
      next();
    } else if (parser_->is_header_done() && !continued_) {
      continued_ = true;
      if (boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
        reply.bytes += "HTTP/1.1 100 Continue\r\n\r\n";
      }
    }
    if (n == 0) break;  // a header line is incomplete
  }
  return used;
}

Web::Answer Web::answer(const Parser::value_type& request) {
  const std::string_view target{request.target().data(), request.target().size()};
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/api/metadata/put") return {};
  if (path != "/api/put") return {404, "404 page not found"};
  if (request.method() != http::verb::post) return {405, "Method Not Allowed"};
  if (request[http::field::content_encoding] != "gzip") return put(request.body());
  std::string unpacked;
  try {
    unpacked = gzip::unpack(request.body(), most_body_);
  } catch (const std::runtime_error& e) {
    return {400, std::string{"could not read gzip, "} + e.what()};
  }
  return put(unpacked);
}

Web::Answer Web::put(std::string_view body) {
  listener::PointBuffer points;
  std::string why;
  const std::string refused = parse_put(body, points, why);
  if (!why.empty()) listener_.complaints().note(why);
  if (!refused.empty()) {
    listener_.complaints().note("refused a body for /api/put: " + refused);
    return {400, refused};
  }
  if (points.empty()) return {};
  tw_error error = empty_error();
  const tw_status status = listener_.batcher().write(points.batch(), error);
  if (status == TW_OK) return {};
  const std::string text = std::string{"write series error: "} + error.message;
  listener_.complaints().note(text);
  if (status == TW_AGAIN) return {503, "write series error: timeout"};
  return {status == TW_PARTIAL || status == TW_E_INVALID ? 400U : 500U, text};
}

}  // namespace tickwork::opentsdb
