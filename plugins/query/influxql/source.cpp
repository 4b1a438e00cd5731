// SPDX-License-Identifier: MIT
#include "source.hpp"

#include <algorithm>
#include <numeric>

#include "filter.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

void collect_variables(const Expr& e, std::vector<const Expr*>& out) {
  if (e.kind == ExprKind::variable) out.push_back(&e);
  for (const ExprPtr& arg : e.args) collect_variables(*arg, out);
}

// A conjunct `tag op text` as the storage takes it.
bool as_condition(const Expr& e, const std::function<bool(const Expr&)>& is_tag,
                  TagCondition& out) {
  if (e.kind != ExprKind::binary || e.left()->kind != ExprKind::variable || !is_tag(*e.left())) {
    return false;
  }
  ExprKind right = e.right()->kind;
  bool text = right == ExprKind::string, regex = right == ExprKind::regex;
  out.tag = e.left()->text;
  out.value = e.right()->text;
  if (text && e.op == Op::eq) return out.op = TW_EQ, true;
  if (text && e.op == Op::neq) return out.op = TW_NE, true;
  if (regex && e.op == Op::eq_regex) return out.op = TW_MATCH, true;
  if (regex && e.op == Op::neq_regex) return out.op = TW_NO_MATCH, true;
  return false;
}

// tag = 'a' OR tag = 'b' … as one anchored regular expression.
bool as_alternatives(const Expr& e, const std::function<bool(const Expr&)>& is_tag,
                     std::string& tag, std::string& regex) {
  if (e.kind == ExprKind::paren) return as_alternatives(*e.args[0], is_tag, tag, regex);
  if (e.kind == ExprKind::binary && e.op == Op::logical_or) {
    return as_alternatives(*e.left(), is_tag, tag, regex) &&
           as_alternatives(*e.right(), is_tag, tag, regex);
  }
  TagCondition one;
  if (!as_condition(e, is_tag, one) || one.op != TW_EQ || one.value.empty()) return false;
  if (!tag.empty() && tag != one.tag) return false;
  tag = one.tag;
  regex += (regex.empty() ? "" : "|") + RE2::QuoteMeta(one.value);
  return true;
}

// True if the conditions say all of it.
bool add_conditions(const Expr& e, const std::function<bool(const Expr&)>& is_tag,
                    std::vector<TagCondition>& out) {
  if (e.kind == ExprKind::paren) return add_conditions(*e.args[0], is_tag, out);
  if (e.kind == ExprKind::binary && e.op == Op::logical_and) {
    const bool left = add_conditions(*e.left(), is_tag, out);
    return add_conditions(*e.right(), is_tag, out) && left;
  }
  TagCondition one;
  if (as_condition(e, is_tag, one)) return out.push_back(one), true;
  std::string tag, regex;
  const bool alternatives = e.kind == ExprKind::binary && e.op == Op::logical_or &&
                            as_alternatives(e, is_tag, tag, regex);
  if (alternatives) out.push_back({tag, "^(" + regex + ")$", TW_MATCH});
  return alternatives;
}

Column converted(const Column& from, size_t rows, DataType to) {
  auto values = std::make_shared<std::vector<Value>>(rows);
  for (size_t i = 0; i < rows; ++i) (*values)[i] = cast(from.at(i), to);
  Column out;
  out.type = to;
  out.values = values.get();
  out.converted = values;
  return out;
}

bool wants_conversion(DataType cast_to, DataType have) {
  return cast_to != DataType::unknown && cast_to != DataType::any_field &&
         cast_to != DataType::tag && cast_to != have;
}

// Numbers become other numbers; nothing else becomes anything.
bool can_convert(DataType cast_to, DataType have) {
  if (!wants_conversion(cast_to, have)) return true;
  return wins_over(have, DataType::string) && wins_over(cast_to, DataType::string);
}

Column tag_column(std::string_view value) {
  Column out;
  out.type = DataType::tag;
  out.fixed = true;
  if (!value.empty()) out.value = Value::of(value);
  return out;
}

// Few rows of many, copied out of the storage's buffers.
struct KeptRows {
  std::vector<int64_t> times;
  std::vector<std::vector<uint64_t>> words;  // a vector a column
  std::vector<std::vector<uint8_t>> valid;
};

bool is_word(const Column& c) {
  return !c.values && (c.type == DataType::float_ || c.type == DataType::integer ||
                       c.type == DataType::unsigned_);
}

void keep_words(const Run& run, Column& column, std::vector<uint64_t>& words,
                std::vector<uint8_t>& valid) {
  if (column.valid) valid.resize(run.rows / 8 + 1);
  for (size_t i = 0; i < run.rows; ++i) {
    if (!run.selected[i]) continue;
    const size_t at = words.size();
    words.push_back(column.items<uint64_t>()[i]);
    if (column.valid && column.has(i)) valid[at / 8] |= static_cast<uint8_t>(1u << (at % 8));
  }
  column.data = words.data();
  column.valid = column.valid ? valid.data() : nullptr;
  column.offset = 0;
}

