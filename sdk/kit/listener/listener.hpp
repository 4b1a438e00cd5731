// SPDX-License-Identifier: MIT
// What listeners for points share: a socket for datagrams or connections, batches on their way into
// a storage, and a log of what had to be refused. The protocol is the plugin's. See README.md for
// an example.
#pragma once

#include <tickwork/tickwork.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "batcher.hpp"

namespace tickwork::listener {

// Bytes for the other end of a connection. close: after them, nothing more is read.
struct Reply {
  std::string bytes;
  bool close = false;
};

// One connection's reader. Its functions run on the listener's thread; an exception ends the
// connection and is logged.
class Session {
 public:
  virtual ~Session() = default;
  // Takes whole records from the front of bytes and returns how many bytes it is done with; what is
  // left comes again with more behind it.
  virtual size_t take(std::string_view bytes, Reply& reply) = 0;
  // The client sends nothing more; rest is what no call of take was done with.
  virtual void end(std::string_view rest) = 0;
};

// Cuts a stream into lines. A line that is longer than `most` bytes is refused as a whole.
class Lines {
 public:
  explicit Lines(Complaints& complaints, size_t most = size_t{1} << 20)
      : complaints_{complaints}, most_{most} {}
  // Calls take with each run of complete lines, newlines included; returns the bytes used.
  size_t feed(std::string_view bytes, const std::function<void(std::string_view)>& take);
  // Refuses an unfinished line: what was cut off must not be taken for a value.
  void end(std::string_view rest);

 private:
  Complaints& complaints_;
  size_t most_;
  bool skipping_ = false;
};

// A session that gets complete lines, one or more at a time, newlines included.
class LineSession : public Session {
 public:
  LineSession(Complaints& complaints, std::function<void(std::string_view)> lines)
      : lines_{complaints}, take_{std::move(lines)} {}
  size_t take(std::string_view bytes, Reply&) override { return lines_.feed(bytes, take_); }
  void end(std::string_view rest) override { lines_.end(rest); }

 private:
  Lines lines_;
  std::function<void(std::string_view)> take_;
};

// Calls f with each line of text, without newline or carriage return.
template <class F>
void each_line(std::string_view text, F&& f) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    f(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

struct Handlers {
  // A datagram; its sender hears nothing of it.
  std::function<void(std::string_view)> datagram;
  // A new connection.
  std::function<std::unique_ptr<Session>()> connection;
};

// Of a protocol of lines: text gets datagrams, and runs of complete lines of connections.
Handlers line_handlers(Complaints& complaints, std::function<void(std::string_view)> text);
// The same with a function of its own for connections.
Handlers line_handlers(Complaints& complaints, std::function<void(std::string_view)> datagram,
                       std::function<void(std::string_view)> lines);

enum class Transport { udp, tcp };

// "udp" or "tcp"; throws.
Transport transport(std::string_view protocol);

// A listener as a whole: reads the options that all listeners have, listens on one thread and
// writes on another.
//
// A connection whose client has ended is closed when everything read before is durable; when it
// could not be written, it is reset.
class Listener {
 public:
  // Options: TICKWORK_LISTENER_OPTIONS.
  Listener(Host host, Config config, Transport transport);
  ~Listener();
  void start(Handlers handlers);  // throws
  void stop();                    // takes what has arrived, then writes what is held; twice is fine

  const std::string& address() const { return address_; }  // as bound, after start
  Complaints& complaints() { return complaints_; }
  Batcher& batcher() { return batcher_; }

 private:
  class Loop;
  Host host_;
  std::string bind_, address_;
  int64_t read_buffer_;
  Transport transport_;
  Complaints complaints_;
  Batcher batcher_;
  std::unique_ptr<Loop> loop_;
};

// The rows of a plugin's table of options; each plugin has its own port, database and batches.
#define TICKWORK_LISTENER_OPTIONS(port, db, size, timeout)                                        \
  {"bind", TW_OPT_STRING, 0, "\"" port "\"", "Address to listen on, \"host:port\" or \":port\""}, \
      {"storage", TW_OPT_STRING, 0, "\"\"", "Storage written to; empty: the only one"},           \
      {"database", TW_OPT_STRING, 0, "\"" db "\"", "Database, created when it is missing"},       \
      {"retention_policy", TW_OPT_STRING, 0, "\"\"",                                              \
       "Retention policy, created when it is missing; empty: the default one"},                   \
      {"batch_size", TW_OPT_INT, 0, size, "Points written at once"},                              \
      {"batch_pending", TW_OPT_INT, 0, "10", "Batches held while the storage is busy"},           \
      {"batch_timeout", TW_OPT_DURATION, 0, "\"" timeout "\"",                                    \
       "Longest time that points wait for a full batch"},                                         \
  {                                                                                               \
    "read_buffer", TW_OPT_SIZE, 0, "0", "Receive buffer of the socket; 0: the system's"           \
  }

}  // namespace tickwork::listener
