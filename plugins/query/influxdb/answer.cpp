// SPDX-License-Identifier: MIT
#include "answer.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <string>
#include <vector>

namespace tickwork::remote_influxdb {

namespace json = boost::json;

namespace {

// A column as Arrow has it. JSON does not tell 1 from 1.0: whole numbers only make an integer.
struct Column {
  std::string name, format;
  std::vector<uint8_t> valid, bits;
  std::vector<int64_t> whole;
  std::vector<double> real;
  std::vector<int32_t> ends;
  std::string text;
  int64_t nulls = 0;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  int64_t n_buffers = 2;
};

struct Table {
  std::vector<Column> columns;
  size_t rows = 0;
};

struct ArrayOwner {
  std::shared_ptr<Table> table;
  std::vector<ArrowArray> items;
  std::vector<ArrowArray*> children;
  const void* no_buffer[1] = {nullptr};
};

struct SchemaOwner {
  std::shared_ptr<Table> table;
  std::vector<ArrowSchema> items;
  std::vector<ArrowSchema*> children;
};

struct StreamState {
  std::shared_ptr<Table> table;
  bool given = false;
};

const json::value& cell(const json::array& rows, size_t row, size_t column) {
  static const json::value nothing;
  const json::array& cells = rows[row].as_array();
  return column < cells.size() ? cells[column] : nothing;
}

std::string format_of(const json::array& rows, size_t column) {
  std::string found = "g";
  for (size_t row = 0; row < rows.size(); ++row) {
    const json::value& v = cell(rows, row, column);
    if (v.is_double()) return "g";
    if (v.is_bool()) return "b";
    if (v.is_string()) return "u";
    if (v.is_uint64()) return "L";
    if (v.is_int64()) found = "l";
  }
  return found;
}

void set_bit(std::vector<uint8_t>& bits, size_t i) {
  bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (1u << (i % 8)));
}

void add_cell(Column& c, size_t row, const json::value& v) {
  if (v.is_null()) {
    ++c.nulls;
  } else {
    set_bit(c.valid, row);
  }
  switch (c.format[0]) {
    case 'g':
      c.real.push_back(v.is_number() ? v.to_number<double>() : 0);
      break;
    case 'b':
      if (v.is_bool() && v.get_bool()) set_bit(c.bits, row);
      break;
    case 'u':
      if (v.is_string()) c.text.append(v.get_string().data(), v.get_string().size());
      c.ends.push_back(static_cast<int32_t>(c.text.size()));
      break;
    default:
      c.whole.push_back(v.is_uint64()  ? static_cast<int64_t>(v.get_uint64())
                        : v.is_int64() ? v.get_int64()
                                       : 0);
  }
}

Column column_of(const json::array& rows, size_t index, std::string name) {
  Column c;
  c.name = std::move(name);
  c.format = format_of(rows, index);
  c.valid.resize(rows.size() / 8 + 1);
  c.bits.resize(rows.size() / 8 + 1);
  if (c.format == "u") c.ends.push_back(0);
  for (size_t row = 0; row < rows.size(); ++row) add_cell(c, row, cell(rows, row, index));
  if (index == 0 && c.name == "time" && c.format == "l") c.format = "tsn:";
  return c;
}

// Points the buffers at the vectors; the column must not move afterwards.
void settle(Column& c) {
  c.buffers[0] = c.valid.data();
  switch (c.format[0]) {
    case 'g':
      c.buffers[1] = c.real.data();
      break;
    case 'b':
      c.buffers[1] = c.bits.data();
      break;
    case 'u':
      c.buffers[1] = c.ends.data();
      c.buffers[2] = c.text.data();
      c.n_buffers = 3;
      break;
    default:
      c.buffers[1] = c.whole.data();
  }
}

std::shared_ptr<Table> table_of(const json::object& series) {
  auto out = std::make_shared<Table>();
  static const json::array none;
  const json::value* values = series.if_contains("values");
  const json::array& rows = values ? values->as_array() : none;
  out->rows = rows.size();
  size_t i = 0;
  for (const json::value& name : series.at("columns").as_array()) {
    out->columns.push_back(column_of(rows, i++, std::string(name.as_string())));
  }
  for (Column& c : out->columns) settle(c);
  return out;
}

void keep_array(ArrowArray* a) { a->release = nullptr; }
void keep_schema(ArrowSchema* s) { s->release = nullptr; }

int get_schema(ArrowArrayStream* self, ArrowSchema* out) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->table = static_cast<StreamState*>(self->private_data)->table;
  for (Column& c : owner->table->columns) {
    owner->items.push_back({c.format.c_str(), c.name.c_str(), nullptr, ARROW_FLAG_NULLABLE, 0,
                            nullptr, nullptr, keep_schema, nullptr});
  }
  for (ArrowSchema& item : owner->items) owner->children.push_back(&item);
  *out = {"+s",
          "",
          nullptr,
          0,
          static_cast<int64_t>(owner->items.size()),
          owner->children.data(),
          nullptr,
          nullptr,
          nullptr};
  out->private_data = owner.release();
  out->release = [](ArrowSchema* s) {
    delete static_cast<SchemaOwner*>(s->private_data);
    s->release = nullptr;
  };
  return 0;
}