// If a filter left few rows of numbers, only those, so that the others need not stay in memory.
void shrink(Run& run) {
  const auto n = static_cast<size_t>(std::count(run.selected.begin(), run.selected.end(), 1));
  if (run.selected.empty() || n * 4 > run.rows) return;
  const auto movable = [](const Column& c) {
    return c.fixed || c.type == DataType::unknown || is_word(c);
  };
  if (!std::all_of(run.columns.begin(), run.columns.end(), movable)) return;
  auto kept = std::make_shared<KeptRows>();
  kept->words.resize(run.columns.size());
  kept->valid.resize(run.columns.size());
  for (size_t c = 0; c < run.columns.size(); ++c) {
    if (run.columns[c].fixed || !is_word(run.columns[c])) continue;
    kept->words[c].reserve(n);
    keep_words(run, run.columns[c], kept->words[c], kept->valid[c]);
  }
  kept->times.reserve(n);
  for (size_t i = 0; i < run.rows; ++i) {
    if (run.selected[i]) kept->times.push_back(run.times[i]);
  }
  run.times = kept->times.data();
  run.rows = n;
  run.selected.clear();
  run.owner = kept;
}

// How a column is found in the rows of a scan.
struct Wanted {
  enum Kind { field, tag, nothing } kind = nothing;
  std::string name;
  DataType cast_to = DataType::unknown;
  int64_t child = -1;                 // of a field: in the arrays, -1: not there
  DataType type = DataType::unknown;  // of that
  size_t near = 0;                    // of a tag: where the last series had it
};

class StorageReader {
 public:
  StorageReader(Session& session, const Place& place, const Reading& reading)
      : session_{session},
        reading_{reading},
        place_{place},
        fields_{session.catalogue.fields(place)} {
    for (const ExprPtr& e : reading.columns) add_column(*e);
    add_condition();
  }

  void run(const RunSink& sink) {
    auto is_tag = [&](const Expr& e) { return wanted(e).kind == Wanted::tag; };
    auto where = tag_conditions(reading_.condition, is_tag);
    where.insert(where.end(), reading_.where.begin(), reading_.where.end());
    ScanRequest request(place_, where, scanned_fields());
    if (request.raw.n_columns == 0) return;
    request.raw.from_ns = reading_.min <= min_time ? INT64_MIN : reading_.min;
    request.raw.to_ns = reading_.max >= max_time ? INT64_MAX : reading_.max + 1;
    request.raw.flags = reading_.descending ? TW_SCAN_DESCENDING : 0;
    request.raw.limit = reading_.condition && !fields_of_condition_.empty() ? 0 : reading_.limit;
    Scanner scanner;
    session_.catalogue.storage().call(&tw_storage::scan, static_cast<const tw_scan*>(&request.raw),
                                      scanner.out());
    read_schema(scanner);
    Filter filter(reading_.condition, slots_, session_.regexes);
    while (next(scanner, filter, sink)) session_.check_alive();
  }

 private:
  Wanted wanted(const Expr& e) const {
    bool is_field = fields_.count(e.text) > 0;
    if (e.type == DataType::tag || (!is_field && e.type == DataType::unknown)) {
      return {Wanted::tag, e.text};
    }
    // Rows that only have what cannot be converted are none, also where rows are limited.
    const bool fits = is_field && can_convert(e.type, fields_.at(e.text));
    return {fits ? Wanted::field : Wanted::nothing, e.text, e.type};
  }

  void add_column(const Expr& e) { columns_.push_back(wanted(e)); }

  void add_condition() {
    if (!reading_.condition) return;
    std::vector<const Expr*> variables;
    collect_variables(*reading_.condition, variables);
    for (const Expr* e : variables) {
      Wanted w = wanted(*e);
      Slot slot{w.kind == Wanted::tag ? Slot::tag : Slot::field, columns_.size(), w.name};
      if (w.kind == Wanted::tag && session_.catalogue.tag_keys(place_).count(w.name) == 0) {
        slot.kind = Slot::nothing;
      }
      if (!slots_.emplace(to_string(*e), slot).second || w.kind == Wanted::tag) continue;
      columns_.push_back(w);
      fields_of_condition_.push_back(w.name);
    }
  }

  std::vector<std::string> scanned_fields() const {
    std::vector<std::string> out;
    for (const Wanted& w : columns_) {
      if (w.kind == Wanted::field && std::find(out.begin(), out.end(), w.name) == out.end()) {
        out.push_back(w.name);
      }
    }
    return out;
  }

