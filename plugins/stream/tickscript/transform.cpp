// SPDX-License-Identifier: MIT
// Nodes that look at one point at a time: from, where, groupBy, default, delete, shift, sample,
// derivative, changeDetect, stateDuration, stateCount; and make_node, which knows all methods.
#include <algorithm>

#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {

GroupPtr GroupCache::of(const Point& point, const Dimensions& d) {
  key_.clear();
  if (d.by_name) key_ += point.name + '\n';
  if (d.all) {
    for (auto& [key, value] : point.tags) (key_ += key) += '=' + value + ',';
  } else {
    for (auto& name : d.names) {
      if (auto* value = find(point.tags, name)) key_ += *value;
      key_ += '\0';
    }
  }
  auto& group = groups_[key_];
  if (!group) group = make_group(point, d);
  return group;
}

void set_dimensions(Dimensions& d, const Args& args) {
  d.all = false;
  d.names.clear();
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i].kind == Object::Kind::star)
      d.all = true;
    else
      d.names.push_back(args.string(i));
  }
  if (d.all && !d.names.empty())
    throw ScriptError{"cannot group by both '*' and named dimensions."};
  std::sort(d.names.begin(), d.names.end());
}

FromNode::FromNode() : Node{"from", "FromNode", Edge::stream, Edge::stream} {
  property("database", database_);
  property("retentionPolicy", retention_);
  property("measurement", measurement_);
  duration("truncate", truncate_);
  duration("round", round_);
  property("where", [this](Args& a) { a.expect(1), where_.push_back(a.lambda()); });
  property("groupBy", [this](Args& a) { set_dimensions(dimensions_, a); });
  flag("groupByMeasurement", dimensions_.by_name);
}

bool FromNode::matches(const Point& p) {
  if (!database_.empty() && p.database != database_) return false;
  if (!retention_.empty() && p.retention != retention_) return false;
  if (!measurement_.empty() && p.name != measurement_) return false;
  for (auto& condition : where_) {
    bool yes = false;
    if (!test(condition, condition.state, p, yes) || !yes) return false;
  }
  return true;
}

void FromNode::point(const PointPtr& p, size_t) {
  if (!matches(*p)) return;
  auto out = copy(p);
  if (truncate_ > 0) out->time = truncate_time(out->time, truncate_);
  if (round_ > 0) out->time = round_time(out->time, round_);
  out->group = cache_.of(*out, dimensions_);
  emit(out);
}

void PointwiseNode::batch(const BatchPtr& b, size_t) {
  auto out = std::make_shared<Batch>(*b);
  out->points.clear();
  out->tmax = map_time(b->tmax);
  begin_batch(*b->group);
  for (auto& p : b->points)
    if (auto mapped = map(p)) out->points.push_back(mapped);
  emit(out);
}

namespace {

class WhereNode : public PointwiseNode {
 public:
  WhereNode(Edge edge, Condition c)
      : PointwiseNode{"where", "WhereNode", edge}, condition_{std::move(c)} {}
  size_t groups() const override { return states_.size(); }

 protected:
  PointPtr map(const PointPtr& p) override {
    bool yes = false;
    return test(condition_, states_[*p->group], *p, yes) && yes ? p : nullptr;
  }

 private:
  Condition condition_;
  PerGroup<lambda::State> states_;
};

class GroupByNode : public Node {
 public:
  GroupByNode(Edge edge, const Args& args) : Node{"groupby", "GroupByNode", edge, edge} {
    set_dimensions(dimensions_, args);
    flag("byMeasurement", dimensions_.by_name);
    property("exclude", [this](Args& a) { dimensions_.excluded = a.strings(); });
  }
  size_t groups() const override { return cache_.size(); }

