// SPDX-License-Identifier: MIT
// join and union: where branches of a task come together.
#include <algorithm>
#include <optional>
#include <set>

#include "nodes.hpp"
#include "script.hpp"

namespace tickwork::stream {
namespace {

/// Joins the points of parents that have the same (rounded) time in the same group.
class JoinNode : public Node {
 public:
  explicit JoinNode(Edge edge) : Node{"join", "JoinNode", edge, edge} {
    property("as", [this](Args& a) { as_ = a.strings(); });
    property("delimiter", delimiter_);
    property("streamName", stream_name_);
    duration("tolerance", tolerance_);
    property("fill", [this](Args& a) {
      a.expect(1);
      fill_ = a[0].value;
    });
    property("on", [](Args&) { throw ScriptError{"join.on is not supported"}; });
  }
  void check() override {
    if (as_.size() != parents.size())
      throw ScriptError{"a call to join.as() is required, with one name for each parent"};
    for (auto& prefix : as_)
      if (!delimiter_.empty() && prefix.find(delimiter_) != prefix.npos)
        throw ScriptError{"cannot use name " + prefix +
                          " as field prefix, it contains the delimiter " + delimiter_};
    if (std::set<std::string>(as_.begin(), as_.end()).size() != as_.size())
      throw ScriptError{"cannot use the same field prefix twice in join.as()"};
  }
  size_t groups() const override { return meetings_.size(); }

  void point(const PointPtr& p, size_t parent) override {
    add(p->group, p->time, parent, p, nullptr);
  }
  void batch(const BatchPtr& b, size_t parent) override {
    add(b->group, b->tmax, parent, nullptr, b);
  }
  void barrier(const GroupPtr& group, int64_t time, size_t parent) override {
    auto& meeting = meetings_[*group];
    meeting.heads.resize(parents.size());
    meeting.heads[parent] = std::max(meeting.heads[parent].value_or(time), time);
    settle(meeting, false);
  }
  void drain() override {
    for (auto& [id, meeting] : meetings_) settle(meeting, true);
  }

 private:
  struct Seat {
    PointPtr point;
    BatchPtr batch;
    explicit operator bool() const { return point || batch; }
  };
  using Set = std::vector<Seat>;
  struct Meeting {
    std::vector<std::optional<int64_t>> heads;  // the newest time of each parent
    std::multimap<int64_t, Set> sets;           // by time
  };

  void add(const GroupPtr& group, int64_t time, size_t parent, PointPtr p, BatchPtr b) {
    auto& meeting = meetings_[*group];
    meeting.heads.resize(parents.size());
    if (tolerance_ > 0) time = round_time(time, tolerance_);
    auto& head = meeting.heads[parent];
    head = std::max(head.value_or(time), time);
    Seat seat{std::move(p), std::move(b)};
    auto [from, to] = meeting.sets.equal_range(time);
    auto open = std::find_if(from, to, [&](auto& entry) { return !entry.second[parent]; });
    if (open == to) open = meeting.sets.emplace(time, Set(parents.size()));
    open->second[parent] = std::move(seat);
    settle(meeting, false);
  }

  // Complete sets at the oldest time go out; incomplete ones when every parent is past their time.
  void settle(Meeting& meeting, bool all) {
    while (!meeting.sets.empty()) {
      auto oldest = meeting.sets.begin();
      bool complete = std::all_of(oldest->second.begin(), oldest->second.end(),
                                  [](auto& s) { return bool{s}; });
      bool passed = std::all_of(meeting.heads.begin(), meeting.heads.end(),
                                [&](auto& head) { return head && *head > oldest->first; });
      if (!complete && !passed && !all) return;
      Set set = std::move(oldest->second);
      int64_t time = oldest->first;
      meeting.sets.erase(oldest);
      if (complete || outer()) provides == Edge::stream ? give(set, time) : give_batch(set, time);
    }
  }
  bool outer() const { return fill_.type != Type::string || fill_.text == "null"; }

