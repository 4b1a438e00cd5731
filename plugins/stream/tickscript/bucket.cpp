// SPDX-License-Identifier: MIT
// Nodes that gather the points of one time in a group: flatten and combine; and barrier, which says
// on wall clock that no older points will come.
#include <algorithm>

#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

/// Holds the points of the newest (rounded) time of a group until a later one comes.
class BucketNode : public Node {
 public:
  BucketNode(std::string kind, std::string type, Edge edge, Edge provided)
      : Node{std::move(kind), std::move(type), edge, provided} {
    duration("tolerance", tolerance_);
    property("delimiter", delimiter_);
  }
  size_t groups() const override { return buckets_.size(); }

  void point(const PointPtr& p, size_t) override {
    auto& bucket = buckets_[*p->group];
    int64_t time = rounded(p->time);
    if (!bucket.points.empty() && time != bucket.time) release(bucket);
    bucket.time = time;
    bucket.points.push_back(p);
  }
  void barrier(const GroupPtr& group, int64_t time, size_t) override {
    auto& bucket = buckets_[*group];
    if (!bucket.points.empty() && time > bucket.time) release(bucket);
    emit_barrier(group, time);
  }

 protected:
  using Members = std::vector<PointPtr>;
  virtual void give(const Members& points, int64_t time) = 0;
  int64_t rounded(int64_t t) const { return tolerance_ > 0 ? round_time(t, tolerance_) : t; }

  /// Calls give for each run of equal times of a batch.
  void each_time(const stream::Batch& b) {
    std::map<int64_t, Members> times;
    for (auto& p : b.points) times[rounded(p->time)].push_back(p);
    for (auto& [time, points] : times) give(points, time);
  }
  static std::shared_ptr<Point> begin(const Point& like, int64_t time) {
    auto out = std::make_shared<Point>(like);
    out->tags = like.group->tags;
    std::erase_if(out->tags, [](auto& tag) { return tag.second.empty(); });
    out->fields.clear();
    out->time = time;
    return out;
  }

  std::string delimiter_ = ".";

 private:
  struct Bucket {
    int64_t time = 0;
    Members points;
  };
  void release(Bucket& bucket) { give(std::exchange(bucket.points, {}), bucket.time); }
  int64_t tolerance_ = 0;
  PerGroup<Bucket> buckets_;
};

class FlattenNode : public BucketNode {
 public:
  explicit FlattenNode(Edge edge) : BucketNode{"flatten", "FlattenNode", edge, edge} {
    property("on", [this](Args& a) { on_ = a.strings(); });
    flag("dropOriginalFieldName", drop_name_);
  }
  void check() override {
    if (on_.empty())
      throw ScriptError{"flatten node must have at least one dimension specified with on"};
  }
  void batch(const BatchPtr& b, size_t) override {
    auto out = std::make_shared<stream::Batch>(*b);
    out->points.clear();
    out_ = out.get();
    each_time(*b);
    out_ = nullptr;
    emit(BatchPtr{out});
  }

 private:
  void give(const Members& points, int64_t time) override {
    auto flat = begin(*points[0], time);
    for (auto& p : points) {
      std::string prefix;
      bool complete = true;
      for (auto& key : on_) {
        auto* value = find(p->tags, key);
        complete = complete && value;
        if (value) prefix += *value + delimiter_;
      }
      if (!complete) continue;
      if (drop_name_ && !prefix.empty()) prefix.resize(prefix.size() - delimiter_.size());
      for (auto& [key, value] : p->fields)
        put(flat->fields, drop_name_ ? prefix : prefix + key, value);
    }
    if (flat->fields.empty()) return;
    if (out_)
      out_->points.push_back(flat);
    else
      emit(PointPtr{flat});
  }
  std::vector<std::string> on_;
  bool drop_name_ = false;
  stream::Batch* out_ = nullptr;
};

class CombineNode : public BucketNode {
 public:
  CombineNode(Edge edge, std::vector<Condition> expressions)
      : BucketNode{"combine", "CombineNode", edge, Edge::stream},
        expressions_{std::move(expressions)} {
    property("as", [this](Args& a) { as_ = a.strings(); });
    property("max", max_);
  }
  void check() override {
    if (as_.size() != expressions_.size() || as_.empty())
      throw ScriptError{"a call to combine.as() is required, with one name for each expression"};
  }
  void batch(const BatchPtr& b, size_t) override { each_time(*b); }