  void point(const PointPtr& p, size_t) override {
    auto out = copy(p);
    out->group = cache_.of(*p, dimensions_);
    emit(out);
  }
  // Buckets are held until a batch with another tmax shows that the time is complete.
  void batch(const BatchPtr& b, size_t) override {
    if (b->tmax != tmax_) release();
    tmax_ = b->tmax;
    for (auto& p : b->points) {
      auto out = copy(p);
      out->group = cache_.of(*p, dimensions_);
      auto& bucket = buckets_[out->group->id];
      if (!bucket) {
        bucket = std::make_shared<Batch>(*b);
        bucket->group = out->group;
        bucket->points.clear();
      }
      bucket->points.push_back(out);
    }
  }
  void barrier(const GroupPtr& group, int64_t time, size_t) override {
    release();
    emit_barrier(group, time);
  }

 private:
  void release() {
    auto buckets = std::exchange(buckets_, {});
    for (auto& [id, bucket] : buckets) {
      std::stable_sort(bucket->points.begin(), bucket->points.end(),
                       [](auto& a, auto& b) { return a->time < b->time; });
      emit(BatchPtr{bucket});
    }
  }
  Dimensions dimensions_;
  GroupCache cache_;
  int64_t tmax_ = 0;
  std::map<std::string, std::shared_ptr<Batch>> buckets_;
};

class DefaultNode : public PointwiseNode {
 public:
  explicit DefaultNode(Edge edge) : PointwiseNode{"default", "DefaultNode", edge} {
    property("field", [this](Args& a) {
      a.expect(2);
      if (a[1].kind != Object::Kind::value || a[1].value.type == Type::duration)
        throw ScriptError{"unsupported type " + type_name(a[1]) + " for field default"};
      fields_.emplace_back(a.string(0), a[1].value);
    });
    property("tag", [this](Args& a) { a.expect(2), tags_.emplace_back(a.string(0), a.string(1)); });
    counters["fields_defaulted"] = 0;
    counters["tags_defaulted"] = 0;
  }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto out = copy(p);
    for (auto& [name, value] : fields_)
      if (auto* have = find(out->fields, name); !have || have->type == Type::missing) {
        put(out->fields, name, value);
        ++counters["fields_defaulted"];
      }
    for (auto& [name, value] : tags_)
      if (auto* have = find(out->tags, name); !have || have->empty()) {
        put(out->tags, name, value);
        ++counters["tags_defaulted"];
      }
    return out;
  }

 private:
  Fields fields_;
  Tags tags_;
};

class DeleteNode : public PointwiseNode {
 public:
  explicit DeleteNode(Edge edge) : PointwiseNode{"delete", "DeleteNode", edge} {
    property("field", [this](Args& a) { a.expect(1), fields_.push_back(a.string()); });
    property("tag", [this](Args& a) { a.expect(1), tags_.push_back(a.string()); });
  }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto out = copy(p);
    for (auto& name : fields_) remove(out->fields, name);
    bool regroup = false;
    for (auto& name : tags_) {
      remove(out->tags, name);
      regroup = regroup || find(p->group->tags, name);
    }
    if (regroup) {
      Dimensions d;
      d.by_name = p->group->by_name;
      for (auto& [key, value] : p->group->tags)
        if (std::find(tags_.begin(), tags_.end(), key) == tags_.end()) d.names.push_back(key);
      out->group = cache_.of(*out, d);
    }
    return out;
  }

 private:
  std::vector<std::string> fields_, tags_;
  GroupCache cache_;
};

class ShiftNode : public PointwiseNode {
 public:
  ShiftNode(Edge edge, int64_t by) : PointwiseNode{"shift", "ShiftNode", edge}, by_{by} {}
  void start(Task&) override {
    if (by_ == 0) throw ScriptError{"invalid shift value: must be non zero, got: 0s"};
  }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto out = copy(p);
    out->time += by_;
    return out;
  }
  int64_t map_time(int64_t tmax) override { return tmax + by_; }

 private:
  int64_t by_;
};

