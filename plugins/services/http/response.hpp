// SPDX-License-Identifier: MIT
// One response: frames what a handler writes, collects small pieces while the handler runs, and
// learns from end when a held response is over.
#pragma once

#include <tickwork/kind/http.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace tickwork::http_server {

struct ResponseMode {
  bool head_only = false;  // a HEAD request: no body goes out
  bool http11 = true;      // otherwise no chunks: the end of the connection ends the body
  bool keep_alive = true;
};

class Response {
 public:
  explicit Response(Wire& wire) : wire_{wire} {}

  // For the next request. done is called once, by the thread that ends a held response.
  void begin(ResponseMode mode, std::function<void()> done);
  const tw_http_response* abi() const { return &abi_; }

  // What the handler came back with. False: the response is held, done will be called.
  bool handled(tw_status status, const tw_error& error);
  // A whole answer from the server itself.
  void answer(uint32_t code, std::string_view type, std::string_view body,
              std::string_view header = {});
  void close_after() { mode_.keep_alive = false; }

  bool keep_alive() const { return mode_.keep_alive && !failed_; }
  uint32_t code() const { return code_; }
  uint64_t body_bytes() const { return body_bytes_; }

 private:
  tw_status head(uint32_t code, const tw_http_header* headers, size_t n);
  tw_status write(std::string_view bytes);
  void end();
  void finish();
  bool flush(std::string_view bytes, bool last);
  void add_header(std::string_view name, std::string_view value);
  void add_framing(std::optional<size_t> whole);
  bool bodyless() const;

  Wire& wire_;
  tw_http_response abi_{};
  std::mutex mutex_;
  ResponseMode mode_;
  std::function<void()> done_;
  std::string head_, pending_;
  std::chrono::steady_clock::time_point pending_since_;
  uint32_t code_ = 0;
  uint64_t body_bytes_ = 0, length_ = 0;
  bool handling_ = false, ended_ = false, failed_ = false;
  bool has_length_ = false, has_date_ = false, chunked_ = false, head_sent_ = false;
};

std::string_view reason(uint32_t code);
std::string http_date();

}  // namespace tickwork::http_server
