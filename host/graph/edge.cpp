// SPDX-License-Identifier: MIT
// Deliveries are told after the lock is free: an input may emit from its callback.
#include "graph/edge.hpp"

#include <algorithm>
#include <unordered_set>

namespace tickwork::host {

namespace {

void end(const std::vector<Segment>& segments, tw_status status) {
  for (const Segment& segment : segments) {
    if (segment.batch->tracked) release(segment.points(), status);
  }
}

}  // namespace

size_t points_in(const std::vector<Segment>& segments) {
  size_t points = 0;
  for (const Segment& segment : segments) points += segment.size();
  return points;
}

Edge::~Edge() { end({queue_.begin(), queue_.end()}, TW_E_IO); }

bool Edge::push(const BatchPtr& batch) {
  if (batch->points.empty()) return false;
  if (batch->tracked) retain(batch->points);
  std::vector<Segment> dropped;
  bool ready = false;
  {
    std::unique_lock held{lock_};
    if (limits_.block) room_.wait(held, [&] { return open_ || waiting_ < limits_.limit; });
    queue_.push_back({batch, 0, batch->points.size()});
    waiting_ += batch->points.size();
    Meters::add(meters_->points_in, batch->points.size());
    if (!limits_.block) drop_oldest(dropped);
    ready = waiting_ >= limits_.batch;
  }
  end(dropped, TW_E_IO);
  return ready;
}

size_t Edge::drop_oldest(std::vector<Segment>& dropped) {
  const size_t before = waiting_;
  while (waiting_ > limits_.limit) {
    Segment& oldest = queue_.front();
    const size_t surplus = std::min(waiting_ - limits_.limit, oldest.size());
    dropped.push_back({oldest.batch, oldest.begin, oldest.begin + surplus});
    oldest.begin += surplus;
    waiting_ -= surplus;
    if (oldest.size() == 0) queue_.pop_front();
  }
  overflow_ += before - waiting_;
  Meters::add(meters_->dropped, before - waiting_);
  return before - waiting_;
}

bool Edge::full() const {
  const std::lock_guard held{lock_};
  return limits_.block && !open_ && waiting_ >= limits_.limit;
}

std::vector<Segment> Edge::take() {
  std::vector<Segment> taken;
  const std::lock_guard held{lock_};
  size_t wanted = limits_.batch;
  while (wanted > 0 && !queue_.empty()) {
    Segment& oldest = queue_.front();
    const size_t n = std::min(wanted, oldest.size());
    taken.push_back({oldest.batch, oldest.begin, oldest.begin + n});
    oldest.begin += n;
    waiting_ -= n;
    wanted -= n;
    if (oldest.size() == 0) queue_.pop_front();
  }
  room_.notify_all();
  return taken;
}

void Edge::accept(const std::vector<Segment>& taken) {
  {
    const std::lock_guard held{lock_};
    Meters::add(meters_->points_out, points_in(taken));
  }
  end(taken, TW_OK);
}

void Edge::reject(const std::vector<Segment>& taken, uint64_t refused) {
  {
    const std::lock_guard held{lock_};
    Meters::add(meters_->rejected, refused);
    Meters::add(meters_->points_out, points_in(taken) - refused);
  }
  end(taken, TW_E_IO);
}

void Edge::give_back(std::vector<Segment> taken) {
  std::vector<Segment> dropped;
  {
    const std::lock_guard held{lock_};
    waiting_ += points_in(taken);
    queue_.insert(queue_.begin(), std::make_move_iterator(taken.begin()),
                  std::make_move_iterator(taken.end()));
    // A blocking edge takes them back over its limit rather than losing them.
    if (!limits_.block) drop_oldest(dropped);
  }
  end(dropped, TW_E_IO);
}

size_t Edge::size() const {
  const std::lock_guard held{lock_};
  return waiting_;
}

size_t Edge::bytes() const {
  const std::lock_guard held{lock_};
  std::unordered_set<const Batch*> seen;
  size_t bytes = 0;
  for (const Segment& segment : queue_) {
    if (seen.insert(segment.batch.get()).second) bytes += segment.batch->bytes();
  }
  return bytes;
}

size_t Edge::limit() const {
  const std::lock_guard held{lock_};
  return limits_.limit;
}

size_t Edge::batch() const {
  const std::lock_guard held{lock_};
  return limits_.batch;
}

uint64_t Edge::take_overflow() {
  const std::lock_guard held{lock_};
  return std::exchange(overflow_, 0);
}

void Edge::open_up() {
  const std::lock_guard held{lock_};
  open_ = true;
  room_.notify_all();
}

void Edge::adapt(EdgeLimits limits, Meters& meters) {
  std::vector<Segment> dropped;
  {
    const std::lock_guard held{lock_};
    limits_ = limits;
    meters_ = &meters;
    open_ = false;
    if (!limits_.block) drop_oldest(dropped);
    room_.notify_all();
  }
  end(dropped, TW_E_IO);
}

}  // namespace tickwork::host
