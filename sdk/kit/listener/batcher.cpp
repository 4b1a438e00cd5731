// SPDX-License-Identifier: MIT
#include "batcher.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace tickwork::listener {

namespace {

constexpr auto quiet = std::chrono::nanoseconds{std::chrono::seconds{10}};
constexpr auto patience = std::chrono::seconds{5};  // at the end
constexpr size_t longest_complaint = 300;

// What may succeed when it is tried again.
bool passing(tw_status status) {
  return status == TW_AGAIN || status == TW_E_IO || status == TW_E_NOMEM;
}

}  // namespace

void Complaints::note(std::string_view what, size_t count) {
  total_ += count;
  {
    const std::lock_guard lock{mutex_};
    held_ += count;
    last_ = what.substr(0, longest_complaint);
  }
  tell();
}

void Complaints::tell(bool now) {
  std::string text;
  {
    const std::lock_guard lock{mutex_};
    const int64_t ticks = host_.ticks();
    if (held_ == 0 || (!now && told_ != INT64_MIN && ticks - told_ < quiet.count())) return;
    told_ = ticks;
    text = held_ == 1 ? last_ : "refused " + std::to_string(held_) + ", the last: " + last_;
    held_ = 0;
  }
  host_.warn(text);
}

tw_str PointBuffer::copy(tw_str text) {
  if (text.len == 0) return {nullptr, 0};
  auto* to = static_cast<char*>(memory_.allocate(text.len, 1));
  std::memcpy(to, text.data, text.len);
  return {to, text.len};
}

void PointBuffer::add(const tw_point& point, int64_t now) {
  tw_point own = point;
  own.series = copy(point.series);
  // Names and tags are mostly parts of the series' text.
  const auto* from = reinterpret_cast<const unsigned char*>(point.series.data);
  const auto part = [&](tw_str text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data);
    const bool inside = text.len > 0 && point.series.len > 0 && std::greater_equal<>{}(at, from) &&
                        std::less_equal<>{}(at + text.len, from + point.series.len);
    return inside ? tw_str{own.series.data + (at - from), text.len} : copy(text);
  };
  own.name = part(point.name);
  auto* tags =
      static_cast<tw_tag*>(memory_.allocate(point.n_tags * sizeof(tw_tag) + 1, alignof(tw_tag)));
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    tags[i] = {part(point.tags[i].key), part(point.tags[i].value)};
  }
  auto* fields = static_cast<tw_field*>(
      memory_.allocate(point.n_fields * sizeof(tw_field) + 1, alignof(tw_field)));
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    fields[i] = point.fields[i];
    fields[i].key = copy(point.fields[i].key);
    if (fields[i].value.type == TW_STRING) {
      fields[i].value.as.s = copy({fields[i].value.as.s, fields[i].value.len}).data;
    }
  }
  own.tags = tags;
  own.fields = fields;
  own.token = 0;
  if (own.time_ns == TW_NOW) own.time_ns = now;
  points_.push_back(own);
}

void PointBuffer::clear() {
  points_.clear();
  memory_.release();
}

Batcher::Batcher(Host host, Ref<tw_storage> storage, BatchSettings settings, Complaints& complaints)
    : host_{host}, storage_{storage}, settings_{std::move(settings)}, complaints_{complaints} {
  settings_.size = std::max<size_t>(settings_.size, 1);
  settings_.pending = std::max<size_t>(settings_.pending, 1);
}

Batcher::~Batcher() { stop(); }

void Batcher::start() {
  if (thread_.joinable()) return;
  hurried_ = ending_ = false;
  thread_ = std::thread{[this] { work(); }};
}

void Batcher::hurry() {
  const std::lock_guard lock{mutex_};
  if (!std::exchange(hurried_, true)) give_up_ = std::chrono::steady_clock::now() + patience;
}

