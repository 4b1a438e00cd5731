// A request and its answer, from the first byte to the last.
#pragma once

#include "connection.hpp"
#include "request.hpp"
#include "routes.hpp"

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::unique_ptr<Connection> connection, std::shared_ptr<Routes> routes)
      : connection_{std::move(connection)}, routes_{std::move(routes)} {
    raw_.size = sizeof raw_;
    raw_.self = this;
    raw_.head = [](const tw_http_response* r, uint32_t code, const tw_http_header* headers, size_t n) {
      return tickwork::detail::guard(nullptr, [&] { return of(r).head(code, headers, n); });
    };
    raw_.write = [](const tw_http_response* r, tw_str bytes) { return of(r).write(tickwork::view(bytes)); };
    raw_.end = [](const tw_http_response* r) { tickwork::detail::guard(nullptr, [&] { of(r).end(); }); };
    raw_.gone = [](const tw_http_response* r) { return of(r).connection_->gone(); };
  }

  // Returns when all is answered, or after cut.
  void run(uint64_t max_body_size) {
    try {
      request_.read(*connection_, max_body_size);
      if (!handle(routes_->enter(request_.method, request_.segments))) return;
    } catch (const Refusal& refusal) {
      if (refusal.code) refuse(refusal.code, reason(refusal.code), refusal.allow);
    } catch (const std::exception& error) {  // out of memory
      refuse(500, error.what());
    }
    connection_->linger();
  }

  // From any thread, when the server stops: what is held reads as gone, and should end.
  void stop_reading() { connection_->stop_reading(); }
  // Waits for nobody any more.
  void cut() {
    connection_->cut();
    const std::lock_guard lock{mutex_};
    cut_ = true;
    changed_.notify_all();
  }

 private:
  static Exchange& of(const tw_http_response* r) { return *static_cast<Exchange*>(r->self); }

  // False: cut before the end.
  bool handle(Match match) {
    match_ = std::move(match);
    tw_error error = tickwork::empty_error();
    const tw_status status = match_.handle(match_.self, request_.raw(match_.params), &raw_, &error);
    std::unique_lock lock{mutex_};
    if (status == TW_AGAIN) {
      changed_.wait(lock, [this] { return ended_ || cut_; });
      if (!ended_) held_ = shared_from_this();
      if (held_) return false;
    } else if (!ended_) {
      finish(status, error.message);
    }
    routes_->leave(match_.self);
    return true;
  }

  void end() {
    const auto alive = shared_from_this();
    const std::lock_guard lock{mutex_};
    if (ended_) return;
    finish(TW_OK, "");
    ended_ = true;
    changed_.notify_all();
    if (!held_) return;
    routes_->leave(match_.self);
    held_.reset();
  }

  // After a failure the end mark stays away: the client must see that something is missing.
  void finish(tw_status status, std::string_view message) {
    if (message.empty()) message = status < 0 ? "the handler failed" : "the handler gave no answer";
    if (code_ == 0)
      refuse(500, message);
    else if (status >= 0 && chunked_ && !failed_)
      connection_->send("0\r\n\r\n");
  }

  void refuse(uint32_t code, std::string_view text, std::string_view allow = {}) {
    const std::string body = std::string{text} + "\n", length = std::to_string(body.size());
    const tw_http_header headers[] = {{TW_STR("Content-Type"), TW_STR("text/plain; charset=utf-8")},
                                      {TW_STR("Content-Length"), tickwork::str(length)},
                                      {TW_STR("Allow"), tickwork::str(allow)}};
    if (head(code, headers, allow.empty() ? 2 : 3) == TW_OK) write(body);
  }

  tw_status head(uint32_t code, const tw_http_header* headers, size_t n) {
    if (code_ != 0 || code < 200 || code > 999) return TW_E_INVALID;
    code_ = code;
    bodyless_ = code == 204 || code == 304 || request_.method == "HEAD";
    std::string text = "HTTP/1.1 " + std::to_string(code) + " " + reason(code) + "\r\n";
    bool length = code == 204;
    for (size_t i = 0; i < n; i++) {
      const std::string name = clean(headers[i].name), value = clean(headers[i].value);
      if (same_name(name, "Connection") || same_name(name, "Date") || same_name(name, "Transfer-Encoding"))
        continue;
      if (same_name(name, "Content-Length")) {
        if (code == 204) continue;
        length = true;
        left_ = std::strtoull(value.c_str(), nullptr, 10);
      }
      text += name + ": " + value + "\r\n";
    }
    chunked_ = !length && !bodyless_ && request_.http11;
    if (chunked_) text += "Transfer-Encoding: chunked\r\n";
    return sent(connection_->send(text + "Date: " + date() + "\r\nConnection: close\r\n\r\n"));
  }

  tw_status write(std::string_view bytes) {
    if (code_ == 0) return TW_E_INVALID;
    bytes = bytes.substr(0, left_);
    left_ -= bytes.size();
    if (failed_) return TW_E_CANCELLED;
    if (bodyless_ || bytes.empty()) return TW_OK;
    if (!chunked_) return sent(connection_->send(bytes));
    char size[24];
    snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return sent(connection_->send(size, MSG_MORE) && connection_->send(bytes, MSG_MORE) &&
                connection_->send("\r\n"));
  }

  tw_status sent(bool good) {
    failed_ = failed_ || !good;
    return failed_ ? TW_E_CANCELLED : TW_OK;
  }

  // A line break would let a value's author write headers of his own.
  static std::string clean(tw_str text) {
    std::string out = tickwork::string(text);
    for (char& c : out)
      if (c == '\r' || c == '\n' || c == '\0') c = ' ';
    return out;
  }

  static std::string date() {
    const time_t now = time(nullptr);
    tm parts{};
    gmtime_r(&now, &parts);
    char text[40];
    return {text, strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
  }

  // For people: programs read the number.
  static std::string reason(uint32_t code) {
    static const std::map<uint32_t, const char*> reasons{
        {200, "OK"}, {204, "No Content"}, {400, "Bad Request"}, {404, "Not Found"}, {405, "Method Not Allowed"},
        {408, "Request Timeout"}, {413, "Content Too Large"}, {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"}, {501, "Not Implemented"}, {505, "HTTP Version Not Supported"}};
    const auto found = reasons.find(code);
    return found == reasons.end() ? "" : found->second;
  }

  std::unique_ptr<Connection> connection_;
  std::shared_ptr<Routes> routes_;
  Request request_;
  Match match_{};
  tw_http_response raw_{};
  uint32_t code_ = 0;           // 0: no head yet
  uint64_t left_ = UINT64_MAX;  // what the body may still have
  bool bodyless_ = false, chunked_ = false, failed_ = false;
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  bool ended_ = false, cut_ = false;
  std::shared_ptr<Exchange> held_;  // itself, when nobody else waits for the end
};
