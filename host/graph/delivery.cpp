// SPDX-License-Identifier: MIT
#include "graph/delivery.hpp"

#include <algorithm>
#include <mutex>

namespace tickwork::host {

namespace {

Track* track_of(const tw_point& point) {
  return reinterpret_cast<Track*>(static_cast<uintptr_t>(point.token));
}

void end_copy(Track* track) {
  if (track->copies.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  track->watcher->tell(track->token, track->rejected.load() ? TW_E_IO : TW_OK);
  delete track;
}

}  // namespace

void Watcher::watch(void* self, Done done) {
  const std::unique_lock held{lock_};
  self_ = self;
  done_ = done;
  watching_.store(done && !closed_);
}

void Watcher::tell(uint64_t token, tw_status status) {
  const std::shared_lock held{lock_};
  if (done_ && !closed_) done_(self_, token, status);
}

void Watcher::close() {
  const std::unique_lock held{lock_};
  closed_ = true;
  watching_.store(false);
}

void Watcher::open() {
  const std::unique_lock held{lock_};
  closed_ = false;
  watching_.store(done_ != nullptr);
}

TokenCall::~TokenCall() {
  for (Track* track : tracks_) end_copy(track);
}

Track* TokenCall::find(uint64_t token) {
  // Runs of one token are the rule, so the newest is asked first.
  const auto at = std::find_if(tracks_.rbegin(), tracks_.rend(),
                               [&](const Track* track) { return track->token == token; });
  return at == tracks_.rend() ? nullptr : *at;
}

void TokenCall::saw(uint64_t token) {
  if (token == 0 || !watcher_ || !watcher_->watching() || find(token)) return;
  auto* track = new Track;
  track->watcher = watcher_;
  track->token = token;
  track->copies.store(1);  // the call's own, ended by the destructor
  tracks_.push_back(track);
}

uint64_t TokenCall::taken(uint64_t token) {
  Track* track = token ? find(token) : nullptr;
  if (!track) return 0;
  track->copies.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<uintptr_t>(track);
}

void retain(Points points) {
  for (const tw_point& point : points) {
    if (point.token) track_of(point)->copies.fetch_add(1, std::memory_order_relaxed);
  }
}

void release(Points points, tw_status status) {
  for (const tw_point& point : points) {
    if (!point.token) continue;
    Track* track = track_of(point);
    if (status != TW_OK) track->rejected.store(true, std::memory_order_relaxed);
    end_copy(track);
  }
}

bool adopt_tokens(std::vector<tw_point>& made, const Batch& given) {
  std::vector<uint64_t> known;
  for (const tw_point& point : given.points) {
    if (point.token) known.push_back(point.token);
  }
  std::sort(known.begin(), known.end());
  bool any = false;
  for (tw_point& point : made) {
    if (!std::binary_search(known.begin(), known.end(), point.token)) point.token = 0;
    any = any || point.token;
  }
  retain(made);
  return any;
}

}  // namespace tickwork::host
