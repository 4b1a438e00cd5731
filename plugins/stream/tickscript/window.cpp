// SPDX-License-Identifier: MIT
// window: points of a stream become batches. Only the times of points and barriers move a window.
#include <deque>

#include "nodes.hpp"
#include "script.hpp"

namespace tickwork::stream {
namespace {

class WindowNode : public Node {
 public:
  WindowNode() : Node{"window", "WindowNode", Edge::stream, Edge::batch} {
    duration("period", period_);
    duration("every", every_);
    property("periodCount", period_count_);
    property("everyCount", every_count_);
    flag("align", align_);
    flag("fillPeriod", fill_);
  }
  void check() override {
    bool counts = period_count_ != 0 || every_count_ != 0;
    if (counts && (period_ != 0 || every_ != 0))
      throw ScriptError{"must provide only one of period and periodCount"};
    if (counts && align_) throw ScriptError{"can only align windows based off time, not count"};
    if (period_count_ != 0 && every_count_ <= 0)
      throw ScriptError{"everyCount must be greater than zero"};
  }
  void start(Task&) override {
    if (period_ == 0 && period_count_ == 0)
      throw ScriptError{"period or periodCount must be greater than zero"};
  }
  size_t groups() const override { return windows_.size(); }

  void point(const PointPtr& p, size_t) override {
    Window& w = windows_[*p->group];
    if (!w.head) w.head = p;
    if (period_count_ != 0)
      counted(w, p);
    else if (every_ == 0)
      sliding(w, p);
    else
      tumbling(w, p);
  }
  void barrier(const GroupPtr& group, int64_t time, size_t) override {
    if (period_count_ != 0) return emit_barrier(group, time);
    Window& w = windows_[*group];
    if (w.head && every_ != 0 && time >= w.next) close(w, time);
  }

 private:
  struct Window {
    std::deque<PointPtr> points;
    PointPtr head;  // the first point: tells name and group
    int64_t next = 0, first = 0, seen = 0;
    bool begun = false;
  };

  // [next - period, next): the point that closes a window belongs to the next one.
  void tumbling(Window& w, const PointPtr& p) {
    if (!std::exchange(w.begun, true)) w.next = first_close(p->time);
    if (p->time >= w.next) close(w, p->time);
    w.points.push_back(p);
  }
  int64_t first_close(int64_t t) const {
    if (!fill_) return align_ ? truncate_time(t + every_, every_) : t + every_;
    return align_ ? truncate_time(t + period_, every_) + every_ : t + period_;
  }
  void close(Window& w, int64_t by) {
    drop_before(w, w.next - period_);
    give(w, w.next);
    w.next = align_ ? truncate_time(by + every_, every_) : by + every_;
  }

  // (t - period, t] at each point.
  void sliding(Window& w, const PointPtr& p) {
    if (!std::exchange(w.begun, true)) w.first = p->time;
    w.points.push_back(p);
    drop_before(w, p->time - period_ + 1);
    if (!fill_ || p->time >= w.first + period_) give(w, p->time);
  }

  void counted(Window& w, const PointPtr& p) {
    if (!std::exchange(w.begun, true)) w.next = fill_ ? period_count_ : every_count_;
    w.points.push_back(p);
    while (static_cast<int64_t>(w.points.size()) > period_count_) w.points.pop_front();
    if (++w.seen < w.next) return;
    w.next = w.seen + every_count_;
    give(w, p->time);
  }

  static void drop_before(Window& w, int64_t time) {
    while (!w.points.empty() && w.points.front()->time < time) w.points.pop_front();
  }
  void give(Window& w, int64_t tmax) {
    auto b = std::make_shared<Batch>();
    b->name = w.head->name;
    b->database = w.head->database;
    b->retention = w.head->retention;
    b->group = w.head->group;
    b->tmax = tmax;
    b->points.assign(w.points.begin(), w.points.end());
    emit(BatchPtr{b});
  }

  int64_t period_ = 0, every_ = 0, period_count_ = 0, every_count_ = 0;
  bool align_ = false, fill_ = false;
  PerGroup<Window> windows_;
};

}  // namespace

std::unique_ptr<Node> make_window() { return std::make_unique<WindowNode>(); }

}  // namespace tickwork::stream
