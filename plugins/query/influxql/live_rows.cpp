// SPDX-License-Identifier: MIT
#include "live_rows.hpp"

#include <cerrno>

namespace tickwork::query {

namespace {

std::shared_ptr<LiveRows>& held(ArrowArrayStream* stream) {
  return *static_cast<std::shared_ptr<LiveRows>*>(stream->private_data);
}

}  // namespace

bool LiveRows::make(ArrowArray* out) {
  if (!next_) return false;
  try {
    if (next_(out)) return true;
  } catch (const std::exception& e) {
    error_ = e.what();
  }
  next_ = nullptr;
  return false;
}

int LiveRows::read(ArrowArray* out) {
  const std::lock_guard lock(mutex_);
  *out = {};
  if (!made_.empty()) {
    *out = made_.front().take();
    made_.pop_front();
    return 0;
  }
  if (make(out)) return 0;
  *out = {};
  return error_.empty() ? 0 : EIO;
}

void LiveRows::finish() {
  const std::lock_guard lock(mutex_);
  while (open_ && next_) {
    Array array;
    if (make(array.out())) made_.push_back(std::move(array));
  }
  next_ = nullptr;
}

ArrowArrayStream LiveRows::stream(std::shared_ptr<LiveRows> rows) {
  ArrowArrayStream out{};
  out.private_data = new std::shared_ptr<LiveRows>(std::move(rows));
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    held(self)->schema_.give(schema);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) { return held(self)->read(array); };
  out.get_last_error = [](ArrowArrayStream* self) -> const char* {
    return held(self)->error_.empty() ? nullptr : held(self)->error_.c_str();
  };
  out.release = [](ArrowArrayStream* self) {
    held(self)->open_ = false;
    delete static_cast<std::shared_ptr<LiveRows>*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

ArrowArrayStream stream_of(const arrow::StructSchema& schema, Array rows) {
  struct Ready {
    arrow::StructSchema schema;
    Array rows;
  };
  ArrowArrayStream out{};
  out.private_data = new Ready{schema, std::move(rows)};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* to) {
    static_cast<Ready*>(self->private_data)->schema.give(to);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* to) {
    *to = static_cast<Ready*>(self->private_data)->rows.take();
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) {
    delete static_cast<Ready*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

}  // namespace tickwork::query
