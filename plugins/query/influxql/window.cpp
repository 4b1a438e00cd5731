// SPDX-License-Identifier: MIT
#include "window.hpp"

#include <date/tz.h>

#include <chrono>
#include <cstdlib>

namespace tickwork::query {

namespace {
using Nanoseconds = std::chrono::nanoseconds;
using Instant = date::sys_time<Nanoseconds>;

int64_t nanoseconds(std::chrono::seconds s) { return Nanoseconds(s).count(); }
}  // namespace

struct Zone::Rules {
  const date::time_zone* zone = nullptr;
  // The last answer holds for [from, to).
  int64_t from = 0, to = 0, offset = 0;
};

Zone::Zone(const std::string& name) {
  if (name.empty() || name == "UTC") return;
  try {
    rules_ = std::make_unique<Rules>();
    rules_->zone = date::locate_zone(name);
  } catch (const std::runtime_error&) {
    throw StatementError("unable to find time zone " + name);
  }
}

Zone::~Zone() = default;
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;

int64_t Zone::offset_at(int64_t time_ns) const {
  if (!rules_) return 0;
  if (time_ns >= rules_->from && time_ns < rules_->to) return rules_->offset;
  auto info =
      rules_->zone->get_info(date::floor<std::chrono::seconds>(Instant(Nanoseconds(time_ns))));
  auto clamp = [](std::chrono::seconds s) {
    constexpr int64_t most = 9'223'372'036;
    return s.count() > most ? max_time : s.count() < -most ? min_time : nanoseconds(s);
  };
  rules_->from = clamp(info.begin.time_since_epoch());
  rules_->to = clamp(info.end.time_since_epoch());
  return rules_->offset = nanoseconds(info.offset);
}

// Twice, since the first guess may lie on the other side of a change.
int64_t Zone::to_utc(int64_t local_ns) const {
  int64_t guess = local_ns - offset_at(local_ns);
  return local_ns - offset_at(guess);
}

Window Interval::window(int64_t time, const Zone& zone) const {
  int64_t t = time - offset;
  int64_t shift = zone.offset_at(t);
  int64_t into = (t + shift) % duration;
  if (into < 0) into += duration;
  int64_t start = min_time + into >= t ? min_time : t - into;
  int64_t left = duration - into;
  int64_t end = max_time - left <= t ? max_time : t + left;
  if (!zone.utc()) {
    int64_t change = shift - zone.offset_at(start);
    if (change != 0 && std::abs(change) < duration) start += change;
    change = shift - zone.offset_at(end);
    if (change != 0 && std::abs(change) < duration) end += change;
  }
  return {start + offset, end + offset};
}

}  // namespace tickwork::query
