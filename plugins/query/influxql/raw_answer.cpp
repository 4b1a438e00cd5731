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
  // Which series SLIMIT keeps is known from the other end.
  if (!plan.ascending() && chooses_series(plan)) return false;
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
    tables_ = 0;
    return true;
  }
  return false;
}

std::shared_ptr<const Table> RawAnswer::next_table() {
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
    if (++tables_ > offset || !chosen) return head();
  }
  return nullptr;
}

std::shared_ptr<const Table> RawAnswer::head() const {
  const Plan& plan = prepared_->plan;
  auto table = std::make_shared<Table>();
  table->name = sources_[source_]->first;
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    table->tags.emplace_back(plan.dimensions[i], reader_->group()[i]);
  }
  table->columns = plan.names;
  table->cells.resize(plan.outputs.size());
  for (const size_t column : plan.output_columns) {
    const DataType type = reader_->types()[column];
    table->types.push_back(type == DataType::tag ? DataType::string : type);
  }
  table->time_zone = plan.select.time_zone;
  return table;
}

bool RawAnswer::next_batch(ArrowArray* out) {
  const auto rows = reader_->next_rows(batch_rows);
  if (rows.empty()) return false;
  make_batch(reader_->spool(), rows, prepared_->plan.output_columns, out);
  return true;
}

}  // namespace tickwork::query
