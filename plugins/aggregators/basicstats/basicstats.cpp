// SPDX-License-Identifier: MIT
// aggregators.basicstats: count, mean, deviation and the like of every numeric field, by series.
#include <algorithm>
#include <cmath>
#include <tickwork/tickwork.hpp>

#include "snapshot.hpp"
#include "stats.hpp"

namespace {

using namespace tickwork;
using basicstats::Series;
using basicstats::Stats;

constexpr const char* known[] = {"count",
                                 "min",
                                 "max",
                                 "mean",
                                 "variance",
                                 "stdev",
                                 "sum",
                                 "diff",
                                 "rate",
                                 "last",
                                 "first",
                                 "interval",
                                 "non_negative_diff",
                                 "non_negative_rate",
                                 "percent_change"};

bool numeric(const tw_value& value, double& out) {
  if (value.type == TW_FLOAT) out = value.as.f;
  if (value.type == TW_INT) out = static_cast<double>(value.as.i);
  if (value.type == TW_UINT) out = static_cast<double>(value.as.u);
  return value.type == TW_FLOAT || value.type == TW_INT || value.type == TW_UINT;
}

class BasicStats {
 public:
  BasicStats(Host, Config config) : stats_{config.strings("stats")} {
    for (const auto& name : stats_) {
      if (std::find(std::begin(known), std::end(known), name) != std::end(known)) continue;
      throw Error{TW_E_INVALID, "stats: there is no \"" + name + "\""};
    }
  }

  void add(Batch batch) {
    for (const tw_point& point : batch) {
      Series& series = series_of(point);
      for (const tw_field& field : fields(point)) {
        double value = 0;
        if (!numeric(field.value, value)) continue;
        const auto at = series.fields.find(view(field.key));
        Stats& stats = at != series.fields.end() ? at->second : series.fields[string(field.key)];
        stats.add(value, point.time_ns);
      }
    }
  }

  void push(Sink sink) {
    for (const auto& [key, series] : series_) {
      names_.clear();
      row_.clear(series.name);
      for (const auto& [name, value] : series.tags) row_.tag(name, value);
      names_.reserve(series.fields.size() * stats_.size());  // rows borrow the names
      for (const auto& [field, stats] : series.fields) add_stats(field, stats);
      if (row_.has_fields()) sink.add(row_);
    }
    series_.clear();
  }

  void save(Writer to) const { to.write(basicstats::write_snapshot(series_)); }
  void load(std::string_view bytes) { series_ = basicstats::read_snapshot(bytes); }

 private:
  Series& series_of(const tw_point& point) {
    key_.assign(view(point.name));
    for (const tw_tag& tag : tags(point)) {
      key_.append("\n").append(view(tag.key)).append("\n").append(view(tag.value));
    }
    Series& series = series_[key_];
    if (series.name.empty()) {
      series.name = string(point.name);
      for (const tw_tag& t : tags(point)) series.tags.emplace_back(string(t.key), string(t.value));
    }
    return series;
  }

  template <class T>
  void put(const std::string& field, const char* suffix, T value) {
    names_.push_back(field + suffix);
    row_.field(names_.back(), value);
  }

  void add_stats(const std::string& field, const Stats& s) {
    const auto count = static_cast<double>(s.count);
    const double variance = s.count > 1 ? s.squares / (count - 1) : 0;
    const double diff = s.last - s.first;
    const auto interval = s.last_ns - s.first_ns;
    const double rate = diff / (static_cast<double>(interval) / 1e9);
    for (const auto& stat : stats_) {
      if (stat == "count") put(field, "_count", count);
      if (stat == "min") put(field, "_min", s.min);
      if (stat == "max") put(field, "_max", s.max);
      if (stat == "mean") put(field, "_mean", s.mean);
      if (stat == "sum") put(field, "_sum", s.sum);
      if (stat == "first") put(field, "_first", s.first);
      if (stat == "last") put(field, "_last", s.last);
      if (s.count < 2) continue;
      if (stat == "variance") put(field, "_s2", variance);
      if (stat == "stdev") put(field, "_stdev", std::sqrt(variance));
      if (stat == "diff") put(field, "_diff", diff);
      if (stat == "non_negative_diff" && diff >= 0) put(field, "_non_negative_diff", diff);
      if (stat == "percent_change" && s.first != 0) {
        put(field, "_percent_change", diff / s.first * 100);
      }
      if (stat == "interval") put(field, "_interval", interval);
      if (interval == 0) continue;
      if (stat == "rate") put(field, "_rate", rate);
      if (stat == "non_negative_rate" && diff >= 0) put(field, "_non_negative_rate", rate);
    }
  }

  std::vector<std::string> stats_;
  basicstats::Window series_;
  std::string key_;
  std::vector<std::string> names_;
  Row row_;
};

constexpr tw_option options[] = {
    {"stats", TW_OPT_STRING, TW_LIST,
     "[\"count\", \"min\", \"max\", \"mean\", \"variance\", \"stdev\"]",
     "Also: sum diff non_negative_diff rate non_negative_rate percent_change interval first last"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.aggregators.basicstats", "0.1.0", "MIT",
                tickwork::plugin<BasicStats>("aggregators.basicstats",
                                             "Count, mean, deviation and the like", options));
