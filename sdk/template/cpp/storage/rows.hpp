// The rows of one database in memory: series by their key, rows by time, values by field. The last
// write wins per series, time and field.
#pragma once

#include <cstdint>
#include <map>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <tickwork/cpp/storage.hpp>
#include <tickwork/tickwork.hpp>
#include <utility>
#include <vector>

// A value that owns its text.
struct Value {
  uint32_t type;
  uint64_t bits;
  std::string text;

  explicit Value(const tw_value& v)
      : type{v.type}, bits{type == TW_STRING ? 0 : v.as.u}, text{type == TW_STRING ? tickwork::text(v) : ""} {
    if (type == TW_BOOL) bits = v.as.b;
  }
  // Borrows the text.
  tw_value raw() const {
    if (type == TW_STRING) return tickwork::value(text);
    tw_value v{};
    v.type = type;
    v.as.u = bits;
    return v;
  }
};

using Row = std::map<std::string, Value, std::less<>>;

struct Series {
  std::string measurement;
  std::vector<std::pair<std::string, std::string>> tags;
  std::map<int64_t, Row> rows;

  std::string_view tag(std::string_view key) const {
    for (const auto& [k, value] : tags)
      if (k == key) return value;
    return {};
  }
  // Borrowed.
  std::vector<tw_tag> raw_tags() const {
    std::vector<tw_tag> all;
    for (const auto& [key, value] : tags) all.push_back({tickwork::str(key), tickwork::str(value)});
    return all;
  }
};

// What a scan, a list or a drop is about.
class Choice {
 public:
  explicit Choice(const tw_scan& scan) : scan_{scan} {
    for (const tw_where& where : conditions())
      if (where.op == TW_MATCH || where.op == TW_NO_MATCH) patterns_.push_back(pattern(tickwork::view(where.value)));
  }

  bool has(const Series& series) const {
    if (scan_.measurement.len && series.measurement != tickwork::view(scan_.measurement)) return false;
    size_t next = 0;
    for (const tw_where& where : conditions()) {
      const auto tag = series.tag(tickwork::view(where.tag));
      const bool by_pattern = where.op == TW_MATCH || where.op == TW_NO_MATCH;
      const bool same = by_pattern ? std::regex_search(tag.begin(), tag.end(), patterns_[next++])
                                   : tag == tickwork::view(where.value);
      if (same != (where.op == TW_EQ || where.op == TW_MATCH)) return false;
    }
    return true;
  }

  // A list or drop without a time range has zeros.
  bool has(int64_t time) const {
    return (scan_.from_ns == 0 && scan_.to_ns == 0) || (time >= scan_.from_ns && (time < scan_.to_ns || endless()));
  }
  bool has_rows(const Series& series) const {
    for (const auto& [time, row] : series.rows)
      if (has(time)) return true;
    return false;
  }

 private:
  std::span<const tw_where> conditions() const { return {scan_.where, scan_.n_where}; }
  bool endless() const { return scan_.to_ns == INT64_MAX; }
  static std::regex pattern(std::string_view text) {
    try {
      return std::regex{text.begin(), text.end()};
    } catch (const std::regex_error& error) {
      throw tickwork::Error{TW_E_INVALID, "\"" + std::string{text} + "\" is no regular expression: " + error.what()};
    }
  }
  const tw_scan& scan_;
  std::vector<std::regex> patterns_;
};

class Rows {
 public:
  using Types = std::map<std::pair<std::string, std::string>, uint32_t>;  // by measurement and field

  // Why a point cannot be kept: a field keeps its type. Types of its new fields are added to fresh.
  std::string conflict(const tw_point& p, Types& fresh) const {
    for (const tw_field& field : tickwork::fields(p)) {
      const std::pair key{tickwork::string(p.name), tickwork::string(field.key)};
      const auto known = types_.find(key);
      const uint32_t type = known != types_.end() ? known->second : fresh.emplace(key, field.value.type).first->second;
      if (type != field.value.type)
        return "field type conflict: input field \"" + key.second + "\" on measurement \"" + key.first +
               "\" is type " + tickwork::type_name(field.value.type) + ", already exists as type " +
               tickwork::type_name(type);
    }
    return {};
  }

  void put(const tw_point& p) {
    Series& series = series_[tickwork::series_key(tickwork::view(p.name), tickwork::tags(p))];
    if (series.measurement.empty()) {
      series.measurement = tickwork::string(p.name);
      for (const tw_tag& tag : tickwork::tags(p))
        series.tags.emplace_back(tickwork::string(tag.key), tickwork::string(tag.value));
    }
    Row& row = series.rows[p.time_ns];
    for (const tw_field& field : tickwork::fields(p)) {
      row.insert_or_assign(tickwork::string(field.key), Value{field.value});
      types_.emplace(std::pair{series.measurement, tickwork::string(field.key)}, field.value.type);
    }
  }

  // Removes the chosen rows, of any time or in the time range.
  void drop(const Choice& choice, bool any_time) {
    for (auto& [key, series] : series_)
      if (choice.has(series))
        std::erase_if(series.rows, [&](const auto& row) { return any_time || choice.has(row.first); });
    std::erase_if(series_, [](const auto& entry) { return entry.second.rows.empty(); });
    types_.clear();
    for (const auto& [key, series] : series_)
      for (const auto& [time, row] : series.rows)
        for (const auto& [field, value] : row) types_.emplace(std::pair{series.measurement, field}, value.type);
  }

  const std::map<std::string, Series>& series() const { return series_; }
  const Types& types() const { return types_; }

 private:
  std::map<std::string, Series> series_;
  Types types_;
};
