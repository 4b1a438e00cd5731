// SPDX-License-Identifier: MIT
// Aggregates of the storage in memory, written down as tw.storage-aggregate/1 says them.
#include <algorithm>
#include <cmath>

#include "memory_storage.hpp"

namespace tickwork::query {

namespace {

struct Cell {
  int64_t time;
  Value value;
  size_t series;
};
using Cells = std::vector<Cell>;

Value added(const Value& a, const Value& b) {
  if (a.type == DataType::float_) return Value::of(a.f + b.f);
  return Value::of(static_cast<int64_t>(a.u + b.u));
}

Value sum(const Cells& cells) {
  Value out = cells[0].value;
  for (size_t i = 1; i < cells.size(); ++i) out = added(out, cells[i].value);
  return out;
}

// Each series' mean, weighted by its count.
Value mean(const Cells& cells) {
  std::map<size_t, std::pair<double, double>> series;  // sum and count
  for (const Cell& cell : cells) {
    auto& [total, n] = series[cell.series];
    total += cell.value.number();
    ++n;
  }
  double total = 0;
  for (const auto& [number, one] : series) total += one.first / one.second * one.second;
  return Value::of(total / static_cast<double>(cells.size()));
}

Cell least(const Cells& cells) {
  return *std::min_element(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    const int order = compare(a.value, b.value);
    return order != 0 ? order < 0 : a.time < b.time;
  });
}

Cell greatest(const Cells& cells) {
  return *std::min_element(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    const int order = compare(a.value, b.value);
    return order != 0 ? order > 0 : a.time < b.time;
  });
}

Cell first(const Cells& cells) {
  return *std::min_element(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    if (a.time != b.time) return a.time < b.time;
    const int order = compare(a.value, b.value);
    return a.value.type == DataType::boolean ? order < 0 : order > 0;
  });
}

Cell last(const Cells& cells) {
  return *std::min_element(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    return a.time != b.time ? a.time > b.time : compare(a.value, b.value) > 0;
  });
}

Value spread(const Cells& cells) {
  const Value low = least(cells).value, high = greatest(cells).value;
  if (low.type == DataType::float_) return Value::of(high.f - low.f);
  return Value::of(static_cast<int64_t>(high.u - low.u));
}

Value percentile(Cells cells, double percent) {
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Cell& a, const Cell& b) { return compare(a.value, b.value) < 0; });
  const auto rank =
      static_cast<int64_t>(std::floor(static_cast<double>(cells.size()) * percent / 100 + 0.5));
  if (rank <= 0 || rank > static_cast<int64_t>(cells.size())) return {};
  return cells[static_cast<size_t>(rank) - 1].value;
}

bool chooses_point(uint32_t function) {
  return function >= TW_AGGREGATE_MIN && function <= TW_AGGREGATE_LAST;
}

// A point with the function's value; its time counts if the function chooses one.
Cell reduce(const tw_aggregate& a, const Cells& cells) {
  switch (a.function) {
    case TW_AGGREGATE_COUNT:
      return {0, Value::of(static_cast<int64_t>(cells.size())), 0};
    case TW_AGGREGATE_SUM:
      return {0, sum(cells), 0};
    case TW_AGGREGATE_MEAN:
      return {0, mean(cells), 0};
    case TW_AGGREGATE_MIN:
      return least(cells);
    case TW_AGGREGATE_MAX:
      return greatest(cells);
    case TW_AGGREGATE_FIRST:
      return first(cells);
    case TW_AGGREGATE_LAST:
      return last(cells);
    case TW_AGGREGATE_SPREAD:
      return {0, spread(cells), 0};
    default:
      return {0, percentile(cells, a.parameter), 0};
  }
}

DataType result_type(const tw_aggregate& a, DataType column) {
  if (a.function == TW_AGGREGATE_COUNT) return DataType::integer;
  return a.function == TW_AGGREGATE_MEAN ? DataType::float_ : column;
}

bool computes(const tw_aggregate& a, DataType column) {
  if (a.function == TW_AGGREGATE_COUNT) return true;
  if (column == DataType::float_ || column == DataType::integer) return true;
  return column == DataType::boolean && chooses_point(a.function);
}

// The start of the bucket: INT64_MIN where there are none.
int64_t bucket_of(int64_t time, const tw_aggregation& request) {
  if (request.bucket_ns == 0) return INT64_MIN;
  int64_t past = (time - request.offset_ns) % request.bucket_ns;
  if (past < 0) past += request.bucket_ns;
  return time - past;
}

}  // namespace

// The answer to one request: a table a group, handed out one by one.
struct MemoryStorage::Aggregation {
  using Bucket = std::vector<Cells>;  // of the column of each function
  using Buckets = std::map<int64_t, Bucket>;
  std::vector<std::string> keys;
  std::vector<tw_aggregate> functions;
  bool times = false;
  uint64_t limit = 0;
  Table shape;  // without rows
  std::map<std::vector<std::string>, Buckets> groups;
  uint64_t given = 0;
  std::vector<std::string> group;  // that was given last
  std::vector<tw_tag> tags;

