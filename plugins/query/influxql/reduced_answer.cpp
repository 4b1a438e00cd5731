// SPDX-License-Identifier: MIT
#include "reduced_answer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "arrow_io.hpp"
#include "reading.hpp"

namespace tickwork::query {

using influxql::Fill;

namespace {

constexpr uint64_t most_windows = 100'000;  // of a table in memory

bool covers(const Session& session, const Prepared& prepared) {
  const Plan& plan = prepared.plan;
  if (plan.raw() || !plan.ascending() || session.meter.counts()) return false;
  if (plan.select.fill != Fill::null && plan.select.fill != Fill::none) return false;
  if (plan.select.slimit > 0 || plan.select.soffset > 0) return false;
  // Of several functions each is limited by itself.
  const bool limited = plan.select.limit > 0 || plan.select.offset > 0;
  if (limited && plan.calls.size() > 1) return false;
  if (prepared.sources.size() != 1) return false;
  const std::vector<Input>& inputs = prepared.sources.begin()->second;
  if (inputs.size() != 1 || !inputs[0].place()) return false;
  return std::all_of(plan.calls.begin(), plan.calls.end(),
                     [](const Call& call) { return call.around.empty(); });
}

// A child of a group's rows, which have an offset themselves.
struct Cells {
  Cells(const ArrowArray& rows, int64_t child)
      : array{*rows.children[child]}, offset{rows.offset + array.offset} {}
  bool bit(size_t buffer, size_t row) const {
    const size_t i = row + static_cast<size_t>(offset);
    return static_cast<const uint8_t*>(array.buffers[buffer])[i / 8] >> (i % 8) & 1;
  }
  bool has(size_t row) const { return !array.buffers[0] || bit(0, row); }
  template <class T>
  const T* items() const {
    return static_cast<const T*>(array.buffers[1]) + offset;
  }
  const ArrowArray& array;
  int64_t offset;
};

uint64_t as_float(DataType type, uint64_t word) {
  const double value = type == DataType::integer ? static_cast<double>(static_cast<int64_t>(word))
                                                 : static_cast<double>(word);
  return std::bit_cast<uint64_t>(value);
}

// The call that each output is; none if one of them is more than a call.
std::optional<std::vector<size_t>> calls_of_outputs(const Plan& plan) {
  std::vector<size_t> out;
  for (const ExprPtr& output : plan.outputs) {
    const std::string key = to_string(*output);
    const auto same = [&](const Call& call) { return call.key == key; };
    const auto at = std::find_if(plan.calls.begin(), plan.calls.end(), same);
    if (at == plan.calls.end()) return std::nullopt;
    out.push_back(static_cast<size_t>(at - plan.calls.begin()));
  }
  return out;
}

DataType type_of(const Reduction::Child& child) {
  return child.as_float ? DataType::float_ : child.type;
}

std::vector<DataType> types_of(const Reduction& reduction, const std::vector<size_t>& outputs) {
  std::vector<DataType> out;
  for (const size_t call : outputs) out.push_back(type_of(reduction.children()[call]));
  return out;
}

}  // namespace

// Where windows are not regular, at the ends of the time line, they are left to Groups.
std::optional<ReducedAnswer::Grid> ReducedAnswer::grid_of(const Plan& plan) {
  if (!plan.windowed() || plan.select.fill == Fill::none) return Grid{};
  if (plan.min <= min_time || plan.max >= max_time) return std::nullopt;
  const int64_t width = plan.checked.interval.duration;
  const Window first = plan.checked.interval.window(plan.min, plan.zone);
  const Window last = plan.checked.interval.window(plan.max, plan.zone);
  if (first.end - first.start != width || last.end - last.start != width) return std::nullopt;
  const uint64_t span = static_cast<uint64_t>(last.start) - static_cast<uint64_t>(first.start);
  const uint64_t windows = span / static_cast<uint64_t>(width) + 1;
  if (windows > most_windows) return std::nullopt;
  return Grid{first.start, width, static_cast<size_t>(windows)};
}

uint32_t ReducedAnswer::Grid::place(int64_t start) const {
  const int64_t windows = (start - first) / width;
  if (start < first || windows >= static_cast<int64_t>(count)) {
    throw Error{TW_E_INTERNAL, "the storage gave a window that was not asked for"};
  }
  return static_cast<uint32_t>(windows);
}

std::unique_ptr<ReducedAnswer> ReducedAnswer::begin(Session& session,
                                                    std::unique_ptr<Prepared>& prepared) {
  if (!covers(session, *prepared)) return nullptr;
  Plan& plan = prepared->plan;
  const std::vector<Input>& inputs = prepared->sources.begin()->second;
  auto outputs = calls_of_outputs(plan);
  if (!outputs) return nullptr;
  resolve_types(plan, session, inputs);
  const Reading reading = reading_of(plan);
  if (!has_field(session, plan, inputs) || reading.min > reading.max) return nullptr;
  const auto grid = grid_of(plan);
  if (!grid) return nullptr;
  auto reduction = Reduction::begin(session, plan, *inputs[0].place(), reading);
  if (!reduction) return nullptr;
  return std::unique_ptr<ReducedAnswer>(new ReducedAnswer(
      session, std::move(*reduction), *grid, std::move(*outputs), std::move(prepared)));
}

ReducedAnswer::ReducedAnswer(Session& session, Reduction reduction, const Grid& grid,
                             std::vector<size_t> outputs, std::unique_ptr<Prepared> prepared)
    : session_{session},
      prepared_{std::move(prepared)},
      reduction_{std::move(reduction)},
      grid_{grid},
      outputs_{std::move(outputs)},
      as_found_{columns_as_found()},
      schema_{schema_of(prepared_->plan, types_of(reduction_, outputs_))} {
  shapes_.push_back({'t'});
  for (const DataType type : types_of(reduction_, outputs_)) shapes_.push_back({*format_of(type)});
}

bool ReducedAnswer::next_table(LiveTable& out) {
  const Plan& plan = prepared_->plan;
  while (reduction_.next(session_, group_)) {
    if (as_found_ && is_table(*group_.rows)) {
      out.rows = std::move(group_.rows);
    } else if (!make_rows(*group_.rows, out.rows.out())) {
      continue;
    }
    out.name = prepared_->sources.begin()->first;
    out.tags.resize(plan.dimensions.size());
    for (size_t i = 0; i < plan.dimensions.size(); ++i) {
      out.tags[i].first = plan.dimensions[i];
      out.tags[i].second.swap(group_.values[i]);
    }
    out.complete = true;
    return true;
  }
  return false;
}

// Whether a row with all values is a row of the table, if its time is.
bool ReducedAnswer::columns_as_found() const {
  const Plan& plan = prepared_->plan;
  if (!plan.windowed() || plan.select.limit > 0 || plan.select.offset > 0) return false;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const Reduction::Child& child = reduction_.children()[i];
    if (outputs_[i] != i || child.value != static_cast<int64_t>(i) + 1) return false;
    if (type_of(child) != child.type) return false;
  }
  return outputs_.size() == reduction_.children().size();
}

