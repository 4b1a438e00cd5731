// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "memory_storage.hpp"

namespace tickwork::query {

namespace {

MemoryStorage& self(tw_instance* instance) { return *reinterpret_cast<MemoryStorage*>(instance); }

const char* type_name(DataType type) {
  switch (type) {
    case DataType::float_:
      return "float";
    case DataType::integer:
      return "integer";
    case DataType::boolean:
      return "boolean";
    default:
      return "string";
  }
}

bool meets(const Tags& tags, const tw_where& where) {
  std::string_view have = tag_value(tags, view(where.tag));
  if (where.op == TW_EQ) return have == view(where.value);
  if (where.op == TW_NE) return have != view(where.value);
  bool found = RE2::PartialMatch(re2::StringPiece(have.data(), have.size()), string(where.value));
  return found == (where.op == TW_MATCH);
}

// A table whose rows are made of text and numbers.
struct Lines {
  std::shared_ptr<Table> table = std::make_shared<Table>();
  explicit Lines(size_t columns) {
    table->has_time = false;
    table->columns.assign(columns, "c");
    table->cells.resize(columns);
    table->types.assign(columns, DataType::unknown);
  }
  void add(const std::vector<Value>& row) {
    auto kept = std::make_shared<std::vector<std::string>>();
    kept->reserve(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      Value v = row[i];
      if (v.type == DataType::string) v.s = kept->emplace_back(v.s);
      table->cells[i].push_back(v);
    }
    table->owners.push_back(kept);
  }
};

Value text(std::string_view s) { return Value::of(s); }

}  // namespace

// The scan of one request: a table a series, handed out one by one.
struct MemoryStorage::Scan {
  std::map<std::string, DataType> fields;
  std::vector<std::pair<Tags, std::shared_ptr<Table>>> tables;
  size_t next = 0;
  std::vector<tw_tag> tags;

