// SPDX-License-Identifier: MIT
#include "service/log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "text/time_zone.hpp"

namespace tickwork::host {

namespace {

constexpr int64_t first_fold = 10'000'000'000;
constexpr int64_t longest_fold = 600'000'000'000;
constexpr size_t most_folds = 512;

char letter(int level) {
  constexpr char letters[] = "EWID";
  return letters[level < 0 ? 0 : level > TW_LOG_DEBUG ? TW_LOG_DEBUG : level];
}

const char* word(int level) {
  constexpr const char* words[] = {"ERROR", "WARN", "INFO", "DEBUG"};
  return words[level < 0 ? 0 : level > TW_LOG_DEBUG ? TW_LOG_DEBUG : level];
}

int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// One record is one line: what a plugin says cannot forge the next.
std::string one_line(std::string_view text) {
  std::string line{text};
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\t') c = ' ';
  }
  return line;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out += '"';
}

}  // namespace

Log::Log(LogOptions options, Clock clock)
    : options_{std::move(options)}, clock_{clock ? std::move(clock) : wall_clock} {
  open();
}

Log::~Log() {
  const int64_t now = clock_();
  for (const auto& [key, fold] : folds_) tell_hidden(key, fold, now);
}

void Log::open() {
  file_.reset();
  if (options_.file.empty()) return;
  const int64_t now = clock_();
  try {
    file_.emplace(options_.file, options_.rotation);
    file_->open(now);
  } catch (const std::exception& error) {
    file_.reset();
    print(TW_LOG_ERROR, "agent", fmt::format("logfile: {}; logging to stderr", error.what()), now);
  }
}

void Log::configure(LogOptions options) {
  const std::lock_guard held{lock_};
  options_ = std::move(options);
  open();
}

int Log::level() const {
  const std::lock_guard held{lock_};
  return options_.level;
}

void Log::write(int level, std::string_view who, std::string_view text, std::optional<int> limit) {
  const std::lock_guard held{lock_};
  if (level > limit.value_or(options_.level)) return;
  const int64_t now = clock_();
  const std::string line = one_line(text);
  if (folds_.size() >= most_folds) forget_old(now);
  auto [at, fresh] = folds_.try_emplace({std::string{who}, letter(level) + line});
  Fold& fold = at->second;
  ++fold.seen;
  if (!fresh && now < fold.quiet_until) {
    ++fold.hidden;
    return;
  }
  // A line that was quiet for a whole further interval starts afresh.
  const bool lapsed = now >= fold.quiet_until + fold.interval;
  fold.interval = fresh || (lapsed && fold.hidden == 0) ? first_fold
                                                        : std::min(fold.interval * 2, longest_fold);
  fold.quiet_until = now + fold.interval;
  print(level, who,
        fold.hidden ? fmt::format("{} (repeated {} times)", line, fold.hidden + 1) : line, now);
  fold.hidden = 0;
}

void Log::recovered(std::string_view who) {
  const std::lock_guard held{lock_};
  const int64_t now = clock_();
  uint64_t failures = 0;
  for (auto at = folds_.lower_bound({std::string{who}, ""});
       at != folds_.end() && at->first.first == who;) {
    const bool trouble = at->first.second[0] == 'E' || at->first.second[0] == 'W';
    if (trouble) failures += at->second.seen;
    at = trouble ? folds_.erase(at) : std::next(at);
  }
  if (failures > 0 && options_.level >= TW_LOG_INFO) {
    print(TW_LOG_INFO, who, fmt::format("recovered after {} failures", failures), now);
  }
}

void Log::print(int level, std::string_view who, std::string_view text, int64_t now) {
  const std::string line =
      options_.structured
          ? fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",{}:{},\"plugin\":{}}}\n",
                        zoned_time(now, options_.zone), word(level),
                        json_text(options_.message_key), json_text(text), json_text(who))
          : fmt::format("{} {}! [{}] {}\n", zoned_time(now, options_.zone), letter(level), who,
                        text);
  put(line, now);
}

// A log file that cannot be written (a full disk) must not silence the log.
void Log::put(const std::string& line, int64_t now) {
  try {
    if (file_) return file_->write(line, now);
  } catch (const std::exception&) {
    std::fputs("(the log file cannot be written) ", stderr);
  }
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

void Log::tell_hidden(const Key& key, const Fold& fold, int64_t now) {
  if (fold.hidden == 0) return;
  const int level = static_cast<int>(std::string_view{"EWID"}.find(key.second[0]));
  print(level, key.first,
        fmt::format("{} (repeated {} times)", std::string_view{key.second}.substr(1), fold.hidden),
        now);
}

void Log::forget_old(int64_t now) {
  std::erase_if(folds_, [&](const auto& entry) {
    if (now < entry.second.quiet_until) return false;
    tell_hidden(entry.first, entry.second, now);
    return true;
  });
  if (folds_.size() < most_folds) return;
  for (const auto& [key, fold] : folds_) tell_hidden(key, fold, now);
  folds_.clear();
}

}  // namespace tickwork::host