  void read_schema(Scanner& scanner) {
    Schema schema;
    tw_error error = empty_error();
    check(scanner->schema(&*scanner, schema.out(), &error), error);
    for (int64_t i = 1; i < schema->n_children; ++i) {
      for (Wanted& w : columns_) {
        if (w.kind != Wanted::field || w.name != schema->children[i]->name) continue;
        w.child = i;
        w.type = type_of_format(schema->children[i]->format);
      }
    }
  }

  bool next(Scanner& scanner, const Filter& filter, const RunSink& sink) {
    tw_rows rows{};
    rows.size = sizeof rows;
    tw_error error = empty_error();
    if (check(scanner->next(&*scanner, &rows, &error), error) == TW_DONE) return false;
    auto array = std::make_shared<Array>();
    *array->out() = rows.array;
    auto run = std::make_shared<Run>();
    run->owner = array;
    run->tags = tags_of(rows);
    run->order = order_;
    const ArrowArray& a = **array;
    run->rows = static_cast<size_t>(a.length);
    run->times = column_of(*a.children[0], DataType::integer, a.offset).items<int64_t>();
    run->columns.reserve(columns_.size());
    for (Wanted& w : columns_) run->columns.push_back(column(w, a, *run));
    if (run->rows == 0 || !filter.apply(*run)) return true;
    if (!reading_.copied) shrink(*run);
    sink(run);
    return true;
  }

  std::shared_ptr<const SeriesTags> tags_of(const tw_rows& rows) {
    if (tags_ && rows.series == series_) return tags_;
    if (tags_) ++order_;
    series_ = rows.series;
    return tags_ = std::make_shared<SeriesTags>(rows.tags, rows.n_tags);
  }

  static Column column(Wanted& w, const ArrowArray& a, const Run& run) {
    if (w.kind == Wanted::tag) return tag_column(run.tags->value(w.name, w.near));
    if (w.child < 0) return {};
    Column out = column_of(*a.children[w.child], w.type, a.offset);
    return wants_conversion(w.cast_to, out.type) ? converted(out, run.rows, w.cast_to) : out;
  }

  Session& session_;
  const Reading& reading_;
  Place place_;
  const FieldTypes& fields_;
  std::vector<Wanted> columns_;
  std::vector<std::string> fields_of_condition_;
  std::map<std::string, Slot> slots_;
  std::shared_ptr<const SeriesTags> tags_;
  uint64_t series_ = 0;
  uint32_t order_ = 0;
};

// A tag by which the subquery grouped; empty text, not null, where the group has none.
Column group_tag(const Table& table, const SeriesTags& tags, const std::string& key) {
  Column out = tag_column(tags.value(key));
  for (auto& [name, value] : table.tags) {
    if (name == key) out.value = Value::of(tags.value(key));
  }
  return out;
}

DataType cell_type(const Table& table, size_t column) {
  for (const auto* types : {&table.types, &table.result_types}) {
    if (column < types->size() && (*types)[column] != DataType::unknown) return (*types)[column];
  }
  for (const Value& v : table.cells[column]) {
    if (!v.null()) return v.type;
  }
  return DataType::unknown;
}

// What a subquery gives keeps its type where it cannot be converted.
Value cast_or_keep(const Value& v, DataType to) {
  const Value converted = cast(v, to);
  return converted.null() ? v : converted;
}

// The column of a table by name, without the time column; -1 when there is none.
int find_column(const Table& table, const std::string& name) {
  for (size_t i = 0; i < table.cells.size(); ++i) {
    if (table.columns[i + 1] == name) return static_cast<int>(i);
  }
  return -1;
}

// Rows of a table ascending in time, within [rows_min, max].
std::vector<uint32_t> row_order(const Table& table, const Reading& reading) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < table.times.size(); ++i) {
    if (table.times[i] >= reading.rows_min && table.times[i] <= reading.max) out.push_back(i);
  }
  if (table.times.size() > 1 && table.times.front() > table.times.back()) {
    std::reverse(out.begin(), out.end());
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](uint32_t a, uint32_t b) { return table.times[a] < table.times[b]; });
  return out;
}

struct CopiedRows {
  std::shared_ptr<const Table> table;
  std::vector<int64_t> times;
  std::vector<std::vector<Value>> columns;
};

class TableReader {
 public:
  TableReader(Session& session, const Reading& reading) : session_{session}, reading_{reading} {
    columns_ = reading.columns;
    if (!reading.condition) return;
    std::vector<const Expr*> variables;
    collect_variables(*reading.condition, variables);
    for (const Expr* e : variables) columns_.push_back(std::make_shared<Expr>(*e));
  }

