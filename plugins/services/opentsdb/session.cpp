// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "web.hpp"

namespace tickwork::opentsdb {

namespace {

constexpr size_t longest_request_line = 8192;

}  // namespace

Connection::Connection(listener::Listener& listener, size_t most_body)
    : listener_{listener}, most_body_{most_body}, lines_{listener.complaints()} {}

Connection::~Connection() = default;

// False: the first line is not complete yet.
bool Connection::decide(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  if (end == bytes.npos && bytes.size() < longest_request_line) return false;
  const std::string_view line = bytes.substr(0, std::min(end, longest_request_line));
  if (line.find(" HTTP/1.") != line.npos) web_ = std::make_unique<Web>(listener_, most_body_);
  return true;
}

size_t Connection::take(std::string_view bytes, listener::Reply& reply) {
  if (!decided_ && !(decided_ = decide(bytes))) return 0;
  if (web_) return web_->take(bytes, reply);
  return lines_.feed(bytes, [&](std::string_view text) { lines(text, reply); });
}

void Connection::lines(std::string_view text, listener::Reply& reply) {
  listener::each_line(text, [&](std::string_view line) {
    if (LineParser::asks_version(line)) {
      reply.bytes += "InfluxDB TSDB proxy";
      return;
    }
    why_.clear();
    if (const tw_point* point = parser_.parse(line, why_)) points_.add(*point, 0);
    if (!why_.empty()) listener_.complaints().note(why_);
  });
  listener_.batcher().take(points_);
}

void Connection::end(std::string_view rest) {
  if (!web_) return lines_.end(rest);
  if (!web_->idle()) listener_.complaints().note("refused an unfinished HTTP request");
}

}  // namespace tickwork::opentsdb