int get_next(ArrowArrayStream* self, ArrowArray* out) {
  auto& state = *static_cast<StreamState*>(self->private_data);
  *out = {};
  if (state.given || state.table->rows == 0) return 0;
  state.given = true;
  auto owner = std::make_unique<ArrayOwner>();
  owner->table = state.table;
  auto rows = static_cast<int64_t>(state.table->rows);
  for (Column& c : state.table->columns) {
    owner->items.push_back(
        {rows, c.nulls, 0, c.n_buffers, 0, c.buffers, nullptr, nullptr, keep_array, nullptr});
  }
  for (ArrowArray& item : owner->items) owner->children.push_back(&item);
  *out = {rows,
          0,
          0,
          1,
          static_cast<int64_t>(owner->items.size()),
          owner->no_buffer,
          owner->children.data(),
          nullptr,
          nullptr,
          nullptr};
  out->private_data = owner.release();
  out->release = [](ArrowArray* a) {
    auto* held = static_cast<ArrayOwner*>(a->private_data);
    for (ArrowArray* child : held->children) {
      if (child->release) child->release(child);
    }
    delete held;
    a->release = nullptr;
  };
  return 0;
}

ArrowArrayStream stream_of(std::shared_ptr<Table> table) {
  ArrowArrayStream out{};
  out.private_data = new StreamState{std::move(table)};
  out.get_schema = get_schema;
  out.get_next = get_next;
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* s) {
    delete static_cast<StreamState*>(s->private_data);
    s->release = nullptr;
  };
  return out;
}

// Builds a document. Boost's own parser may miss a double by its last digit; this reads its text.
struct Builder {
  using Text = json::string_view;
  using Code = json::error_code;
  static constexpr size_t max_object_size = SIZE_MAX, max_array_size = SIZE_MAX,
                          max_key_size = SIZE_MAX, max_string_size = SIZE_MAX;
  json::value_stack stack;

  bool on_document_begin(Code&) { return stack.reset(), true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(size_t n, Code&) { return stack.push_object(n), true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(size_t n, Code&) { return stack.push_array(n), true; }
  bool on_key_part(Text s, size_t, Code&) { return stack.push_chars(s), true; }
  bool on_key(Text s, size_t, Code&) { return stack.push_key(s), true; }
  bool on_string_part(Text s, size_t, Code&) { return stack.push_chars(s), true; }
  bool on_string(Text s, size_t, Code&) { return stack.push_string(s), true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(int64_t v, Text, Code&) { return stack.push_int64(v), true; }
  bool on_uint64(uint64_t v, Text, Code&) { return stack.push_uint64(v), true; }
  bool on_double(double v, Text s, Code&) {
    std::from_chars(s.data(), s.data() + s.size(), v);
    return stack.push_double(v), true;
  }
  bool on_bool(bool v, Code&) { return stack.push_bool(v), true; }
  bool on_null(Code&) { return stack.push_null(), true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

json::value parse_document(std::string_view text) {
  json::basic_parser<Builder> parser(json::parse_options{});
  json::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  return error ? json::value() : parser.handler().stack.release();
}

// Walks results and their series.
class Answer {
 public:
  explicit Answer(json::value document) : document_(std::move(document)) {
    if (const json::value* results = document_.as_object().if_contains("results")) {
      results_ = &results->as_array();
    }
  }

  tw_status next(tw_result& out) {
    if (!results_ || at_ >= results_->size()) return TW_DONE;
    const json::object& result = (*results_)[at_].as_object();
    const json::value* series = result.if_contains("series");
    size_t count = series ? series->as_array().size() : 0;
    begin(out, result);
    if (series_ < count) give(out, series->as_array()[series_++].as_object());
    if (series_ >= count) ++at_, series_ = 0;
    return TW_OK;
  }

 private:
  static tw_str text(const json::object& o, const char* key) {
    const json::value* v = o.if_contains(key);
    if (!v || !v->is_string()) return {};
    return {v->get_string().data(), v->get_string().size()};
  }

  void begin(tw_result& out, const json::object& result) {
    out.statement = static_cast<int32_t>(at_);
    if (const json::value* id = result.if_contains("statement_id")) {
      out.statement = id->to_number<int32_t>();
    }
    out.name = {};
    out.tags = nullptr;
    out.n_tags = 0;
    out.rows.release = nullptr;
    out.error = text(result, "error");
    out.message = {};
    const json::value* messages = result.if_contains("messages");
    if (messages && !messages->as_array().empty()) {
      out.message = text(messages->as_array()[0].as_object(), "text");
    }
  }

  void give(tw_result& out, const json::object& series) {
    out.name = text(series, "name");
    tags_.clear();
    if (const json::value* tags = series.if_contains("tags")) {
      for (auto& [key, value] : tags->as_object()) {
        tags_.push_back(
            {{key.data(), key.size()}, {value.as_string().data(), value.as_string().size()}});
      }
    }
    out.tags = tags_.data();
    out.n_tags = tags_.size();
    out.rows = stream_of(table_of(series));
  }

  json::value document_;
  const json::array* results_ = nullptr;
  size_t at_ = 0, series_ = 0;
  std::vector<tw_tag> tags_;
};

}  // namespace

void fill_results(std::string_view text, tw_results& out) {
  json::value document = parse_document(text);
  if (!document.is_object()) {
    throw Error{TW_E_IO, "the server's answer is no JSON: " + std::string(text.substr(0, 80))};
  }
  // Parentheses: braces would wrap the value into an array.
  out.self = new Answer(std::move(document));
  out.next = [](tw_results* self, tw_result* result, tw_error* why) {
    return detail::guard(why, [&] { return static_cast<Answer*>(self->self)->next(*result); });
  };
  out.cancel = [](tw_results*) {};
  out.release = [](tw_results* self) {
    delete static_cast<Answer*>(self->self);
    self->release = nullptr;
  };
}

}  // namespace tickwork::remote_influxdb