  void read(const std::shared_ptr<const Table>& table, const RunSink& sink) {
    std::vector<uint32_t> order = row_order(*table, reading_);
    if (order.empty()) return;
    auto rows = std::make_shared<CopiedRows>();
    rows->table = table;
    rows->columns.resize(columns_.size());
    for (uint32_t i : order) rows->times.push_back(table->times[i]);
    auto run = std::make_shared<Run>();
    run->tags = std::make_shared<SeriesTags>(table->tags);
    run->order = order_++;
    run->every_row = true;
    run->rows = order.size();
    run->times = rows->times.data();
    for (size_t i = 0; i < columns_.size(); ++i) {
      run->columns.push_back(column(*table, *columns_[i], order, rows->columns[i], *run));
    }
    run->owner = rows;
    const Filter filter(reading_.condition, slots(*table), session_.regexes,
                        Evaluator::Nulls::beside_boolean_false);
    if (filter.apply(*run)) sink(run);
  }

 private:
  Column column(const Table& table, const Expr& e, const std::vector<uint32_t>& order,
                std::vector<Value>& values, const Run& run) const {
    int at = e.type == DataType::tag ? -1 : find_column(table, e.text);
    if (at < 0) return group_tag(table, *run.tags, e.text);
    Column out;
    out.type = cell_type(table, static_cast<size_t>(at));
    const bool number = wins_over(out.type, DataType::string);
    for (uint32_t i : order) {
      const Value& v = table.cells[static_cast<size_t>(at)][i];
      values.push_back(cast_or_keep(number ? cast_or_keep(v, out.type) : v, e.type));
    }
    out.values = &values;
    return out;
  }

  std::map<std::string, Slot> slots(const Table& table) const {
    std::map<std::string, Slot> out;
    for (size_t i = reading_.columns.size(); i < columns_.size(); ++i) {
      const Expr& e = *columns_[i];
      bool field = e.type != DataType::tag &&
                   (e.type != DataType::unknown || find_column(table, e.text) >= 0);
      out.emplace(to_string(e), Slot{field ? Slot::field : Slot::tag, i, e.text});
    }
    return out;
  }

  Session& session_;
  const Reading& reading_;
  std::vector<ExprPtr> columns_;
  uint32_t order_ = 0;
};

}  // namespace

std::vector<TagCondition> tag_conditions(const ExprPtr& condition,
                                         const std::function<bool(const Expr&)>& is_tag,
                                         bool* complete) {
  std::vector<TagCondition> out;
  const bool all = !condition || add_conditions(*condition, is_tag, out);
  if (complete) *complete = all;
  return out;
}

const std::string& Input::name() const {
  return tables_.empty() ? place_.measurement : tables_[0]->name;
}

void Input::add_names(Session& session, Names& out) const {
  auto add = [&](const std::string& name, DataType type) {
    DataType& known = out.fields[name];
    if (wins_over(type, known)) known = type;
  };
  for (const auto& table : tables_) {
    for (size_t i = 0; i < table->cells.size(); ++i) {
      add(table->columns[i + 1], cell_type(*table, i));
    }
    for (auto& [key, value] : table->tags) out.tags.insert(key);
  }
  if (!tables_.empty()) return;
  for (auto& [name, type] : session.catalogue.fields(place_)) add(name, type);
  for (const std::string& key : session.catalogue.tag_keys(place_)) out.tags.insert(key);
}

std::optional<DataType> Input::field_type(Session& session, const std::string& name) const {
  if (tables_.empty()) {
    const FieldTypes& fields = session.catalogue.fields(place_);
    const auto at = fields.find(name);
    return at == fields.end() ? std::nullopt : std::optional(at->second);
  }
  Names names;
  add_names(session, names);
  const auto at = names.fields.find(name);
  return at == names.fields.end() ? std::nullopt : std::optional(at->second);
}

bool Input::has_tag(Session& session, const std::string& key) const {
  if (tables_.empty()) return session.catalogue.tag_keys(place_).count(key) > 0;
  return std::any_of(tables_.begin(), tables_.end(), [&](const auto& table) {
    return std::any_of(table->tags.begin(), table->tags.end(),
                       [&](const auto& tag) { return tag.first == key; });
  });
}

DataType Input::type_of(Session& session, const Expr& variable) const {
  const auto field = field_type(session, variable.text);
  if (variable.type == DataType::tag || !field) {
    const bool tag = (variable.type == DataType::tag || variable.type == DataType::unknown) &&
                     has_tag(session, variable.text);
    return tag ? DataType::tag : DataType::unknown;
  }
  if (wants_conversion(variable.type, *field)) {
    const bool converts = !tables_.empty() || can_convert(variable.type, *field);
    return converts ? variable.type : DataType::unknown;
  }
  return *field;
}

void Input::read(Session& session, const Reading& reading, const RunSink& sink) const {
  if (tables_.empty()) return StorageReader(session, place_, reading).run(sink);
  TableReader reader(session, reading);
  for (const auto& table : tables_) reader.read(table, sink);
}

}  // namespace tickwork::query