// Whether these rows are all of a table and lack no value.
bool ReducedAnswer::is_table(const ArrowArray& found) const {
  const auto rows = static_cast<size_t>(found.length);
  if (rows == 0 || found.n_children != static_cast<int64_t>(outputs_.size()) + 1) return false;
  for (const Reduction::Child& child : reduction_.children()) {
    const Cells cells(found, child.value);
    if (cells.array.null_count != 0) return false;
    if (child.type != DataType::float_) continue;
    const auto* values = cells.items<double>();
    if (!std::all_of(values, values + rows, [](double v) { return std::isfinite(v); }))
      return false;
  }
  if (grid_.count == 0) return true;
  const int64_t* starts = Cells(found, 0).items<int64_t>();
  for (size_t row = 0; row < rows; ++row) {
    if (starts[row] != grid_.start(row)) return false;
  }
  return rows == grid_.count;
}

// False without any row.
bool ReducedAnswer::make_rows(const ArrowArray& found, ArrowArray* out) {
  place_rows(found);
  if (rows_ == 0) return false;
  arrow::StructBlock block(rows_, shapes_, &pool_);
  put_times(found, block);
  for (size_t i = 0; i < outputs_.size(); ++i) put_values(outputs_[i], found, block, i + 1);
  block.give(out);
  return true;
}