void Batcher::stop() {
  if (!thread_.joinable()) return;
  hurry();
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Batcher::seal() {
  full_.push_back(std::move(open_));
  ++number_;
  if (idle_.empty()) {
    open_ = std::make_unique<PointBuffer>();
  } else {
    open_ = std::move(idle_.back());
    idle_.pop_back();
  }
}

void Batcher::add(std::span<const tw_point> points) {
  const int64_t now = host_.now();
  std::unique_lock lock{mutex_};
  for (const tw_point& point : points) {
    if (open_->empty()) {
      due_ = std::chrono::steady_clock::now() + settings_.timeout;
      wake_.notify_one();
    }
    open_->add(point, now);
    if (open_->size() < settings_.size) continue;
    room_.wait(lock, [this] { return full_.size() < settings_.pending; });
    // Meanwhile the time of the batch may have come.
    if (open_->size() < settings_.size) continue;
    seal();
    wake_.notify_one();
  }
}

void Batcher::take(PointBuffer& points) {
  const tw_batch batch = points.batch();
  add({batch.points, batch.count});
  points.clear();
}

uint64_t Batcher::last() const {
  const std::lock_guard lock{mutex_};
  return open_->empty() ? number_ - 1 : number_;
}

// Waits for a batch to write; false at the end.
bool Batcher::next(std::unique_lock<std::mutex>& lock) {
  while (full_.empty()) {
    const auto now = std::chrono::steady_clock::now();
    if (!open_->empty() && (ending_ || now >= due_)) {
      seal();
      break;
    }
    if (ending_) return false;
    wake_.wait_until(lock, open_->empty() ? now + std::chrono::seconds{1} : due_);
    lock.unlock();
    complaints_.tell();
    lock.lock();
  }
  return true;
}

void Batcher::work() {
  std::unique_lock lock{mutex_};
  while (next(lock)) {
    auto batch = std::move(full_.front());
    full_.pop_front();
    lock.unlock();
    store(*batch);
    batch->clear();
    ++written_;
    lock.lock();
    if (idle_.size() < settings_.pending) idle_.push_back(std::move(batch));
    room_.notify_all();
  }
}

void Batcher::create(uint32_t what) {
  tw_definition definition{};
  definition.size = sizeof definition;
  definition.what = what;
  definition.database = str(settings_.database);
  if (what == TW_RETENTION_POLICIES) {
    definition.name = str(settings_.retention);
    definition.flags = TW_DEFINE_HAS_DURATION | TW_DEFINE_HAS_REPLICAS;
    definition.replicas = 1;
  }
  storage_.call(&tw_storage::define, static_cast<const tw_definition*>(&definition));
}

tw_status Batcher::write(const tw_batch& batch, tw_error& error) {
  const auto put = [&] {
    error = empty_error();
    return storage_.vtable().write(storage_.self(), str(settings_.database),
                                   str(settings_.retention), &batch, &error);
  };
  tw_status status = put();
  const auto misses = [&](std::string_view what) {
    return status == TW_E_NOT_FOUND && std::string_view{error.message}.starts_with(what);
  };
  try {
    if (misses("database")) {
      create(TW_DATABASES);
      status = put();
    }
    if (misses("retention policy") && !settings_.retention.empty()) {
      create(TW_RETENTION_POLICIES);
      status = put();
    }
  } catch (const Error& e) {
    return fail(&error, e.status(), e.what());
  }
  return status;
}

void Batcher::store(const PointBuffer& buffer) {
  const tw_batch batch = buffer.batch();
  tw_error error = empty_error();
  auto pause = std::chrono::milliseconds{20};
  for (;;) {
    const tw_status status = write(batch, error);
    if (status == TW_OK) return;
    const std::string why = error.message[0] ? error.message : "no room";
    if (status == TW_PARTIAL) return complaints_.note(why);
    if (!passing(status)) {
      return complaints_.note("cannot write to " + settings_.database + ": " + why, batch.count);
    }
    std::unique_lock lock{mutex_};
    const bool late = hurried_ && std::chrono::steady_clock::now() > give_up_;
    lock.unlock();
    if (late) {
      lost_ = true;
      return host_.error("lost " + std::to_string(batch.count) + " points, since the storage of " +
                         settings_.database + " did not take them before the end: " + why);
    }
    if (status != TW_AGAIN) host_.warn("cannot write to " + settings_.database + ": " + why);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds{1000});
  }
}

}  // namespace tickwork::listener
