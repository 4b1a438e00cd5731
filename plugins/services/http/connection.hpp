// SPDX-License-Identifier: MIT
// One client's connection: reads a request, runs its handler on this thread, waits for a held
// response, and goes on with the next request of the same connection.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "body.hpp"
#include "leader_threads.hpp"
#include "response.hpp"
#include "routes.hpp"
#include "settings.hpp"
#include "socket.hpp"
#include "wire.hpp"

namespace tickwork::http_server {

namespace net = boost::asio;

// What all connections of a running server share.
struct Shared {
  const Settings& settings;
  const Routes& routes;
  LeaderThreads& threads;             // which run all connections
  std::atomic<bool> stopping{false};  // no further requests
};

// A machine of few states, run on its strand: each state function does what it can and says whether
// to go on, to wait for what it began, or that the connection is over. Held by what it waits for,
// and by itself while a response is held. The context lives as long.
class Connection : public Wire, public std::enable_shared_from_this<Connection> {
 public:
  using Closed = std::function<void(Connection*)>;

  Connection(std::shared_ptr<net::io_context> context, Shared& shared, Socket socket,
             net::ssl::context* tls, Closed closed);

  void start();
  // From any thread: ends an idle connection, or with abort also one whose response is open.
  void stop(bool abort);

  bool write(iovec* parts, int count) override;
  bool gone() const override;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  using Tls = net::ssl::stream<Socket&>;
  enum class Step { next, wait, over };
  using State = Step (Connection::*)();

  void run();
  void finish();
  void close();
  Step go(State state);
  void wait_at_most(std::chrono::nanoseconds limit);
  void arm();
  void rung();
  Step read(net::mutable_buffer space, std::chrono::nanoseconds limit, bool into_body);
  void arrived(size_t n);
  Step read_more(std::chrono::nanoseconds limit);
  void parse(boost::system::error_code& error);

  Step begin_request();
  Step read_head();
  Step begin_body();
  Step read_plain_body();
  Step read_chunked_body();
  Step refuse_body();
  Step answer();
  Step answered();
  Step linger();
  Step refuse(uint32_t code, std::string_view text);

  ResponseMode mode() const;
  bool expects_continue() const;
  void fill_request(const Match& match);
  void respond(uint32_t code, std::string_view text, std::string_view header = {});
  Step handle(std::shared_ptr<const Route> route);
  void ended();
  void log_access() const;

  std::shared_ptr<net::io_context> context_;
  Shared* shared_;  // not after close(): the server may be gone while a response is held
  Closed closed_;
  Socket socket_;
  std::optional<Tls> tls_;
  int fd_;
  // Ends what the connection waits for, if that takes too long. Set anew only for an earlier end or
  // when it rang too early: a timer for every read would be work for other threads.
  using Time = std::chrono::steady_clock::time_point;
  net::steady_timer timer_;
  Time deadline_{}, armed_ = Time::max();
  bool waiting_ = false;  // for what the deadline is about
  std::atomic<bool> aborted_{false};
  std::atomic<bool> busy_{false};

  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Body body_;
  std::string_view body_view_;
  std::string method_, path_, peer_;
  std::string_view query_;
  std::vector<tw_http_header> headers_;
  std::vector<Param> param_texts_;
  std::vector<tw_tag> params_;
  tw_http_request request_{};
  Response response_;
  std::shared_ptr<const Route> route_;
  std::shared_ptr<Connection> self_;  // while a response is held
  State state_ = &Connection::begin_request;
  bool holding_ = false;  // waits for a held response
  std::atomic<bool> finished_{false};
  bool in_body_ = false;  // where the read under way goes
  int reads_at_once_ = 0;
  uint64_t wanted_ = 0, drained_ = 0;
  std::chrono::nanoseconds head_limit_{};
  std::vector<char> piece_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace tickwork::http_server
