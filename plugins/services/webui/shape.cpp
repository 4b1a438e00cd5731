// SPDX-License-Identifier: MIT
#include "shape.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "frame.hpp"

namespace tickwork::webui {
namespace {

std::string value_of(const Table& table, const std::string& key, const std::string& field) {
  if (key == "field") return field;
  for (const auto& [name, value] : table.tags)
    if (name == key) return value;
  return "";
}

// "{host} {cpu}" with the braces filled in.
std::string filled(const std::string& label, const Table& table, const std::string& field) {
  std::string out;
  for (size_t at = 0; at < label.size();) {
    const size_t end = label[at] == '{' ? label.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      out += label[at++];
      continue;
    }
    out += value_of(table, label.substr(at + 1, end - at - 1), field);
    at = end + 1;
  }
  return out;
}

std::string name_of(const Table& table, const std::string& field, const Query& query, bool many) {
  if (!query.label.empty()) return filled(query.label, table, field);
  std::string out;
  for (const auto& [key, value] : table.tags) out += (out.empty() ? "" : " ") + value;
  if (out.empty()) return field;
  return many ? out + " " + field : out;
}

std::vector<double> all_times(const std::vector<Table>& tables) {
  std::vector<double> times;
  for (const Table& table : tables) {
    const std::vector<double>& more = table.columns.front().numbers;
    if (times == more) continue;
    std::vector<double> both;
    std::set_union(times.begin(), times.end(), more.begin(), more.end(), std::back_inserter(both));
    times = std::move(both);
  }
  return times;
}

// The values of a column at the given times; both ascend.
std::vector<double> spread_out(const std::vector<double>& values, const std::vector<double>& own,
                               const std::vector<double>& times) {
  if (own.size() == times.size()) return values;
  std::vector<double> out(times.size(), missing);
  size_t at = 0;
  for (size_t row = 0; row < own.size(); ++row) {
    while (at < times.size() && times[at] < own[row]) ++at;
    if (at < times.size()) out[at] = values[row];
  }
  return out;
}

bool is_time_table(const Table& table) {
  return !table.columns.empty() && table.columns.front().type == Column::Type::time;
}

void add_up(Frame& frame, const Query& query) {
  if (query.sum.empty() || frame.columns.size() < 2) return;
  Column sum = numbers(query.sum, std::vector<double>(frame.rows(), missing), query.unit);
  sum.config = query.config;
  for (size_t i = 1; i < frame.columns.size(); ++i) {
    for (size_t row = 0; row < sum.numbers.size(); ++row) {
      const double value = frame.columns[i].numbers[row];
      if (std::isnan(value)) continue;
      sum.numbers[row] = std::isnan(sum.numbers[row]) ? value : sum.numbers[row] + value;
    }
  }
  frame.columns.resize(1);
  frame.columns.push_back(std::move(sum));
}

}  // namespace

Frame as_series(std::vector<Table> tables, const Query& query) {
  std::erase_if(tables, [](const Table& table) { return !is_time_table(table); });
  Frame frame;
  Column time = numbers("time", all_times(tables));
  time.type = Column::Type::time;
  frame.columns.push_back(std::move(time));
  for (const Table& table : tables) {
    const bool many = table.columns.size() > 2;
    for (size_t i = 1; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      if (column.type != Column::Type::number) continue;
      Column out = numbers(
          name_of(table, column.name, query, many),
          spread_out(column.numbers, table.columns.front().numbers, frame.columns.front().numbers),
          query.unit);
      out.config = query.config;
      frame.columns.push_back(std::move(out));
    }
  }
  add_up(frame, query);
  return frame;
}

Frame as_table(const std::vector<Table>& tables, const Query& query) {
  Frame frame;
  if (tables.empty()) return frame;
  for (const auto& [key, value] : tables.front().tags) frame.columns.push_back(texts(key, {}));
  const size_t n_tags = frame.columns.size();
  for (const Column& column : tables.front().columns) {
    if (column.type == Column::Type::time) continue;
    Column out = column;
    out.numbers.clear();
    out.texts.clear();
    out.unit = query.unit;
    frame.columns.push_back(std::move(out));
  }
  for (const Table& table : tables) {
    const size_t rows = table.columns.empty() ? 0 : table.columns.front().size();
    for (size_t i = 0; i < n_tags && i < table.tags.size(); ++i)
      frame.columns[i].texts.insert(frame.columns[i].texts.end(), rows, table.tags[i].second);
    size_t at = n_tags;
    for (const Column& column : table.columns) {
      if (column.type == Column::Type::time || at >= frame.columns.size()) continue;
      Column& out = frame.columns[at++];
      out.numbers.insert(out.numbers.end(), column.numbers.begin(), column.numbers.end());
      out.texts.insert(out.texts.end(), column.texts.begin(), column.texts.end());
    }
  }
  return frame;
}

bool reduce(Frame& frame, int width) {
  const size_t rows = frame.rows();
  if (width <= 0 || rows <= 4 * static_cast<size_t>(width)) return false;
  std::set<size_t> kept;
  for (size_t pixel = 0; pixel < static_cast<size_t>(width); ++pixel) {
    const size_t from = rows * pixel / static_cast<size_t>(width);
    const size_t to = rows * (pixel + 1) / static_cast<size_t>(width);
    kept.insert({from, to - 1});
    for (size_t i = 1; i < frame.columns.size(); ++i) {
      const auto begin = frame.columns[i].numbers.begin();
      const auto [least, greatest] = std::minmax_element(begin + static_cast<ptrdiff_t>(from),
                                                         begin + static_cast<ptrdiff_t>(to));
      kept.insert({static_cast<size_t>(least - begin), static_cast<size_t>(greatest - begin)});
    }
  }
  for (Column& column : frame.columns) {
    std::vector<double> some;
    for (const size_t row : kept) some.push_back(column.numbers[row]);
    column.numbers = std::move(some);
  }
  return kept.size() < rows;
}

}  // namespace tickwork::webui
