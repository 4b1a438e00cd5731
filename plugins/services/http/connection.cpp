// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <tickwork/host.h>
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <cctype>
#include <cstring>
#include <stdexcept>

#include "kit/http/http.hpp"

namespace tickwork::http_server {

namespace beast = boost::beast;
using boost::system::error_code;

namespace {

constexpr size_t read_step = 65536;
constexpr uint32_t head_limit = 1 << 20;       // queries come in URLs
constexpr size_t kept_body = size_t{2} << 20;  // memory kept between requests
constexpr int most_reads_at_once = 16;         // then other connections have a turn
constexpr uint64_t linger_limit = uint64_t{1} << 26;

tw_str str(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(boost::core::string_view text) { return {text.data(), text.size()}; }

bool speaks_of_password(std::string_view coded) {
  constexpr std::string_view word = "password";
  const std::string text = http::percent_decode(coded);
  return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == b;
         }) != text.end();
}

// Passwords of InfluxDB clients come as parameter p, and in statements as parameter q.
std::string without_password(std::string_view query) {
  std::string out{query};
  for (size_t at = 0; at < out.size();) {
    const size_t end = std::min(out.find_first_of("&;", at), out.size());
    const bool statement = out.compare(at, 2, "q=") == 0 &&
                           speaks_of_password(std::string_view(out).substr(at, end - at));
    if (statement || out.compare(at, 2, "p=") == 0) {
      out.replace(at + 2, end - at - 2, "[REDACTED]");
    }
    at = std::min(out.find_first_of("&;", at), out.size()) + 1;
  }
  return out;
}

}  // namespace

