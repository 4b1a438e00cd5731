// SPDX-License-Identifier: MIT
#include "push_down.hpp"

#include <algorithm>

namespace tickwork::query {

using namespace influxql;

namespace {

uint32_t function_of(const Call& call) {
  switch (call.streaming) {
    case Streaming::count:
      return TW_AGGREGATE_COUNT;
    case Streaming::sum:
      return TW_AGGREGATE_SUM;
    case Streaming::mean:
      return TW_AGGREGATE_MEAN;
    case Streaming::min:
      return TW_AGGREGATE_MIN;
    case Streaming::max:
      return TW_AGGREGATE_MAX;
    case Streaming::first:
      return TW_AGGREGATE_FIRST;
    case Streaming::last:
      return TW_AGGREGATE_LAST;
    case Streaming::spread:
      return TW_AGGREGATE_SPREAD;
    default:
      return call.parameters.function == "percentile" ? TW_AGGREGATE_PERCENTILE : 0;
  }
}

bool own_times(const Plan& plan) { return !plan.windowed() && plan.selects_point; }

// A field of the place, as it is.
bool plain_field(const FieldTypes& fields, const Expr& e) {
  const auto at = fields.find(e.text);
  if (at == fields.end() || e.type == DataType::tag) return false;
  return e.type == DataType::unknown || e.type == DataType::any_field || e.type == at->second;
}

bool covered(const Plan& plan, const Call& call, const FieldTypes& fields) {
  const uint32_t function = function_of(call);
  if (function == 0 || call.type == DataType::unknown) return false;
  if (function == TW_AGGREGATE_PERCENTILE && own_times(plan)) return false;
  if (call.type == DataType::string && function != TW_AGGREGATE_COUNT) return false;
  return call.extra_windows == plan.calls[0].extra_windows &&
         plain_field(fields, *plan.columns[call.column]);
}

bool covered(const Plan& plan, const FieldTypes& fields) {
  if (plan.raw() || plan.checked.has_columns || !plan.zone.utc()) return false;
  return std::all_of(plan.calls.begin(), plan.calls.end(),
                     [&](const Call& call) { return covered(plan, call, fields); });
}

// How many windows of a group suffice; 0: all.
uint64_t window_limit(const Plan& plan) {
  const bool bare = std::all_of(plan.calls.begin(), plan.calls.end(),
                                [](const Call& call) { return call.around.empty(); });
  if (!plan.windowed() || !plan.ascending() || !bare || plan.select.limit == 0) return 0;
  // Each function is limited by itself: not all of them need have values in the first windows, and
  // what stands in place of values depends on whether there are any.
  const bool same_windows = plan.select.fill != Fill::none && plan.min > min_time;
  const bool same_column = std::all_of(plan.calls.begin(), plan.calls.end(), [&](const Call& call) {
    return plan.columns[call.column]->text == plan.columns[plan.calls[0].column]->text;
  });
  if (plan.calls.size() > 1 && !(same_windows && same_column)) return 0;
  return static_cast<uint64_t>(plan.select.offset) + static_cast<uint64_t>(plan.select.limit);
}

// A tw_aggregation with what it points to.
class Request {
 public:
  Request(const Plan& plan, const Place& place, const Reading& reading,
          const std::vector<TagCondition>& where)
      : scan_(place, where) {
    scan_.raw.from_ns = reading.min <= min_time ? INT64_MIN : reading.min;
    scan_.raw.to_ns = reading.max >= max_time ? INT64_MAX : reading.max + 1;
    for (const std::string& d : plan.dimensions) group_by_.push_back(str(d));
    for (const Call& call : plan.calls) {
      aggregates_.push_back(
          {str(plan.columns[call.column]->text), function_of(call), 0, call.parameters.number});
    }
    raw.size = sizeof raw;
    raw.flags = own_times(plan) ? TW_AGGREGATE_TIMES : 0;
    raw.rows = &scan_.raw;
    raw.group_by = group_by_.data();
    raw.n_group_by = group_by_.size();
    if (plan.windowed()) {
      raw.bucket_ns = plan.checked.interval.duration;
      raw.offset_ns = plan.checked.interval.offset;
    }
    raw.limit = window_limit(plan);
    raw.aggregates = aggregates_.data();
    raw.n_aggregates = aggregates_.size();
  }
  Request(const Request&) = delete;
  tw_aggregation raw{};

