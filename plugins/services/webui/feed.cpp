// SPDX-License-Identifier: MIT
#include "feed.hpp"

#include <algorithm>
#include <functional>

#include "query_text.hpp"
#include "shape.hpp"
#include "time_units.hpp"
#include "wire.hpp"

namespace tickwork::webui {
namespace {

constexpr int64_t table_every = 2 * second;
constexpr int64_t slowest_tail = 10 * second;
constexpr int64_t retry_every = 5 * second;
// A tail begins this many steps before the one it replaces, so that derivatives have a start.
constexpr int64_t lead_steps = 4;

bool grows(const Query& query) {
  return query.source == "points" || (query.source == "influxql" && !query.table &&
                                      query.text.find(":interval:") != std::string::npos);
}

bool grows(const WantedPanel& panel) {
  return std::all_of(panel.queries.begin(), panel.queries.end(),
                     [](const Query& query) { return grows(query); });
}

// Whether the step that is still filling would read too low.
bool needs_whole_steps(const Query& query) {
  for (const char* part : {"derivative(", "difference(", "count(", "sum("})
    if (query.text.find(part) != std::string::npos) return true;
  return false;
}

void cut_before(Frame& frame, double since_ms) {
  if (frame.columns.empty()) return;
  const std::vector<double>& times = frame.columns.front().numbers;
  const auto rows = std::lower_bound(times.begin(), times.end(), since_ms) - times.begin();
  for (Column& column : frame.columns)
    column.numbers.erase(column.numbers.begin(), column.numbers.begin() + rows);
}

// The step before the one that is still filling.
int64_t tail_begin(int64_t now_ns, int64_t interval_ns) {
  return (now_ns / interval_ns - 1) * interval_ns;
}

}  // namespace

Feed::Feed(Sources& sources, Subscription subscription)
    : sources_{sources}, subscription_{std::move(subscription)} {
  const int64_t range =
      subscription_.last_ns ? subscription_.last_ns : subscription_.to_ns - subscription_.from_ns;
  for (const WantedPanel& panel : subscription_.panels) {
    State state;
    state.interval_ns = interval_for(range, panel.width, sources_.least_interval_ns);
    states_.push_back(state);
  }
}

void Feed::tick(int64_t now_ns, const Send& send) {
  Message beat;
  beat.kind = "beat";
  beat.as_of_ms = now_ns / millisecond;
  send(beat);
  for (size_t i = 0; i < states_.size(); ++i)
    if (now_ns >= states_[i].next_ns) tick_panel(subscription_.panels[i], states_[i], now_ns, send);
}

void Feed::tick_panel(const WantedPanel& panel, State& state, int64_t now_ns, const Send& send) {
  Message message;
  try {
    message = make(panel, state, now_ns);
  } catch (const Error& e) {
    message.kind = "error";
    message.panel = panel.id;
    message.error = e.what();
  }
  state.failed = message.kind == "error";
  state.whole = state.failed;
  state.next_ns =
      now_ns + (state.failed    ? retry_every
                : !grows(panel) ? table_every
                                : std::clamp(state.interval_ns / 10, second / 2, slowest_tail));
  // The same rows again need not travel; the time of the message does not count.
  message.as_of_ms = 0;
  const int64_t drop_before = std::exchange(message.drop_before_ms, 0);
  const size_t hash = std::hash<std::string>{}(encode(message));
  if (hash == state.sent_hash) return;
  state.sent_hash = hash;
  message.drop_before_ms = drop_before;
  message.as_of_ms = now_ns / millisecond;
  send(message);
}

Message Feed::make(const WantedPanel& panel, const State& state, int64_t now_ns) const {
  const bool tail = !state.whole && grows(panel);
  Message message;
  message.panel = panel.id;
  message.kind = tail ? "append" : "full";
  if (tail) {
    message.since_ms = tail_begin(now_ns, state.interval_ns) / millisecond;
    message.drop_before_ms = (subscription_.begin(now_ns) - state.interval_ns) / millisecond;
  }
  for (size_t i = 0; i < panel.queries.size(); ++i) {
    Frame frame = frame_of(panel.queries[i], panel, state, tail, now_ns);
    frame.query = static_cast<int>(i);
    message.read += frame.rows();
    const bool timed = !frame.columns.empty() && frame.columns.front().type == Column::Type::time;
    if (timed && reduce(frame, panel.width)) message.reduced = true;
    message.frames.push_back(std::move(frame));
  }
  return message;
}

Frame Feed::frame_of(const Query& query, const WantedPanel&, const State& state, bool tail,
                     int64_t now_ns) const {
  if (query.source == "hosts") return sources_.hosts.frame();
  if (query.source == "plugins") return sources_.status.instances();
  if (query.source == "changes") return sources_.turnover.changes();
  if (query.source == "libraries") return sources_.turnover.libraries();
  if (query.source == "alerts") return sources_.alerts.frame(now_ns);
  const int64_t since = tail_begin(now_ns, state.interval_ns);
  const int64_t step = state.interval_ns;
  Bindings bindings{subscription_.variables, subscription_.begin(now_ns) / step * step,
                    subscription_.end(now_ns), step};
  if (!query.table && needs_whole_steps(query)) bindings.to_ns = bindings.to_ns / step * step;
  if (tail) bindings.from_ns = since - lead_steps * step;
  if (query.source == "points")
    return sources_.status.points(tail ? since : bindings.from_ns, bindings.to_ns, step);
  if (query.source != "influxql")
    throw Error{TW_E_INVALID, "there is no source \"" + query.source + "\""};
  std::vector<Table> tables = ask(sources_.engine, fill(query.text, bindings));
  if (query.table) return as_table(tables, query);
  Frame frame = as_series(std::move(tables), query);
  if (tail) cut_before(frame, static_cast<double>(since / millisecond));
  return frame;
}

}  // namespace tickwork::webui
