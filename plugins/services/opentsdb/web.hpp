// SPDX-License-Identifier: MIT
// Requests of one HTTP connection: POST /api/put. An answer of 204 means durable.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string_view>

#include "kit/listener/listener.hpp"
#include "put.hpp"

namespace tickwork::opentsdb {

class Web {
 public:
  Web(listener::Listener& listener, size_t most_body);
  // Takes bytes, all of them unless the connection is to be closed; appends answers to reply.
  size_t take(std::string_view bytes, listener::Reply& reply);
  bool idle() const { return !begun_; }  // between two requests

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  struct Answer {
    unsigned code = 204;
    std::string text = {};
  };
  void next();
  Answer answer(const Parser::value_type& request);
  Answer put(std::string_view body);

  listener::Listener& listener_;
  size_t most_body_;
  std::optional<Parser> parser_;
  bool begun_ = false, continued_ = false;
};

}  // namespace tickwork::opentsdb