Connection::Connection(std::shared_ptr<net::io_context> context, Shared& shared, Socket socket,
                       net::ssl::context* tls, Closed closed)
    : context_{std::move(context)},
      shared_{&shared},
      closed_{std::move(closed)},
      socket_{std::move(socket)},
      fd_{socket_.fd()},
      timer_{socket_.get_executor()},
      response_{*this} {
  if (tls != nullptr) tls_.emplace(socket_, *tls);
  socket_.limit_writes(shared.settings.write_timeout);
  error_code ignored;
  socket_.socket().set_option(net::ip::tcp::no_delay{true}, ignored);
  const auto peer = socket_.socket().remote_endpoint(ignored);
  const std::string host = peer.address().to_string();
  peer_ = (peer.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(peer.port());
}

void Connection::start() {
  net::post(socket_.get_executor(), [self = shared_from_this()] {
    if (!self->tls_) return self->run();
    self->wait_at_most(self->shared_->settings.read_timeout);
    self->tls_->async_handshake(net::ssl::stream_base::server, [self](error_code error) {
      self->waiting_ = false;
      if (error) return self->close();
      self->run();
    });
  });
}

bool Connection::write(iovec* parts, int count) {
  if (aborted_) return false;
  if (!tls_) return socket_.write_all(parts, count);
  std::string whole;
  for (int i = 0; i < count; ++i) {
    whole.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  error_code error;
  if (!whole.empty()) net::write(*tls_, net::buffer(whole), error);
  return !error;
}

bool Connection::gone() const {
  pollfd state{fd_, POLLRDHUP, 0};
  return aborted_ || poll(&state, 1, 0) < 0 ||
         (state.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void Connection::stop(bool abort) {
  if (abort) {
    aborted_ = true;
    ::shutdown(fd_, SHUT_RDWR);  // wakes a blocked write
  }
  net::post(socket_.get_executor(), [self = shared_from_this(), abort] {
    if (abort && self->holding_) return self->close();
    if (abort || !self->busy_) self->socket_.cancel();
  });
}

void Connection::run() {
  const LeaderThreads::Aside aside(shared_->threads);
  Step step = Step::next;
  while (step == Step::next) step = (this->*state_)();
  if (step == Step::over) finish();
}

void Connection::finish() {
  if (!tls_ || aborted_) return close();
  wait_at_most(std::chrono::seconds{1});
  tls_->async_shutdown([self = shared_from_this()](error_code) { self->close(); });
}

// The descriptor stays until the connection is gone, which a held response may delay.
void Connection::close() {
  if (finished_) return;
  finished_ = true;
  timer_.cancel();
  ::shutdown(fd_, SHUT_RDWR);
  closed_(this);
}

Connection::Step Connection::go(State state) {
  state_ = state;
  return Step::next;
}

void Connection::wait_at_most(std::chrono::nanoseconds limit) {
  waiting_ = true;
  deadline_ = std::chrono::steady_clock::now() + limit;
  if (deadline_ < armed_) arm();
}

void Connection::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->rung();
  });
}

void Connection::rung() {
  armed_ = Time::max();
  if (finished_ || !waiting_) return;
  if (std::chrono::steady_clock::now() < deadline_) return arm();
  socket_.cancel();
}

// What is there already is read at once: the context would have to be asked for it.
Connection::Step Connection::read(net::mutable_buffer space, std::chrono::nanoseconds limit,
                                  bool into_body) {
  in_body_ = into_body;
  if (!tls_ && reads_at_once_++ < most_reads_at_once) {
    if (const size_t n = socket_.read_now(space.data(), space.size()); n > 0) {
      arrived(n);
      return Step::next;
    }
  }
  reads_at_once_ = 0;
  auto done = [self = shared_from_this()](error_code error, size_t n) {
    self->waiting_ = false;
    if (error || n == 0) return self->close();
    self->arrived(n);
    self->run();
  };
  wait_at_most(limit);
  if (tls_) {
    tls_->async_read_some(space, std::move(done));
  } else {
    socket_.async_read_some(space, std::move(done));
  }
  return Step::wait;
}

void Connection::arrived(size_t n) {
  if (in_body_) {
    body_.add(n);
  } else {
    buffer_.commit(n);
  }
}

Connection::Step Connection::read_more(std::chrono::nanoseconds limit) {
  return read(buffer_.prepare(read_step), limit, false);
}

// Beast throws when one header alone is over 64 KiB.
void Connection::parse(error_code& error) {
  try {
    buffer_.consume(parser_->put(buffer_.data(), error));
  } catch (const std::length_error&) {
    error = beast::http::error::header_limit;
  }
}

Connection::Step Connection::begin_request() {
  busy_ = false;
  if (shared_->stopping) return Step::over;
  parser_.emplace();
  parser_->header_limit(head_limit);
  parser_->body_limit(boost::none);
  head_limit_ = shared_->settings.idle_timeout;
  return go(&Connection::read_head);
}

Connection::Step Connection::read_head() {
  if (buffer_.size() == 0) return read_more(head_limit_);
  head_limit_ = shared_->settings.read_timeout;
  error_code error;
  parse(error);
  if (parser_->is_header_done()) return go(&Connection::begin_body);
  if (!error || error == beast::http::error::need_more) return read_more(head_limit_);
  const bool large = error == beast::http::error::header_limit;
  return refuse(large ? 431 : 400, large ? "Request Header Fields Too Large" : "Bad Request");
}

ResponseMode Connection::mode() const {
  const auto& message = parser_->get();
  return {.head_only = message.method() == beast::http::verb::head,
          .http11 = message.version() >= 11,
          .keep_alive = message.keep_alive() && !shared_->stopping};
}

bool Connection::expects_continue() const {
  return beast::iequals(parser_->get()[beast::http::field::expect], "100-continue");
}

Connection::Step Connection::begin_body() {
  busy_ = true;
  began_ = std::chrono::steady_clock::now();
  body_.clear();
  body_view_ = {};
  const auto length = parser_->content_length();
  const uint64_t most = shared_->settings.max_body_size;
  if (length && most > 0 && *length > most) return refuse_body();
  wanted_ = length ? *length : 0;
  if (wanted_ == 0 && !parser_->chunked()) return go(&Connection::answer);
  if (expects_continue() && buffer_.size() == 0) {
    char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    iovec parts[] = {{text, sizeof text - 1}};
    if (!write(parts, 1)) return Step::over;
  }
  if (parser_->chunked()) {
    piece_.resize(read_step);
    return go(&Connection::read_chunked_body);
  }
  // The body stays where it arrived if it came with the head; a longer one is read straight into
  // its place.
  if (buffer_.size() >= wanted_) {
    body_view_ = {static_cast<const char*>(buffer_.data().data()), static_cast<size_t>(wanted_)};
    return go(&Connection::answer);
  }
  body_.append(buffer_.data().data(), buffer_.size());
  buffer_.clear();
  return go(&Connection::read_plain_body);
}

// The place grows with what really arrives, not with what the head promises.
Connection::Step Connection::read_plain_body() {
  const size_t have = body_.size();
  if (have == wanted_) {
    body_view_ = body_.view();
    return go(&Connection::answer);
  }
  const size_t step = std::min<uint64_t>(wanted_ - have, std::max(have, size_t{1} << 20));
  return read(net::buffer(body_.room(step), step), shared_->settings.read_timeout, true);
}

Connection::Step Connection::read_chunked_body() {
  const uint64_t most = shared_->settings.max_body_size;
  while (!parser_->is_done()) {
    if (buffer_.size() == 0) return read_more(shared_->settings.read_timeout);
    auto& body = parser_->get().body();
    body.data = piece_.data();
    body.size = piece_.size();
    body.more = true;
    error_code error;
    parse(error);
    body_.append(piece_.data(), piece_.size() - body.size);
    if (most > 0 && body_.size() > most) return refuse_body();
    if (error == beast::http::error::need_more) return read_more(shared_->settings.read_timeout);
    if (error && error != beast::http::error::need_buffer) return refuse(400, "Bad Request");
  }
  body_view_ = body_.view();
  return go(&Connection::answer);
}

Connection::Step Connection::refuse_body() {
  auto how = mode();
  how.keep_alive = false;
  response_.begin(how, {});
  response_.answer(413, "application/json", "{\"error\":\"Request Entity Too Large\"}\n");
  return go(&Connection::linger);
}

Connection::Step Connection::refuse(uint32_t code, std::string_view text) {
  response_.begin({.keep_alive = false}, {});
  respond(code, text);
  return go(&Connection::linger);
}

void Connection::respond(uint32_t code, std::string_view text, std::string_view header) {
  response_.answer(code, "text/plain; charset=utf-8", std::string{text} + "\n", header);
}

void Connection::fill_request(const Match& match) {
  const auto& message = parser_->get();
  headers_.clear();
  for (const auto& field : message) {
    headers_.push_back({str(view(field.name_string())), str(view(field.value()))});
  }
  param_texts_ = match.params;
  params_.clear();
  for (const auto& [name, value] : param_texts_) params_.push_back({str(name), str(value)});
  request_ = {sizeof request_, 0,
              str(method_),    str(path_),
              str(query_),     headers_.data(),
              headers_.size(), params_.data(),
              params_.size(),  str(body_view_),
              str(peer_)};
}

Connection::Step Connection::answer() {
  const auto& message = parser_->get();
  method_ = view(message.method_string());
  const auto [path, query] = split_target(view(message.target()));
  query_ = query;
  path_ = http::percent_decode(path);
  Match match = shared_->routes.find(method_, path);
  response_.begin(mode(), [this] { ended(); });
  state_ = &Connection::answered;
  if (match.route) {
    fill_request(match);
    return handle(std::move(match.route));
  }
  if (!shared_->routes.begun()) {
    respond(503, "starting", "Retry-After: 1\r\n");
  } else if (match.allowed.empty()) {
    respond(404, "404 page not found");
  } else {
    std::string allow = "Allow: ";
    for (const auto& method : match.allowed) {
      allow.append(allow.size() > 7 ? ", " : "").append(method);
    }
    respond(405, "Method Not Allowed", allow + "\r\n");
  }
  return Step::next;
}

Connection::Step Connection::handle(std::shared_ptr<const Route> route) {
  tw_error error{};
  error.size = sizeof error;
  self_ = shared_from_this();
  route_ = route;
  holding_ = true;
  if (route->pace.slow()) shared_->threads.hand_over();
  const auto began = std::chrono::steady_clock::now();
  const tw_status status = route->handle(route->self, &request_, response_.abi(), &error);
  route->pace.note(std::chrono::steady_clock::now() - began);
  if (!response_.handled(status, error)) return Step::wait;
  holding_ = false;
  route_.reset();
  self_.reset();
  route->owner->leave();
  return Step::next;
}

// A held response is over, on any thread. The last act of its request.
void Connection::ended() {
  const auto route = std::move(route_);
  auto self = std::move(self_);
  // After an abort nobody may be left to run this, and it would keep the connection for ever.
  if (!finished_) {
    net::post(socket_.get_executor(), [self] {
      if (self->finished_) return;
      self->holding_ = false;
      self->run();
    });
  }
  self.reset();
  route->owner->leave();
}

Connection::Step Connection::answered() {
  if (aborted_) return Step::over;
  if (shared_->settings.access_log) log_access();
  if (body_.size() == 0) buffer_.consume(body_view_.size());
  if (body_.capacity() > kept_body) body_.release();
  return go(response_.keep_alive() ? &Connection::begin_request : &Connection::linger);
}

// Reads what the client still sends for a moment: closing at once would reset the connection, and
// the answer with it.
Connection::Step Connection::linger() {
  if (aborted_ || tls_) return Step::over;
  if (drained_ == 0) ::shutdown(fd_, SHUT_WR);
  drained_ += buffer_.size() + 1;
  buffer_.clear();
  busy_ = false;
  if (drained_ > linger_limit || shared_->stopping) return Step::over;
  return read_more(std::chrono::seconds{1});
}

void Connection::log_access() const {
  const auto took = std::chrono::steady_clock::now() - began_;
  std::string line = peer_ + " \"" + method_ + ' ' + path_;
  if (!query_.empty()) line += '?' + without_password(query_);
  line += "\" " + std::to_string(response_.code()) + ' ' + std::to_string(response_.body_bytes()) +
          ' ' +
          std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count()) +
          "us";
  shared_->settings.log(TW_LOG_INFO, line);
}

}  // namespace tickwork::http_server
