// SPDX-License-Identifier: MIT
#include "response.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace tickwork::http_server {
namespace {

constexpr size_t collect_limit = 32768;
constexpr std::chrono::milliseconds collect_time{10};

std::string_view view(tw_str s) {
  return s.len == 0 ? std::string_view{} : std::string_view{s.data, s.len};
}

bool same_name(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

iovec part(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

std::string_view reason(uint32_t code) {
  const auto text = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(code));
  return {text.data(), text.size()};
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  const size_t n = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, n};
}

void Response::begin(ResponseMode mode, std::function<void()> done) {
  mode_ = mode;
  done_ = std::move(done);
  head_.clear();
  pending_.clear();
  code_ = 0;
  body_bytes_ = length_ = 0;
  ended_ = failed_ = has_length_ = has_date_ = chunked_ = head_sent_ = false;
  handling_ = true;
  abi_.size = sizeof abi_;
  abi_.self = this;
  abi_.head = [](const tw_http_response* r, uint32_t code, const tw_http_header* headers,
                 size_t n) { return static_cast<Response*>(r->self)->head(code, headers, n); };
  abi_.write = [](const tw_http_response* r, tw_str bytes) {
    return static_cast<Response*>(r->self)->write(view(bytes));
  };
  abi_.end = [](const tw_http_response* r) { static_cast<Response*>(r->self)->end(); };
  abi_.gone = [](const tw_http_response* r) {
    return static_cast<Response*>(r->self)->wire_.gone();
  };
}

// Codes that never have a body.
bool Response::bodyless() const { return code_ < 200 || code_ == 204 || code_ == 304; }

// A line break in a value would let its author write headers of his own.
void Response::add_header(std::string_view name, std::string_view value) {
  if (same_name(name, "content-length")) {
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), length_);
    has_length_ = parsed.ec == std::errc{};
    if (bodyless()) return;
  }
  if (same_name(name, "date")) has_date_ = true;
  if (same_name(name, "transfer-encoding") || same_name(name, "connection")) return;
  head_.append(name).append(": ");
  for (const char c : value) head_ += c == '\r' || c == '\n' ? ' ' : c;
  head_ += "\r\n";
}

tw_status Response::head(uint32_t code, const tw_http_header* headers, size_t n) {
  const std::lock_guard lock{mutex_};
  if (code_ != 0 || ended_ || code < 200 || code > 999) return TW_E_INVALID;
  code_ = code;
  head_ = "HTTP/1.1 " + std::to_string(code) + ' ';
  head_.append(reason(code)).append("\r\n");
  for (size_t i = 0; i < n; ++i) add_header(view(headers[i].name), view(headers[i].value));
  return TW_OK;
}

// The headers that depend on what follows; head_ is complete afterwards. whole: the size of the
// body, if all of it is here: clients read that with less effort than chunks.
void Response::add_framing(std::optional<size_t> whole) {
  if (!has_date_) add_header("Date", http_date());
  if (!has_length_ && !bodyless()) {
    if (whole && !mode_.head_only) {
      head_ += "Content-Length: " + std::to_string(*whole) + "\r\n";
    } else if (mode_.http11) {
      chunked_ = !mode_.head_only;
      head_ += "Transfer-Encoding: chunked\r\n";
    } else if (!mode_.head_only) {
      mode_.keep_alive = false;
    }
  }
  if (!mode_.keep_alive) {
    head_ += "Connection: close\r\n";
  } else if (!mode_.http11) {
    head_ += "Connection: keep-alive\r\n";
  }
  head_ += "\r\n";
}

// Sends the head if it is still here, what was collected, and bytes; with last also the end mark.
bool Response::flush(std::string_view bytes, bool last) {
  if (failed_) return false;
  const size_t size = pending_.size() + bytes.size();
  if (!head_sent_) add_framing(last ? std::optional{size} : std::nullopt);
  char mark[24];
  size_t mark_size = 0;
  if (chunked_ && size > 0) {
    mark_size = static_cast<size_t>(std::to_chars(mark, mark + 20, size, 16).ptr - mark);
    mark[mark_size++] = '\r';
    mark[mark_size++] = '\n';
  }
  std::string_view tail = chunked_ && size > 0 ? "\r\n" : "";
  if (chunked_ && last) tail = size > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n";
  iovec parts[] = {part(head_sent_ ? std::string_view{} : std::string_view{head_}),
                   part({mark, mark_size}), part(pending_), part(bytes), part(tail)};
  head_sent_ = true;
  failed_ = !wire_.write(parts, 5);
  pending_.clear();
  return !failed_;
}

tw_status Response::write(std::string_view bytes) {
  const std::lock_guard lock{mutex_};
  if (code_ == 0 || ended_) return TW_E_INVALID;
  if (failed_) return TW_E_CANCELLED;
  if (has_length_) bytes = bytes.substr(0, length_ - std::min(length_, body_bytes_));
  body_bytes_ += bytes.size();
  if (mode_.head_only || bodyless() || bytes.empty()) return TW_OK;
  const auto now = std::chrono::steady_clock::now();
  if (pending_.empty()) pending_since_ = now;
  if (handling_ && pending_.size() + bytes.size() < collect_limit &&
      now - pending_since_ < collect_time) {
    pending_.append(bytes);
    return TW_OK;
  }
  return flush(bytes, false) ? TW_OK : TW_E_CANCELLED;
}

void Response::finish() {
  if (code_ == 0) {
    mode_.keep_alive = false;
    failed_ = true;
    return;
  }
  if (has_length_ && body_bytes_ < length_ && !mode_.head_only && !bodyless()) {
    mode_.keep_alive = false;  // the client must see that something is missing
  }
  flush({}, true);
}

void Response::end() {
  std::function<void()> done;
  {
    const std::lock_guard lock{mutex_};
    if (ended_) return;
    ended_ = true;
    if (handling_) return;
    finish();
    done = std::move(done_);
  }
  done();
}

bool Response::handled(tw_status status, const tw_error& error) {
  const std::lock_guard lock{mutex_};
  handling_ = false;
  if (status == TW_AGAIN && !ended_) {
    if (!pending_.empty() || code_ != 0) flush({}, false);
    return false;
  }
  ended_ = true;
  if (status < 0 && !head_sent_) {
    code_ = 0;
    pending_.clear();
  } else if (status < 0) {
    mode_.keep_alive = false;  // cut off: the end mark stays away
    pending_.clear();
    failed_ = true;
    return true;
  }
  if (code_ == 0) {
    const std::string_view message = error.message;
    std::string body{!message.empty() ? message
                     : status < 0     ? std::string_view{"the handler failed"}
                                      : std::string_view{"the handler gave no answer"}};
    body += '\n';
    answer(500, "text/plain; charset=utf-8", body);
    return true;
  }
  finish();
  return true;
}

void Response::answer(uint32_t code, std::string_view type, std::string_view body,
                      std::string_view header) {
  code_ = code;
  ended_ = true;
  handling_ = false;
  head_ = "HTTP/1.1 " + std::to_string(code) + ' ';
  head_.append(reason(code)).append("\r\n").append(header);
  add_header("Content-Type", type);
  add_header("Content-Length", std::to_string(body.size()));
  body_bytes_ = body.size();
  if (!mode_.head_only) pending_ = body;
  flush({}, true);
}

}  // namespace tickwork::http_server
