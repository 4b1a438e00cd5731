// SPDX-License-Identifier: MIT
#include "raw_answer.hpp"

#include <algorithm>

#include "row_batch.hpp"

namespace tickwork::query {

using influxql::Fill;

namespace {

constexpr size_t batch_rows = 8192;

bool chooses_series(const Plan& plan) {
  return !plan.dimensions.empty() && (plan.select.slimit > 0 || plan.select.soffset > 0);
}

}  // namespace

bool RawAnswer::covers(const Prepared& prepared) {
  const Plan& plan = prepared.plan;
  if (!plan.raw() || plan.select.fields.empty()) return false;
  if (plan.select.fill == Fill::number || plan.select.fill == Fill::previous) return false;
  // SLIMIT numbers the series from the other end, and those of several tags in an order of its own.
  const bool in_order = plan.ascending() && plan.dimensions.size() == 1;
  if (chooses_series(plan) && !in_order) return false;
  const auto plain = [](size_t column) { return column != Plan::no_column; };
  if (!std::all_of(plan.output_columns.begin(), plan.output_columns.end(), plain)) return false;
  return std::all_of(prepared.sources.begin(), prepared.sources.end(), [](const auto& source) {
    return source.second.size() == 1 && source.second[0].place();
  });
}

RawAnswer::RawAnswer(Session& session, std::unique_ptr<Prepared> prepared, size_t budget)
    : session_{session}, prepared_{std::move(prepared)}, budget_{budget} {
  for (const auto& source : prepared_->sources) sources_.push_back(&source);
  if (!prepared_->plan.ascending()) std::reverse(sources_.begin(), sources_.end());
}

// Opens the reader of the next measurement that has any of the fields.
bool RawAnswer::next_source() {
  Plan& plan = prepared_->plan;
  for (; source_ < sources_.size(); ++source_) {
    const std::vector<Input>& inputs = sources_[source_]->second;
    if (!has_field(session_, plan, inputs) || plan.min > plan.max) continue;
    reader_.emplace(session_, plan, inputs[0], budget_);
    schema_.reset();
    tables_ = 0;
    return true;
  }
  return false;
}

// On to the next table; false after the last.
bool RawAnswer::next_group() {
  const Plan& plan = prepared_->plan;
  const bool chosen = chooses_series(plan);
  const auto offset = static_cast<size_t>(plan.select.soffset);
  const auto limit = static_cast<size_t>(plan.select.slimit);
  while (reader_ || next_source()) {
    const bool enough = chosen && tables_ >= limit + (limit > 0 ? offset : 0);
    if (enough || !reader_->next_group()) {
      reader_.reset();
      ++source_;
      continue;
    }
    if (++tables_ > offset || !chosen) return true;
  }
  return false;
}

bool RawAnswer::next_table(LiveTable& out) {
  out.rows.reset();
  if (!next_group()) return false;
  if (!schema_) make_schema();
  const Plan& plan = prepared_->plan;
  out.name = sources_[source_]->first;
  out.tags.resize(plan.dimensions.size());
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    out.tags[i].first = plan.dimensions[i];
    out.tags[i].second = reader_->group()[i];
  }
  next_batch(out.rows.out());
  out.complete = reader_->group_done();
  return true;
}

void RawAnswer::make_schema() {
  const Plan& plan = prepared_->plan;
  std::vector<DataType> types;
  for (const size_t column : plan.output_columns) types.push_back(reader_->types()[column]);
  schema_ = schema_of(plan, types);
}

bool RawAnswer::next_batch(ArrowArray* out) {
  const auto rows = reader_->next_rows(batch_rows);
  if (rows.empty()) return false;
  make_batch(reader_->spool(), rows, prepared_->plan.output_columns, pool_, out);
  return true;
}

}  // namespace tickwork::query