// Which rows of the table those are that were found, within LIMIT and OFFSET.
void ReducedAnswer::place_rows(const ArrowArray& found) {
  const Plan& plan = prepared_->plan;
  places_.assign(static_cast<size_t>(found.length), no_row);
  for (const Reduction::Child& child : reduction_.children()) {
    const Cells cells(found, child.value);
    for (size_t row = 0; row < places_.size(); ++row) {
      if (cells.has(row)) places_[row] = 0;
    }
  }
  const int64_t* starts = Cells(found, 0).items<int64_t>();
  size_t all = 0;
  for (size_t row = 0; row < places_.size(); ++row) {
    if (places_[row] == no_row) continue;
    places_[row] = static_cast<uint32_t>(all++);
    if (grid_.count > 0) places_[row] = grid_.place(starts[row]);
  }
  if (all > 0 && grid_.count > 0) all = grid_.count;
  const size_t begin = std::min(static_cast<size_t>(plan.select.offset), all);
  rows_ = all - begin;
  if (plan.select.limit > 0) rows_ = std::min(rows_, static_cast<size_t>(plan.select.limit));
  if (rows_ == all) return;
  for (uint32_t& place : places_) {
    const bool kept = place != no_row && place >= begin && place < begin + rows_;
    place = kept ? place - static_cast<uint32_t>(begin) : no_row;
  }
}

void ReducedAnswer::put_times(const ArrowArray& found, arrow::StructBlock& block) const {
  const Plan& plan = prepared_->plan;
  auto* times = reinterpret_cast<int64_t*>(block.words(0));
  block.mark_all(0);
  if (grid_.count > 0) {
    for (size_t row = 0; row < rows_; ++row) {
      times[row] = grid_.start(row + static_cast<size_t>(plan.select.offset));
    }
    return;
  }
  const int64_t point = reduction_.children()[0].time;
  const bool own = point >= 0 || plan.windowed();
  const int64_t* from = Cells(found, std::max(point, int64_t{0})).items<int64_t>();
  const int64_t start = plan.min <= min_time ? 0 : plan.min;
  for (size_t row = 0; row < places_.size(); ++row) {
    if (places_[row] != no_row) times[places_[row]] = own ? from[row] : start;
  }
}

void ReducedAnswer::put_values(size_t call, const ArrowArray& found, arrow::StructBlock& block,
                               size_t column) const {
  const Reduction::Child& child = reduction_.children()[call];
  const Cells cells(found, child.value);
  const bool real = type_of(child) == DataType::float_;
  bool any = false;
  for (size_t row = 0; row < places_.size(); ++row) {
    if (!cells.has(row)) continue;
    any = true;
    if (places_[row] == no_row) continue;
    if (child.type == DataType::boolean) {
      block.set_bool(column, places_[row], cells.bit(1, row));
      continue;
    }
    uint64_t word = cells.items<uint64_t>()[row];
    if (real && child.type != DataType::float_) word = as_float(child.type, word);
    if (real && !std::isfinite(std::bit_cast<double>(word))) continue;
    block.set_word(column, places_[row], word);
  }
  // What stands for null where a group has values at all.
  const bool zero = grid_.count > 0 && prepared_->plan.calls[call].reduction == "count";
  if (any && zero) block.mark_all(column);
}

}  // namespace tickwork::query