class SampleNode : public PointwiseNode {
 public:
  SampleNode(Edge edge, int64_t count, int64_t span)
      : PointwiseNode{"sample", "SampleNode", edge}, count_{count}, span_{span} {}
  void start(Task&) override {
    if (count_ <= 0 && span_ <= 0) throw ScriptError{"invalid sample rate: must be greater than 0"};
  }

 protected:
  PointPtr map(const PointPtr& p) override {
    if (span_ > 0) return p->time % span_ == 0 ? p : nullptr;
    return seen_[*p->group]++ % count_ == 0 ? p : nullptr;
  }
  void begin_batch(const Group& group) override { seen_[group] = 0; }

 private:
  int64_t count_, span_;
  PerGroup<int64_t> seen_;
};

class DerivativeNode : public PointwiseNode {
 public:
  DerivativeNode(Edge edge, std::string field)
      : PointwiseNode{"derivative", "DerivativeNode", edge}, field_{field}, as_{std::move(field)} {
    duration("unit", unit_);
    flag("nonNegative", non_negative_);
    property("as", as_);
  }
  size_t groups() const override { return last_.size(); }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto* value = find(p->fields, field_);
    if (!value) return fail("field \"" + field_ + "\" missing from point"), nullptr;
    if (!value->is_number())
      return fail("field \"" + field_ + "\" is the wrong type, it must be a number"), nullptr;
    auto& last = last_[*p->group];
    Seen before = std::exchange(last, {true, value->as_real(), p->time});
    if (!before.any) return nullptr;
    auto elapsed = static_cast<double>(p->time - before.time);
    if (elapsed == 0) return fail("cannot perform derivative elapsed time was 0"), nullptr;
    double rate = (value->as_real() - before.value) / (elapsed / static_cast<double>(unit_));
    if (non_negative_ && value->as_real() < before.value) return nullptr;
    auto out = copy(p);
    put(out->fields, as_, Value::of(rate));
    return out;
  }
  void begin_batch(const Group& group) override { last_[group] = {}; }

 private:
  struct Seen {
    bool any = false;
    double value = 0;
    int64_t time = 0;
  };
  std::string field_, as_;
  int64_t unit_ = 1'000'000'000;
  bool non_negative_ = false;
  PerGroup<Seen> last_;
};

bool same(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  return a.type == Type::string ? a.text == b.text
         : a.type == Type::real ? a.real == b.real
                                : a.integer == b.integer;
}

class ChangeDetectNode : public PointwiseNode {
 public:
  ChangeDetectNode(Edge edge, std::vector<std::string> fields)
      : PointwiseNode{"changeDetect", "ChangeDetectNode", edge}, fields_{std::move(fields)} {}

 protected:
  PointPtr map(const PointPtr& p) override {
    auto& last = last_[*p->group];
    bool changed = false;
    for (auto& field : fields_) {
      auto* value = find(p->fields, field);
      if (!value) {
        fail("field \"" + field + "\" missing from point");
        continue;
      }
      auto* before = last ? find(last->fields, field) : nullptr;
      changed = changed || !before || !same(*value, *before);
    }
    if (!changed) return nullptr;
    return last = p;
  }
  void begin_batch(const Group& group) override { last_[group] = nullptr; }

 private:
  std::vector<std::string> fields_;
  PerGroup<PointPtr> last_;
};

/// stateDuration and stateCount: how long or how often a condition has held.
class StateNode : public PointwiseNode {
 public:
  StateNode(Edge edge, Condition c, bool duration_kind)
      : PointwiseNode{duration_kind ? "state_duration" : "state_count",
                      duration_kind ? "StateDurationNode" : "StateCountNode", edge},
        condition_{std::move(c)},
        as_{kind_name},
        timed_{duration_kind} {
    property("as", as_);
    if (timed_) duration("unit", unit_);
  }
  size_t groups() const override { return tracks_.size(); }

