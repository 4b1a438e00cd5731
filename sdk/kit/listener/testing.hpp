// SPDX-License-Identifier: MIT
// For tests of listeners: a storage that keeps lines, and the client's side of their sockets.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::listener {

// Keeps what is written as lines with database and policy; has no database until one is defined.
class KeptLines {
 public:
  explicit KeptLines(testing::Host& host) { host.provide(TW_STORAGE, "", &table_, this); }

  // The lines so far, in order, once there are `count`; fewer after five seconds.
  std::string wait(size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::seconds{5}, [&] { return lines_.size() >= count; });
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }
  void answer(tw_status status) {
    const std::lock_guard lock{mutex_};
    answer_ = status;
  }
  std::vector<size_t> batches() {
    const std::lock_guard lock{mutex_};
    return batches_;
  }
  std::string defined() {
    const std::lock_guard lock{mutex_};
    return defined_;
  }

 private:
  static KeptLines& at(tw_instance* self) { return *reinterpret_cast<KeptLines*>(self); }
  static tw_status write(tw_instance* self, tw_str, tw_str retention, const tw_batch* batch,
                         tw_error* error) {
    KeptLines& kept = at(self);
    const std::lock_guard lock{kept.mutex_};
    if (kept.defined_.empty()) return fail(error, TW_E_NOT_FOUND, "database not found: x");
    if (retention.len > 0 && kept.defined_.find('.') == std::string::npos) {
      return fail(error, TW_E_NOT_FOUND, "retention policy not found: x");
    }
    if (kept.answer_ != TW_OK) return fail(error, kept.answer_, "not now");
    for (size_t i = 0; i < batch->count; ++i)
      kept.lines_.push_back(testing::line(batch->points[i]));
    kept.batches_.push_back(batch->count);
    kept.changed_.notify_all();
    return TW_OK;
  }
  static tw_status define(tw_instance* self, const tw_definition* definition, tw_error*) {
    const std::lock_guard lock{at(self).mutex_};
    at(self).defined_ += string(definition->database);
    if (definition->what == TW_RETENTION_POLICIES)
      at(self).defined_ += "." + string(definition->name);
    at(self).defined_ += " ";
    return TW_OK;
  }
  tw_storage table_{sizeof(tw_storage), write, nullptr, nullptr, define, nullptr};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::vector<size_t> batches_;
  std::string defined_;
  tw_status answer_ = TW_OK;
};

// A client on 127.0.0.1, of the listener that said last where it listens.
class Client {
 public:
  Client(const testing::Host& host, int type) : socket_{::socket(AF_INET, type | SOCK_CLOEXEC, 0)} {
    std::string port;
    for (const testing::LogLine& line : host.log()) {
      if (line.text.starts_with("listening on")) port = line.text.substr(line.text.rfind(':') + 1);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoul(port)));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{5, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error{"cannot connect to port " + port};
    }
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error{"cannot send"};
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  // What comes until there are `least` bytes or the end.
  std::string receive(size_t least) {
    std::string text;
    char buffer[4096];
    while (text.size() < least) {
      const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      text.append(buffer, static_cast<size_t>(n));
    }
    return text;
  }
  // Ends this side; finish also waits for the other to close; false: reset, or nothing for five
  // seconds.
  void finish_sending() { shutdown(socket_, SHUT_WR); }
  bool finish() {
    finish_sending();
    char byte;
    return recv(socket_, &byte, 1, 0) == 0;
  }

 private:
  int socket_;
};

// A listener on a free port, with a storage that keeps lines.
class ListenerTest : public ::testing::Test {
 protected:
  explicit ListenerTest(std::string plugin) : plugin_{std::move(plugin)} {}
  // Started with these options besides its port.
  testing::Instance start(const std::string& options) {
    auto made = host_.create(plugin_, "bind = '127.0.0.1:0'\n" + options);
    EXPECT_TRUE(made) << made.error();
    EXPECT_EQ(made.start(), "");
    return made;
  }

  testing::Host host_;
  KeptLines kept_{host_};

 private:
  std::string plugin_;
};

}  // namespace tickwork::listener
