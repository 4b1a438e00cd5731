// SPDX-License-Identifier: MIT
// SELECT … INTO: the answer's rows written back as points.
#include <deque>
#include <tickwork/cpp/storage.hpp>

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

  // The table must stay until the next flush.
  void add(const Table& table) {
    series_.push_back({target_.name.empty() ? table.name : target_.name, {}});
    for (auto& [key, value] : table.tags) {
      if (!value.empty()) series_.back().tags.push_back({str(key), str(value)});
    }
    for (size_t row = 0; row < table.times.size(); ++row) add_row(table, row);
  }

  void flush() {
    if (points_.empty()) return;
    for (size_t i = 0; i < points_.size(); ++i) points_[i].fields = fields_.data() + firsts_[i];
    store({points_.data(), points_.size()});
    written_ += static_cast<int64_t>(points_.size());
    points_.clear();
    fields_.clear();
    firsts_.clear();
  }

  int64_t written() const { return written_; }

 private:
  struct Series {
    std::string name;
    std::vector<tw_tag> tags;
  };

  void add_row(const Table& table, size_t row) {
    size_t first = fields_.size();
    for (size_t c = 0; c < table.cells.size(); ++c) {
      const Value& v = table.cells[c][row];
      if (!v.null()) fields_.push_back({str(table.columns[c + 1]), value_of(v)});
    }
    if (fields_.size() == first) return;
    firsts_.push_back(first);
    const Series& series = series_.back();
    tw_point p{};
    p.name = str(series.name);
    p.tags = series.tags.data();
    p.n_tags = static_cast<uint32_t>(series.tags.size());
    p.n_fields = static_cast<uint32_t>(fields_.size() - first);
    p.time_ns = table.times[row];
    points_.push_back(p);
    if (points_.size() >= batch_size) flush();
  }

  void store(const tw_batch& batch) {
    tw_error error = empty_error();
    const auto go_on = [&] { return session_.check_alive(), true; };
    const tw_status status = write_patiently(session_.catalogue.storage(), target_.database,
                                             target_.retention, batch, error, go_on);
    if (check(status, error) == TW_AGAIN) throw StatementError("timeout");
    if (status == TW_PARTIAL) throw StatementError("partial write: " + std::string(error.message));
  }

  Session& session_;
  Measurement target_;
  std::deque<Series> series_;
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
  const Tables tables = run_select(session, select);
  for (const auto& table : tables) writer.add(*table);
  writer.flush();
  auto table = std::make_shared<Table>();
  table->name = "result";
  table->columns = {"time", "written"};
  table->times = {0};
  table->cells = {{Value::of(writer.written())}};
  return {table};
}

}  // namespace tickwork::query