 protected:
  PointPtr map(const PointPtr& p) override {
    auto& track = tracks_[*p->group];
    bool in = false;
    if (!test(condition_, track.state, *p, in)) return nullptr;
    if (in && track.count++ == 0) track.since = p->time;
    if (!in) track.count = 0;
    auto out = copy(p);
    double elapsed = static_cast<double>(p->time - track.since) / static_cast<double>(unit_);
    put(out->fields, as_,
        timed_ ? Value::of(in ? elapsed : -1.0) : Value::of(in ? track.count : int64_t{-1}));
    return out;
  }
  void begin_batch(const Group& group) override { tracks_[group] = {}; }

 private:
  struct Track {
    lambda::State state;
    int64_t count = 0, since = 0;
  };
  Condition condition_;
  std::string as_;
  bool timed_;
  int64_t unit_ = 1'000'000'000;
  PerGroup<Track> tracks_;
};

std::vector<Condition> lambdas(const Args& args) {
  std::vector<Condition> all;
  for (size_t i = 0; i < args.size(); ++i) all.push_back(args.lambda(i));
  return all;
}

using Maker = std::unique_ptr<Node> (*)(Edge, const Args&);

const std::map<std::string, Maker>& transforms() {
  static const std::map<std::string, Maker> makers{
      {"where",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), std::make_unique<WhereNode>(e, a.lambda());
       }},
      {"groupBy",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return std::make_unique<GroupByNode>(e, a);
       }},
      {"default",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(0), std::make_unique<DefaultNode>(e);
       }},
      {"delete",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(0), std::make_unique<DeleteNode>(e);
       }},
      {"shift",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), std::make_unique<ShiftNode>(e, a.duration());
       }},
      {"sample",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         a.expect(1);
         bool span = a[0].value.type == Type::duration;
         return std::make_unique<SampleNode>(e, span ? 0 : a.integer(), span ? a.duration() : 0);
       }},
      {"derivative",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), std::make_unique<DerivativeNode>(e, a.string());
       }},
      {"changeDetect",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return std::make_unique<ChangeDetectNode>(e, a.strings());
       }},
      {"stateDuration",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), std::make_unique<StateNode>(e, a.lambda(), true);
       }},
      {"stateCount",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), std::make_unique<StateNode>(e, a.lambda(), false);
       }},
      {"eval",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> { return make_eval(e, lambdas(a)); }},
      {"log",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> { return a.expect(0), make_log(e); }},
      {"httpOut",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), make_http_out(e, a.string());
       }},
      {"influxDBOut",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(0), make_influxdb_out(e);
       }},
      {"kapacitorLoopback",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(0), make_loopback(e);
       }},
      {"httpPost",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> {
         return a.expect_between(0, 1), make_http_post(e, a.size() ? a.string() : "");
       }},
      {"flatten",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> { return a.expect(0), make_flatten(e); }},
      {"barrier",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> { return a.expect(0), make_barrier(e); }},
      {"combine",
       [](Edge e, const Args& a) -> std::unique_ptr<Node> { return make_combine(e, lambdas(a)); }},
      {"stats",
       [](Edge, const Args& a) -> std::unique_ptr<Node> {
         return a.expect(1), make_stats(a.duration());
       }},
  };
  return makers;
}

