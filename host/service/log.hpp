// SPDX-License-Identifier: MIT
// The host's log: Telegraf's line format, levels, folding of repeated lines. Any thread.
#pragma once

#include <tickwork/host.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kit/rotatingfile/rotatingfile.hpp"

namespace tickwork::host {

struct LogOptions {
  std::string file;  // empty: stderr
  int level = TW_LOG_INFO;
  bool structured = false;  // JSON lines
  rotatingfile::Limits rotation{};
  std::string message_key = "msg";  // of the text in a JSON line
  std::string zone;                 // of the times, as time_zone.hpp has them
};

class Log {
 public:
  using Clock = std::function<int64_t()>;  // ns since 1970

  explicit Log(LogOptions options = {}, Clock clock = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // "2026-01-02T03:04:05Z I! [who] text". An identical line that follows within its fold interval
  // (10 s, doubling up to 10 min) is counted and told of later as "(repeated N times)". limit: the
  // speaker's own level instead of the log's.
  void write(int level, std::string_view who, std::string_view text,
             std::optional<int> limit = std::nullopt);
  // The speaker works again: its folded errors are forgotten with one "recovered" line, if any.
  void recovered(std::string_view who);

  void error(std::string_view who, std::string_view text) { write(TW_LOG_ERROR, who, text); }
  void warn(std::string_view who, std::string_view text) { write(TW_LOG_WARN, who, text); }
  void info(std::string_view who, std::string_view text) { write(TW_LOG_INFO, who, text); }
  void debug(std::string_view who, std::string_view text) { write(TW_LOG_DEBUG, who, text); }

  // Another level or file, as after a reload; opens the file anew, so that it can be rotated.
  void configure(LogOptions options);
  int level() const;

 private:
  struct Fold {
    int64_t quiet_until = 0, interval = 0;
    uint64_t hidden = 0, seen = 0;
  };
  using Key = std::pair<std::string, std::string>;  // who, level and text

  void open();
  void put(const std::string& line, int64_t now);
  void print(int level, std::string_view who, std::string_view text, int64_t now);
  void tell_hidden(const Key& key, const Fold& fold, int64_t now);
  void forget_old(int64_t now);

  mutable std::mutex lock_;
  LogOptions options_;
  Clock clock_;
  std::optional<rotatingfile::File> file_;  // none: stderr
  std::map<Key, Fold> folds_;
};

}  // namespace tickwork::host