 private:
  // Every selection of one point an expression, each point at most once and later expressions from
  // points behind or before in any order, as n choose k does.
  void give(const Members& points, int64_t time) override {
    std::vector<std::vector<bool>> fits;
    double combinations = 1;
    for (size_t i = 0; i < expressions_.size(); ++i)
      combinations *= static_cast<double>(points.size() - std::min(i, points.size())) /
                      static_cast<double>(i + 1);
    if (combinations > static_cast<double>(max_))
      throw std::runtime_error{
          label +
          ": refusing to perform combination as total combinations exceeds max combinations"};
    for (auto& expression : expressions_) {
      auto& row = fits.emplace_back();
      for (auto& p : points) {
        bool yes = false;
        row.push_back(test(expression, states_[*p->group], *p, yes) && yes);
      }
    }
    std::vector<size_t> chosen;
    choose(points, fits, 0, chosen, time);
  }

  void choose(const Members& points, const std::vector<std::vector<bool>>& fits, size_t from,
              std::vector<size_t>& chosen, int64_t time) {
    if (chosen.size() == expressions_.size()) return match(points, fits, chosen, time);
    for (size_t i = from; i < points.size(); ++i) {
      chosen.push_back(i);
      choose(points, fits, i + 1, chosen, time);
      chosen.pop_back();
    }
  }

  /// The first order in which the chosen points satisfy the expressions one by one.
  void match(const Members& points, const std::vector<std::vector<bool>>& fits,
             std::vector<size_t> chosen, int64_t time) {
    std::sort(chosen.begin(), chosen.end());
    do {
      bool all = true;
      for (size_t i = 0; i < chosen.size(); ++i) all = all && fits[i][chosen[i]];
      if (all) return combined(points, chosen, time);
    } while (std::next_permutation(chosen.begin(), chosen.end()));
  }

  void combined(const Members& points, const std::vector<size_t>& chosen, int64_t time) {
    auto out = begin(*points[chosen[0]], time);
    for (size_t i = 0; i < chosen.size(); ++i) {
      auto& p = points[chosen[i]];
      for (auto& [key, value] : p->fields) put(out->fields, as_[i] + delimiter_ + key, value);
      for (auto& [key, value] : p->tags)
        if (!find(p->group->tags, key)) put(out->tags, as_[i] + delimiter_ + key, value);
    }
    emit(PointPtr{out});
  }

  std::vector<Condition> expressions_;
  std::vector<std::string> as_;
  int64_t max_ = 1'000'000;
  PerGroup<lambda::State> states_;
};

class BarrierNode : public Node {
 public:
  explicit BarrierNode(Edge edge) : Node{"barrier", "BarrierNode", edge, edge} {
    duration("idle", idle_);
    duration("period", period_);
    property("delete", [](Args&) { throw ScriptError{"barrier.delete is not supported"}; });
  }
  void check() override {
    if ((idle_ > 0) == (period_ > 0))
      throw ScriptError{"you must specify exactly one of idle and period"};
  }
  void start(Task& t) override {
    int64_t every = period_ > 0 ? period_ : idle_;
    timer_ = t.services().every(every, every, [this] { task->run([this] { tick(); }); });
  }
  void stop() override {
    if (timer_) task->services().cancel(timer_);
  }
  void point(const PointPtr& p, size_t) override {
    auto& track = tracks_[*p->group];
    if (p->time < track.barrier) return;
    track.group = p->group;
    track.last = p->time;
    track.seen = task->now();
    emit(p);
  }
  void batch(const BatchPtr& b, size_t) override {
    auto& track = tracks_[*b->group];
    if (b->tmax < track.barrier) return;
    track.group = b->group;
    track.last = b->tmax;
    track.seen = task->now();
    emit(b);
  }

 private:
  void tick() {
    for (auto& [id, track] : tracks_) {
      if (idle_ > 0 && task->now() - track.seen < idle_) continue;
      track.barrier = period_ > 0 ? task->now() : track.last + idle_;
      track.last = std::max(track.last, track.barrier);
      emit_barrier(track.group, track.barrier);
    }
  }
  struct Track {
    GroupPtr group;
    int64_t last = 0, seen = 0, barrier = INT64_MIN;
  };
  int64_t idle_ = 0, period_ = 0;
  uint64_t timer_ = 0;
  PerGroup<Track> tracks_;
};

}  // namespace

std::unique_ptr<Node> make_flatten(Edge edge) { return std::make_unique<FlattenNode>(edge); }
std::unique_ptr<Node> make_barrier(Edge edge) { return std::make_unique<BarrierNode>(edge); }
std::unique_ptr<Node> make_combine(Edge edge, std::vector<Condition> expressions) {
  return std::make_unique<CombineNode>(edge, std::move(expressions));
}

}  // namespace tickwork::stream