 private:
  ScanRequest scan_;
  std::vector<tw_str> group_by_;
  std::vector<tw_aggregate> aggregates_;
};

std::vector<Reduction::Child> children_of(const Plan& plan, const ArrowSchema& schema) {
  std::vector<Reduction::Child> out;
  int64_t at = 1;
  for (const Call& call : plan.calls) {
    Reduction::Child child{at++, -1, DataType::unknown, false};
    child.type = type_of_format(schema.children[child.value]->format);
    child.as_float = call.streaming == Streaming::sum && call.type == DataType::float_;
    const uint32_t f = function_of(call);
    const bool point = f == TW_AGGREGATE_MIN || f == TW_AGGREGATE_MAX || f == TW_AGGREGATE_FIRST ||
                       f == TW_AGGREGATE_LAST;
    if (own_times(plan) && point) child.time = at++;
    out.push_back(child);
  }
  return out;
}

Outs outs_of(const Plan& plan, const Reduction::Child& child, const ArrowArray& a) {
  Outs out;
  const Column values = column_of(*a.children[child.value], child.type, a.offset);
  const Column starts = column_of(*a.children[0], DataType::integer, a.offset);
  Column times;
  if (child.time >= 0) times = column_of(*a.children[child.time], DataType::integer, a.offset);
  for (size_t row = 0; row < static_cast<size_t>(a.length); ++row) {
    if (!values.has(row)) continue;
    int64_t time = plan.min <= min_time ? 0 : plan.min;
    if (plan.windowed()) time = starts.items<int64_t>()[row];
    if (child.time >= 0) time = times.items<int64_t>()[row];
    const Value value = values.at(row);
    out.push_back({time, child.as_float ? cast(value, DataType::float_) : value, nullptr, 0});
  }
  return out;
}

// False if the storage would not do it.
bool begin_aggregation(const Ref<tw_storage_aggregate>& storage, const tw_aggregation& request,
                       Scanner& scanner) {
  tw_error error = empty_error();
  const tw_status status =
      storage.vtable().aggregate(storage.self(), &request, scanner.out(), &error);
  if (status == TW_E_UNSUPPORTED) return false;
  check(status, error);
  return true;
}

}  // namespace

std::optional<Reduction> Reduction::begin(Session& session, const Plan& plan, const Place& place,
                                          const Reading& reading) {
  const auto& storage = session.catalogue.aggregates();
  if (!storage) return std::nullopt;
  const FieldTypes& fields = session.catalogue.fields(place);
  if (!covered(plan, fields)) return std::nullopt;
  bool complete = false;
  const auto is_tag = [&](const Expr& e) {
    return e.type == DataType::tag || (e.type == DataType::unknown && fields.count(e.text) == 0);
  };
  const auto where = tag_conditions(reading.condition, is_tag, &complete);
  if (!complete) return std::nullopt;
  const Request request(plan, place, reading, where);
  Reduction out;
  if (!begin_aggregation(storage, request.raw, out.scanner_)) return std::nullopt;
  tw_error error = empty_error();
  Schema schema;
  check(out.scanner_->schema(&*out.scanner_, schema.out(), &error), error);
  out.children_ = children_of(plan, *schema);
  return out;
}

bool Reduction::next(Session& session, Group& out) {
  session.check_alive();
  tw_rows rows{};
  rows.size = sizeof rows;
  tw_error error = empty_error();
  if (check(scanner_->next(&*scanner_, &rows, &error), error) == TW_DONE) return false;
  *out.rows.out() = rows.array;
  out.values.resize(rows.n_tags);
  for (uint32_t i = 0; i < rows.n_tags; ++i) out.values[i] = view(rows.tags[i].value);
  return true;
}

bool reduce_in_storage(Session& session, const Plan& plan, const Place& place,
                       const Reading& reading, Groups& groups) {
  auto reduction = Reduction::begin(session, plan, place, reading);
  if (!reduction) return false;
  for (Reduction::Group found; reduction->next(session, found);) {
    Group& group = groups.at(found.values);
    for (size_t i = 0; i < plan.calls.size(); ++i) {
      group.calls[i].reduced = outs_of(plan, reduction->children()[i], *found.rows);
    }
  }
  return true;
}

}  // namespace tickwork::query