/// deadman: stats, a sink, derivative and alert in one call.
Node* make_deadman(Pipeline& pipeline, const Environment& environment, Node& parent,
                   const Args& args) {
  if (args.size() < 2 || args[0].kind != Object::Kind::value || args[0].value.type != Type::real)
    throw ScriptError{"error calling func \"deadman\" on obj " + parent.message_type() +
                      ": reflect: Call using " + (args.size() ? type_name(args[0]) : "nothing") +
                      " as type float64"};
  double threshold = args.real(0);
  int64_t interval = args.duration(1);
  std::string every = tickscript::format_duration(interval);
  auto call = [](Node& node, const char* property, std::vector<Object> values) {
    Args a{property, std::move(values)};
    node.set_property(property, a);
  };
  auto text = [](const std::string& s) { return std::vector<Object>{Object::of(Value::of(s))}; };
  Node& stats = pipeline.add(make_stats(interval));
  parent.add_child(stats);
  call(stats, "align", {});
  parent.add_child(pipeline.add(make_noop(parent.provides)));
  Node& rate = pipeline.add(std::make_unique<DerivativeNode>(Edge::stream, "emitted"));
  stats.add_child(rate);
  call(rate, "unit", {Object::of(Value::duration(interval))});
  call(rate, "nonNegative", {});
  Node& alert = pipeline.add(make_alert(Edge::stream, environment.is_handler));
  rate.add_child(alert);
  call(alert, "id", text("{{ .Group }}:" + parent.label + " for task '{{ .TaskName }}'"));
  call(alert, "message",
       text("{{ .ID }} is {{ if eq .Level \"OK\" }}alive{{ else }}dead{{ end }}: {{ index "
            ".Fields \"emitted\" | printf \"%0.3f\" }} points/" +
            every + "."));
  std::string condition = "\"emitted\" <= " + lambda::plain(threshold);
  if (condition.find('.') == condition.npos) condition += ".0";
  for (size_t i = 2; i < args.size(); ++i)
    condition += " AND (" + tickscript::format_expression(*args[i].tree) + ")";
  Object lambda;
  lambda.kind = Object::Kind::lambda;
  lambda.tree = tickscript::parse_lambda(condition).root;
  call(alert, "crit", {lambda});
  return &alert;
}

/// join and union: one number for each parent, the last is the node's.
Node* make_meeting(Pipeline& pipeline, Node& parent, std::unique_ptr<Node> made, const Args& args) {
  pipeline.next_index += args.size();
  Node& node = pipeline.add(std::move(made));
  parent.add_child(node);
  for (size_t i = 0; i < args.size(); ++i) args.node(i).add_child(node);
  return &node;
}

std::unique_ptr<Node> make_plain(const Environment& environment, Node& parent,
                                 const std::string& method, const Args& args) {
  if (auto found = transforms().find(method); found != transforms().end())
    return found->second(parent.provides, args);
  if (method == "window") return args.expect(0), make_window();
  if (method == "alert") return args.expect(0), make_alert(parent.provides, environment.is_handler);
  if (is_aggregate(method)) return make_aggregate(method, parent.provides, args);
  return nullptr;
}

}  // namespace

bool has_method(const Node& parent, const std::string& method) {
  if (method == "from") return parent.class_name == "StreamNode" || parent.class_name == "FromNode";
  if (parent.class_name == "StreamNode" || parent.class_name == "BatchNode")
    return method == "deadman" || method == "stats" ||
           (method == "query" && parent.class_name == "BatchNode");
  return transforms().contains(method) || is_aggregate(method) || method == "window" ||
         method == "alert" || method == "deadman" || method == "join" || method == "union";
}

Node* make_node(Pipeline& pipeline, const Environment& environment, Node& parent,
                const std::string& method, Args& args) {
  if (!has_method(parent, method) || parent.provides == Edge::none) return nullptr;
  if (method == "window" && parent.provides == Edge::batch)
    throw ScriptError{"cannot Window batch edge"};
  if (method == "deadman") return make_deadman(pipeline, environment, parent, args);
  if (method == "join") return make_meeting(pipeline, parent, make_join(parent.provides), args);
  if (method == "union") return make_meeting(pipeline, parent, make_union(parent.provides), args);
  auto made = method == "query"  ? (args.expect(1), make_query(args.string()))
              : method == "from" ? std::make_unique<FromNode>()
                                 : make_plain(environment, parent, method, args);
  Node& node = pipeline.add(std::move(made));
  parent.add_child(node);
  return &node;
}

}  // namespace tickwork::stream