  /// The joined point, or nullptr when an inner join misses a side.
  std::shared_ptr<Point> joined(const std::vector<PointPtr>& sides, int64_t time) const {
    auto first = std::find_if(sides.begin(), sides.end(), [](auto& p) { return p != nullptr; });
    bool complete = std::all_of(sides.begin(), sides.end(), [](auto& p) { return p != nullptr; });
    if (first == sides.end() || (!complete && !outer())) return nullptr;
    auto out = std::make_shared<Point>();
    out->name = stream_name_.empty() ? (*first)->name : stream_name_;
    out->database = (*first)->database;
    out->retention = (*first)->retention;
    out->group = (*first)->group;
    out->tags = out->group->tags;
    std::erase_if(out->tags, [](auto& tag) { return tag.second.empty(); });
    out->time = time;
    for (size_t i = 0; i < sides.size(); ++i)
      for (auto& [name, value] : (sides[i] ? sides[i] : *first)->fields)
        put(out->fields, as_[i] + delimiter_ + name, sides[i] ? value : filler());
    return out;
  }
  Value filler() const { return fill_.type == Type::string ? Value{} : fill_; }

  void give(const Set& set, int64_t time) {
    std::vector<PointPtr> sides;
    for (auto& seat : set) sides.push_back(seat.point);
    if (auto out = joined(sides, time)) emit(PointPtr{out});
  }

  void give_batch(const Set& set, int64_t time) {
    auto first = std::find_if(set.begin(), set.end(), [](auto& s) { return bool{s}; });
    auto out = std::make_shared<Batch>(*first->batch);
    out->points.clear();
    out->tmax = time;
    if (!stream_name_.empty()) out->name = stream_name_;
    std::map<int64_t, std::vector<PointPtr>> rows;
    for (size_t i = 0; i < set.size(); ++i) {
      if (!set[i].batch) continue;
      for (auto& p : set[i].batch->points) {
        auto& row = rows[tolerance_ > 0 ? round_time(p->time, tolerance_) : p->time];
        row.resize(set.size());
        if (!row[i]) row[i] = p;
      }
    }
    for (auto& [at, sides] : rows)
      if (auto p = joined(sides, at)) {
        p->group = out->group;
        out->points.push_back(p);
      }
    emit(BatchPtr{out});
  }

  std::vector<std::string> as_;
  std::string delimiter_ = ".", stream_name_;
  int64_t tolerance_ = 0;
  Value fill_ = Value::of(std::string{"none"});
  PerGroup<Meeting> meetings_;
};

/// Merges its parents in time order, up to the least of their newest times.
class UnionNode : public Node {
 public:
  explicit UnionNode(Edge edge) : Node{"union", "UnionNode", edge, edge} {
    property("rename", rename_);
  }

  void point(const PointPtr& p, size_t parent) override {
    auto out = p;
    if (!rename_.empty()) {
      auto renamed = copy(p);
      renamed->name = rename_;
      out = renamed;
    }
    add(p->time, parent, [this, out] { emit(out); });
  }
  void batch(const BatchPtr& b, size_t parent) override {
    auto out = std::make_shared<Batch>(*b);
    if (!rename_.empty()) out->name = rename_;
    add(b->tmax, parent, [this, out] { emit(BatchPtr{out}); });
  }
  void barrier(const GroupPtr&, int64_t time, size_t parent) override { advance(parent, time); }
  void drain() override {
    for (auto& [time, give] : std::exchange(held_, {})) give();
  }

 private:
  void add(int64_t time, size_t parent, std::function<void()> give) {
    held_.emplace(time, std::move(give));
    advance(parent, time);
  }
  void advance(size_t parent, int64_t time) {
    marks_.resize(parents.size());
    marks_[parent] = std::max(marks_[parent].value_or(time), time);
    int64_t low = INT64_MAX;
    for (auto& mark : marks_) {
      if (!mark) return;
      low = std::min(low, *mark);
    }
    while (!held_.empty() && held_.begin()->first <= low) {
      auto give = std::move(held_.begin()->second);
      held_.erase(held_.begin());
      give();
    }
  }
  std::string rename_;
  std::vector<std::optional<int64_t>> marks_;
  std::multimap<int64_t, std::function<void()>> held_;
};

}  // namespace

std::unique_ptr<Node> make_join(Edge edge) { return std::make_unique<JoinNode>(edge); }
std::unique_ptr<Node> make_union(Edge edge) { return std::make_unique<UnionNode>(edge); }

}  // namespace tickwork::stream
