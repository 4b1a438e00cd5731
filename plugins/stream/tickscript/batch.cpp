// SPDX-License-Identifier: MIT
// batch|query: asks a query engine every so often and emits each series of the answer as a batch.
#include <tickwork/tickwork.h>

#include <algorithm>

#include "kit/influxql/influxql.hpp"
#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

namespace ql = influxql;

class QueryNode : public Node {
 public:
  explicit QueryNode(const std::string& text)
      : Node{"query", "QueryNode", Edge::batch, Edge::batch} {
    parse(text);
    duration("period", period_);
    duration("every", every_);
    duration("offset", offset_);
    flag("align", align_);
    flag("alignGroup", align_group_);
    flag("groupByMeasurement", by_name_);
    property("cluster", cluster_);
    property("groupBy", [this](Args& a) { group_by(a); });
    property("fill", [this](Args& a) { a.expect(1), fill(a[0].value); });
    property("cron", [](Args&) { throw ScriptError{"query.cron is not supported, use every"}; });
    counters["batches_queried"] = 0;
    counters["points_queried"] = 0;
  }
  void check() override {
    if (every_ <= 0) throw ScriptError{"must define one of 'every' or 'cron'"};
  }

  void start(Task& t) override {
    for (auto& source : select_.sources) {
      auto& m = source.measurement;
      if (!source.subquery && !t.wants(m.database, m.retention))
        throw ScriptError{"batch query is not allowed to request data from \"" + m.database +
                          "\".\"" + m.retention + "\""};
    }
    if (!t.services().query)
      throw ScriptError{"no query engine to ask: set the option query or influxdb_url"};
    int64_t delay = align_ ? truncate_time(t.now(), every_) + every_ - t.now() : every_;
    timer_ = t.services().every(delay, every_, [this] { tick(); });
  }
  void stop() override {
    if (timer_) task->services().cancel(timer_);
  }

 private:
  void parse(const std::string& text) {
    auto parsed = ql::parse(text);
    if (!parsed.error.empty()) throw ScriptError{"error parsing query: " + parsed.error};
    if (parsed.statements.size() != 1)
      throw ScriptError{"query must be a single select statement, got " +
                        std::to_string(parsed.statements.size()) + " statements"};
    auto* select = std::get_if<ql::Select>(&parsed.statements[0]);
    if (!select) throw ScriptError{"query is not a select statement \"" + text + "\""};
    select_ = *select;
  }

  void group_by(const Args& args) {
    select_.dimensions.clear();
    group_time_ = 0;
    for (size_t i = 0; i < args.size(); ++i) {
      const Object& o = args[i];
      if (o.kind == Object::Kind::star) {
        ql::Expr star;
        star.kind = ql::ExprKind::wildcard;
        select_.dimensions.push_back(std::make_shared<const ql::Expr>(star));
      } else if (o.kind == Object::Kind::dimension_time || o.value.type == Type::duration) {
        group_time_ = o.value.integer;
        group_offset_ = o.list.empty() ? 0 : o.list[0].value.integer;
      } else {
        select_.dimensions.push_back(ql::make_variable(args.string(i)));
      }
    }
  }

  void fill(const Value& v) {
    static const std::vector<std::pair<std::string, ql::Fill>> kinds{
        {"null", ql::Fill::null},
        {"none", ql::Fill::none},
        {"previous", ql::Fill::previous},
        {"linear", ql::Fill::linear}};
    for (auto& [kind, value] : kinds)
      if (v.type == Type::string && v.text == kind) return void(select_.fill = value);
    if (!v.is_number()) throw ScriptError{"unexpected fill option " + v.text};
    select_.fill = ql::Fill::number;
    select_.fill_value =
        v.type == Type::integer ? ql::make_integer(v.integer) : ql::make_number(v.real);
  }

  // A tick that comes while a query runs is skipped.
  void tick() {
    if (waiting_.exchange(true)) return;
    int64_t now = task->now();
    task->run([this, now] {
      waiting_ = false;
      ask(align_ ? truncate_time(now, every_) : now);
    });
  }

  std::string text(int64_t from, int64_t to) const {
    ql::Select select = select_;
    auto bound = [](ql::Op op, int64_t t) {
      return ql::make_binary(op, ql::make_variable("time"), ql::make_time(t));
    };
    auto range =
        ql::make_binary(ql::Op::logical_and, bound(ql::Op::gte, from), bound(ql::Op::lt, to));
    select.condition = select.condition ? ql::make_binary(ql::Op::logical_and,
                                                          ql::make_paren(select.condition), range)
                                        : range;
    if (group_time_ > 0) {
      int64_t shift = align_group_ ? from - truncate_time(from, group_time_) : group_offset_;
      std::vector<ql::ExprPtr> args{ql::make_duration(group_time_)};
      if (shift) args.push_back(ql::make_duration(shift));
      select.dimensions.insert(select.dimensions.begin(), ql::make_call("time", std::move(args)));
    }
    return ql::to_string(select);
  }

  void ask(int64_t at) {
    int64_t to = at - offset_, from = to - period_;
    std::vector<Series> answer;
    try {
      answer = task->services().query(text(from, to));
    } catch (const std::exception& e) {
      return fail(std::string{"query failed: "} + e.what());
    }
    for (auto& series : answer) give(series, to);
  }

  void give(const Series& series, int64_t tmax) {
    auto b = std::make_shared<Batch>();
    b->name = series.name;
    if (!select_.sources.empty()) {
      b->database = select_.sources[0].measurement.database;
      b->retention = select_.sources[0].measurement.retention;
    }
    Point sample;
    sample.name = series.name;
    sample.tags = series.tags;
    Dimensions d;
    d.by_name = by_name_;
    for (auto& tag : series.tags) d.names.push_back(tag.first);
    b->group = cache_.of(sample, d);
    b->tmax = tmax;
    for (auto& [time, fields] : series.rows) {
      if (fields.empty()) continue;
      auto p = std::make_shared<Point>(sample);
      std::erase_if(p->tags, [](auto& tag) { return tag.second.empty(); });
      p->database = b->database;
      p->retention = b->retention;
      p->fields = fields;
      p->time = time;
      p->group = b->group;
      b->points.push_back(p);
    }
    if (group_time_ > 0 && !b->points.empty()) b->tmax = b->points.back()->time;
    ++counters["batches_queried"];
    counters["points_queried"] += static_cast<int64_t>(b->points.size());
    emit(BatchPtr{b});
  }

  ql::Select select_;
  int64_t period_ = 0, every_ = 0, offset_ = 0, group_time_ = 0, group_offset_ = 0;
  bool align_ = false, align_group_ = false, by_name_ = false;
  std::string cluster_;
  GroupCache cache_;
  std::atomic<bool> waiting_{false};
  uint64_t timer_ = 0;
};

}  // namespace

std::unique_ptr<Node> make_query(const std::string& text) {
  return std::make_unique<QueryNode>(text);
}

}  // namespace tickwork::stream