  void give(tw_rows& out) {
    auto& [given, table] = tables[next];
    tags.clear();
    for (auto& [key, value] : given) tags.push_back({str(key), str(value)});
    out.tags = tags.data();
    out.n_tags = static_cast<uint32_t>(tags.size());
    out.series = ++next;
    ArrowArrayStream stream = stream_of(table);
    stream.get_next(&stream, &out.array);
    stream.release(&stream);
  }
};

std::string MemoryStorage::key_of(const std::string& measurement, const Tags& tags) {
  std::string out = measurement;
  for (auto& [key, value] : tags) out += "," + key + "=" + value;
  return out;
}

void MemoryStorage::write(const tw_batch& batch) {
  for (const tw_point& p : Batch{&batch}) {
    Tags tags;
    for (const tw_tag& t : tickwork::tags(p)) tags.emplace_back(string(t.key), string(t.value));
    std::sort(tags.begin(), tags.end());
    std::string name = string(p.name);
    Series& series = series_[key_of(name, tags)];
    series.measurement = name;
    series.tags = tags;
    for (const tw_field& f : fields(p)) {
      Value v;
      if (f.value.type == TW_FLOAT) v = Value::of(f.value.as.f);
      if (f.value.type == TW_INT) v = Value::of(f.value.as.i);
      if (f.value.type == TW_BOOL) v = Value::of(f.value.as.b);
      if (f.value.type == TW_STRING) {
        v = text(*text_.emplace(f.value.as.s, f.value.len).first);
      }
      series.rows[p.time_ns][string(f.key)] = v;
    }
  }
}

std::map<std::string, DataType> MemoryStorage::types(const std::string& measurement) const {
  std::map<std::string, DataType> out;
  for (auto& [key, series] : series_) {
    if (series.measurement != measurement) continue;
    for (auto& [time, row] : series.rows) {
      for (auto& [name, value] : row) out[name] = value.type;
    }
  }
  return out;
}

bool MemoryStorage::picks(const Series& series, const tw_scan& scan) const {
  if (scan.measurement.len > 0 && series.measurement != view(scan.measurement)) return false;
  return std::all_of(scan.where, scan.where + scan.n_where,
                     [&](const tw_where& w) { return meets(series.tags, w); });
}

tw_status MemoryStorage::scan(const tw_scan& request, tw_scanner& out, tw_error* error) {
  if (view(request.database) != database_) return fail(error, TW_E_NOT_FOUND, "no database");
  auto state = std::make_unique<Scan>();
  for (auto& [name, type] : types(string(request.measurement))) {
    auto wanted = [&name = name](const tw_str& c) { return view(c) == name; };
    if (std::any_of(request.columns, request.columns + request.n_columns, wanted)) {
      state->fields[name] = type;
    }
  }
  for (auto& [key, series] : series_) {
    if (!picks(series, request)) continue;
    auto table = std::make_shared<Table>();
    table->columns = {"time"};
    table->cells.resize(state->fields.size());
    for (auto& [name, type] : state->fields) {
      table->columns.push_back(name);
      table->types.push_back(type);
    }
    for (auto& [time, row] : series.rows) {
      if (time < request.from_ns || time >= request.to_ns) continue;
      bool any = false;
      for (auto& [name, type] : state->fields) any = any || row.count(name) > 0;
      if (!any) continue;
      table->times.push_back(time);
      size_t i = 0;
      for (auto& [name, type] : state->fields) {
        auto cell = row.find(name);
        table->cells[i++].push_back(cell == row.end() ? Value{} : cell->second);
      }
    }
    if (request.flags & TW_SCAN_DESCENDING) {
      std::reverse(table->times.begin(), table->times.end());
      for (auto& cells : table->cells) std::reverse(cells.begin(), cells.end());
    }
    if (request.limit > 0 && table->times.size() > request.limit) {
      table->times.resize(request.limit);
      for (auto& cells : table->cells) cells.resize(request.limit);
    }
    if (!table->times.empty()) state->tables.emplace_back(series.tags, table);
  }
  out.self = state.release();
  out.schema = [](tw_scanner* s, ArrowSchema* schema, tw_error*) {
    auto& fields = static_cast<Scan*>(s->self)->fields;
    auto empty = std::make_shared<Table>();
    empty->columns = {"time"};
    for (auto& [name, type] : fields) {
      empty->columns.push_back(name);
      empty->types.push_back(type);
    }
    empty->cells.resize(fields.size());
    ArrowArrayStream stream = stream_of(empty);
    stream.get_schema(&stream, schema);
    stream.release(&stream);
    return tw_status{TW_OK};
  };
  out.next = [](tw_scanner* s, tw_rows* rows, tw_error*) {
    auto& state_of = *static_cast<Scan*>(s->self);
    if (state_of.next >= state_of.tables.size()) return tw_status{TW_DONE};
    state_of.give(*rows);
    return tw_status{TW_OK};
  };
  out.release = [](tw_scanner* s) {
    delete static_cast<Scan*>(s->self);
    s->release = nullptr;
  };
  return TW_OK;
}

tw_status MemoryStorage::list(uint32_t what, const tw_scan& scan, ArrowArrayStream& out) const {
  if (what == TW_SHARDS || what >= TW_USERS) return list_rest(what, out);
  Lines lines(what == TW_RETENTION_POLICIES                                          ? 5
              : what == TW_MEASUREMENTS || what == TW_DATABASES || what == TW_SERIES ? 1
              : what == TW_TAG_KEYS                                                  ? 2
                                                                                     : 3);
  std::set<std::vector<std::string>> rows;
  if (what == TW_DATABASES) rows.insert({database_});
  if (what == TW_RETENTION_POLICIES) {
    lines.add({text("autogen"), Value::of(int64_t{0}), Value::of(int64_t{604800000000000}),
               Value::of(int64_t{1}), Value::of(true)});
  }
  for (auto& [key, series] : series_) {
    if (!picks(series, scan)) continue;
    if (what == TW_MEASUREMENTS) rows.insert({series.measurement});
    if (what == TW_SERIES) rows.insert({key});
    for (auto& [tag, value] : series.tags) {
      if (what == TW_TAG_KEYS) rows.insert({series.measurement, tag});
      bool asked = scan.name.len == 0 || view(scan.name) == tag;
      if (what == TW_TAG_VALUES && asked) rows.insert({series.measurement, tag, value});
    }
    if (what != TW_FIELD_KEYS) continue;
    for (auto& [name, type] : types(series.measurement)) {
      rows.insert({series.measurement, name, type_name(type)});
    }
  }
  for (auto& row : rows) {
    std::vector<Value> cells;
    for (auto& cell : row) cells.push_back(text(cell));
    lines.add(cells);
  }
  out = stream_of(lines.table);
  return TW_OK;
}

// One shard of everything, users with grants, continuous queries.
tw_status MemoryStorage::list_rest(uint32_t what, ArrowArrayStream& out) const {
  Lines lines(what == TW_SHARDS ? 6 : 3);
  if (what == TW_SHARDS) {
    lines.add({Value::of(int64_t{1}), text(database_), text("autogen"), Value::of(INT64_MIN),
               Value::of(INT64_MAX), Value::of(int64_t{0})});
  }
  for (auto& user : users_) {
    if (what == TW_USERS) lines.add({text(user.name), text(user.hash), Value::of(user.admin)});
    if (what != TW_GRANTS) continue;
    for (auto& [database, level] : user.grants) {
      lines.add({text(user.name), text(database), text(level)});
    }
  }
  for (auto& [name, query] : continuous_) {
    if (what == TW_CONTINUOUS_QUERIES) lines.add({text(database_), text(name), text(query)});
  }
  out = stream_of(lines.table);
  return TW_OK;
}

tw_status MemoryStorage::define(const tw_definition& d) {
  std::string name = string(d.name), mode = string(d.mode);
  if (d.what == TW_CONTINUOUS_QUERIES) continuous_.emplace_back(name, mode);
  if (d.what != TW_USERS && d.what != TW_GRANTS) return TW_OK;
  auto at = std::find_if(users_.begin(), users_.end(), [&](auto& u) { return u.name == name; });
  if (at == users_.end()) at = users_.insert(at, {name, "", false, {}});
  if (d.what == TW_GRANTS) return at->grants[string(d.database)] = mode, tw_status{TW_OK};
  if (!mode.empty()) at->hash = mode;
  if (d.flags & TW_DEFINE_HAS_ADMIN) at->admin = (d.flags & TW_DEFINE_ADMIN) != 0;
  return TW_OK;
}

std::string MemoryStorage::hash_of(const std::string& user) const {
  for (auto& u : users_) {
    if (u.name == user) return u.hash;
  }
  return "";
}

tw_status MemoryStorage::drop(uint32_t what, const tw_scan& scan) {
  auto named = [&](const auto& text) { return text == view(scan.name); };
  if (what == TW_USERS) {
    return std::erase_if(users_, [&](auto& u) { return named(u.name); }), tw_status{TW_OK};
  }
  if (what == TW_CONTINUOUS_QUERIES) {
    return std::erase_if(continuous_, [&](auto& q) { return named(q.first); }), tw_status{TW_OK};
  }
  for (auto& [key, series] : series_) {
    if (!picks(series, scan)) continue;
    for (auto row = series.rows.begin(); row != series.rows.end();) {
      bool inside = row->first >= scan.from_ns && row->first < scan.to_ns;
      row = inside ? series.rows.erase(row) : std::next(row);
    }
  }
  std::erase_if(series_, [](const auto& one) { return one.second.rows.empty(); });
  return TW_OK;
}

const tw_storage* MemoryStorage::vtable() {
  static constexpr tw_storage table = {
      sizeof(tw_storage),
      [](tw_instance* i, tw_str, tw_str, const tw_batch* batch, tw_error*) {
        if (self(i).refused_ > 0) return --self(i).refused_, tw_status{TW_AGAIN};
        return self(i).write(*batch), tw_status{TW_OK};
      },
      [](tw_instance* i, const tw_scan* scan, tw_scanner* out, tw_error* error) {
        return self(i).scan(*scan, *out, error);
      },
      [](tw_instance* i, uint32_t what, const tw_scan* scan, ArrowArrayStream* out, tw_error*) {
        return self(i).list(what, *scan, *out);
      },
      [](tw_instance* i, const tw_definition* d, tw_error*) { return self(i).define(*d); },
      [](tw_instance* i, uint32_t what, const tw_scan* scan, tw_error*) {
        return self(i).drop(what, *scan);
      }};
  return &table;
}

}  // namespace tickwork::query
