// SPDX-License-Identifier: MIT
// SELECT … INTO: the answer's rows written back as points.
#include "statement.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

constexpr size_t batch_size = 10000;

tw_value value_of(const Value& v) {
  tw_value out{};
  switch (v.type) {
    case DataType::float_:
      out.type = TW_FLOAT;
      out.as.f = v.f;
      break;
    case DataType::integer:
      out.type = TW_INT;
      out.as.i = v.i;
      break;
    case DataType::unsigned_:
      out.type = TW_UINT;
      out.as.u = v.u;
      break;
    case DataType::boolean:
      out.type = TW_BOOL;
      out.as.b = v.b;
      break;
    default:
      out.type = TW_STRING;
      out.len = static_cast<uint32_t>(v.s.size());
      out.as.s = v.s.data();
  }
  return out;
}

// Collects points of tables and writes them in batches.
class Writer {
 public:
  Writer(Session& session, const Measurement& target) : session_{session}, target_{target} {}

  void add(const Table& table) {
    name_ = target_.name.empty() ? table.name : target_.name;
    tags_.clear();
    for (auto& [key, value] : table.tags) {
      if (!value.empty()) tags_.push_back({str(key), str(value)});
    }
    for (size_t row = 0; row < table.times.size(); ++row) {
      add_row(table, row);
      if (points_.size() >= batch_size) flush();
    }
    flush();
  }

  int64_t written() const { return written_; }

 private:
  void add_row(const Table& table, size_t row) {
    size_t first = fields_.size();
    for (size_t c = 0; c < table.cells.size(); ++c) {
      const Value& v = table.cells[c][row];
      if (!v.null()) fields_.push_back({str(table.columns[c + 1]), value_of(v)});
    }
    if (fields_.size() == first) return;
    firsts_.push_back(first);
    tw_point p{};
    p.n_fields = static_cast<uint32_t>(fields_.size() - first);
    p.time_ns = table.times[row];
    points_.push_back(p);
  }

  void flush() {
    if (points_.empty()) return;
    for (size_t i = 0; i < points_.size(); ++i) {
      points_[i].name = str(name_);
      points_[i].tags = tags_.data();
      points_[i].n_tags = static_cast<uint32_t>(tags_.size());
      points_[i].fields = fields_.data() + firsts_[i];
    }
    tw_batch batch{points_.data(), points_.size()};
    session_.catalogue.storage().call(&tw_storage::write, str(target_.database),
                                      str(target_.retention), static_cast<const tw_batch*>(&batch));
    written_ += static_cast<int64_t>(points_.size());
    points_.clear();
    fields_.clear();
    firsts_.clear();
  }

  Session& session_;
  Measurement target_;
  std::string name_;
  std::vector<tw_tag> tags_;
  std::vector<tw_field> fields_;
  std::vector<size_t> firsts_;
  std::vector<tw_point> points_;
  int64_t written_ = 0;
};

}  // namespace

Tables write_into(Session& session, const Select& given) {
  Select select = given;
  // Windows without a value are not written, not even as a count of 0.
  if (!select.is_raw && select.fill == Fill::null) select.fill = Fill::none;
  Writer writer(session, *select.target);
  for (auto& table : run_select(session, select)) writer.add(*table);
  auto table = std::make_shared<Table>();
  table->name = "result";
  table->columns = {"time", "written"};
  table->times = {0};
  table->cells = {{Value::of(writer.written())}};
  return {table};
}

}  // namespace tickwork::query
