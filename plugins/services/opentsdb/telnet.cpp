// SPDX-License-Identifier: MIT
#include "telnet.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tickwork::opentsdb {

namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

void split_words(std::string_view text, std::vector<std::string_view>& words) {
  words.clear();
  for (size_t at = text.find_first_not_of(blanks); at != text.npos;) {
    const size_t end = std::min(text.find_first_of(blanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(blanks, end);
  }
}

template <class T>
bool number(std::string_view text, T& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

int64_t time_ns(int64_t time, bool milliseconds) {
  if (!milliseconds) return time * 1000000000;
  return time / 1000 * 1000000000 + time % 1000 * 1000;
}

bool LineParser::asks_version(std::string_view line) {
  const size_t begin = line.find_first_not_of(blanks);
  if (begin == line.npos) return false;
  return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin) == "version";
}

const tw_point* LineParser::parse(std::string_view line, std::string& why) {
  const auto note = [&](std::string_view text) {
    why = "cannot take \"" + std::string{line.substr(0, 200)} + "\": " + std::string{text};
    return nullptr;
  };
  split_words(line, words_);
  if (words_.empty()) return nullptr;
  if (words_.size() < 4 || words_[0] != "put") {
    return note("not \"put metric time value [key=value ...]\"");
  }
  int64_t when = 0;
  if (!number(words_[2], when)) return note("the time is no integer");
  if (words_[2].size() != 10 && words_[2].size() != 13) {
    return note("the time has neither 10 digits (seconds) nor 13 (milliseconds)");
  }
  const bool milliseconds = words_[2].size() == 13;
  if ((milliseconds ? when / 1000 : when) > latest_s)
    return note("the time is after the year 2262");
  double value = 0;
  if (!number(words_[3], value) || !std::isfinite(value)) {
    return note("the value is no finite number");
  }
  tags_.clear();
  for (size_t i = 4; i < words_.size(); ++i) {
    const size_t equals = words_[i].find('=');
    if (equals == 0 || equals >= words_[i].size() - 1) {
      note("left out a tag that is not key=value");
      continue;
    }
    const std::pair fresh{words_[i].substr(0, equals), words_[i].substr(equals + 1)};
    const auto same = std::find_if(tags_.begin(), tags_.end(),
                                   [&](const auto& tag) { return tag.first == fresh.first; });
    if (same != tags_.end()) {
      *same = fresh;  // the last one counts
    } else {
      tags_.push_back(fresh);
    }
  }
  std::sort(tags_.begin(), tags_.end());
  row_.clear(words_[1]).time(time_ns(when, milliseconds)).field("value", value);
  for (const auto& [key, text] : tags_) row_.tag(key, text);
  return &row_.raw();
}

}  // namespace tickwork::opentsdb