  Aggregation(const tw_aggregation& request) {
    times = (request.flags & TW_AGGREGATE_TIMES) != 0;
    limit = request.limit;
    functions.assign(request.aggregates, request.aggregates + request.n_aggregates);
    for (size_t i = 0; i < request.n_group_by; ++i) keys.push_back(string(request.group_by[i]));
    shape.columns = {"time"};
  }

  bool tells(const tw_aggregate& a) const { return times && chooses_point(a.function); }

  // False if one of the functions is not computed.
  bool set_columns(const std::map<std::string, DataType>& fields) {
    for (const tw_aggregate& a : functions) {
      const auto field = fields.find(string(a.column));
      if (field == fields.end() || !computes(a, field->second)) return false;
      add_column(field->first, result_type(a, field->second));
      if (tells(a)) add_column("time", DataType::integer);
    }
    return true;
  }

  void add_row(Table& table, int64_t start, const Bucket& bucket) const {
    table.times.push_back(start);
    size_t column = 0;
    for (size_t i = 0; i < functions.size(); ++i) {
      const bool any = !bucket[i].empty();
      const Cell cell = any ? reduce(functions[i], bucket[i]) : Cell{};
      table.cells[column++].push_back(cell.value);
      if (tells(functions[i]))
        table.cells[column++].push_back(any ? Value::of(cell.time) : Value{});
    }
  }

  bool give(tw_rows& out) {
    if (groups.empty()) return false;
    auto table = std::make_shared<Table>(shape);
    auto next = groups.extract(groups.begin());
    for (const auto& [start, bucket] : next.mapped()) {
      if (limit == 0 || table->times.size() < limit) add_row(*table, start, bucket);
    }
    group = std::move(next.key());
    tags.clear();
    for (size_t i = 0; i < keys.size(); ++i) tags.push_back({str(keys[i]), str(group[i])});
    out.tags = tags.data();
    out.n_tags = static_cast<uint32_t>(tags.size());
    out.series = ++given;
    ArrowArrayStream stream = stream_of(table);
    stream.get_next(&stream, &out.array);
    stream.release(&stream);
    return true;
  }

 private:
  void add_column(const std::string& name, DataType type) {
    shape.columns.push_back(name);
    shape.types.push_back(type);
    shape.cells.emplace_back();
  }
};

void MemoryStorage::add_cells(const Series& series, size_t number, const tw_aggregation& request,
                              Aggregation& out) {
  std::vector<std::string> group;
  for (const std::string& tag : out.keys) group.emplace_back(tag_value(series.tags, tag));
  for (const auto& [time, row] : series.rows) {
    if (time < request.rows->from_ns || time >= request.rows->to_ns) continue;
    for (size_t i = 0; i < out.functions.size(); ++i) {
      const auto cell = row.find(string(out.functions[i].column));
      if (cell == row.end()) continue;
      Aggregation::Bucket& bucket = out.groups[group][bucket_of(time, request)];
      bucket.resize(out.functions.size());
      bucket[i].push_back({time, cell->second, number});
    }
  }
}

tw_status MemoryStorage::aggregate(const tw_aggregation& request, tw_scanner& out) {
  auto state = std::make_unique<Aggregation>(request);
  if (!state->set_columns(types(string(request.rows->measurement)))) return TW_E_UNSUPPORTED;
  size_t number = 0;
  for (const auto& [key, series] : series_) {
    if (picks(series, *request.rows)) add_cells(series, number++, request, *state);
  }
  ++n_aggregated_;

  out.self = state.release();
  out.schema = [](tw_scanner* s, ArrowSchema* schema, tw_error*) {
    auto empty = std::make_shared<Table>(static_cast<Aggregation*>(s->self)->shape);
    ArrowArrayStream stream = stream_of(empty);
    stream.get_schema(&stream, schema);
    stream.release(&stream);
    return tw_status{TW_OK};
  };
  out.next = [](tw_scanner* s, tw_rows* rows, tw_error*) {
    return tw_status{static_cast<Aggregation*>(s->self)->give(*rows) ? TW_OK : TW_DONE};
  };
  out.release = [](tw_scanner* s) {
    delete static_cast<Aggregation*>(s->self);
    s->release = nullptr;
  };
  return TW_OK;
}

const tw_storage_aggregate* MemoryStorage::aggregates() {
  static constexpr tw_storage_aggregate table = {
      sizeof(tw_storage_aggregate),
      [](tw_instance* i, const tw_aggregation* request, tw_scanner* out, tw_error*) {
        return reinterpret_cast<MemoryStorage*>(i)->aggregate(*request, *out);
      }};
  return &table;
}

}  // namespace tickwork::query
