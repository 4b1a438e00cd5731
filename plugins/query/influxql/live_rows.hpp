// SPDX-License-Identifier: MIT
// The rows of one table of a LiveAnswer as an Arrow stream: each batch is made when it is read.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

#include "arrow_io.hpp"
#include "kit/arrow/arrow.hpp"

namespace tickwork::query {

// Shared by the stream and by who makes the rows. The stream may outlive its maker and may be read
// after its table was left: then what is missing has been made before (finish). For any thread, one
// at a time makes rows.
class LiveRows {
 public:
  // next: fills an array, or returns false at the end; throws when it fails.
  using Next = std::function<bool(ArrowArray*)>;
  LiveRows(arrow::StructSchema schema, Array first, Next next)
      : schema_{std::move(schema)}, next_{std::move(next)} {
    made_.push_back(std::move(first));
  }

  // Makes the rest of the rows, if anybody may read them; next is not called again.
  void finish();

  static ArrowArrayStream stream(std::shared_ptr<LiveRows> rows);

 private:
  int read(ArrowArray* out);
  bool make(ArrowArray* out);

  arrow::StructSchema schema_;
  std::mutex mutex_;  // of what follows
  Next next_;         // none: all is made
  std::deque<Array> made_;
  std::string error_;             // why there are no more
  std::atomic<bool> open_{true};  // the stream is not released
};

// A stream of one array.
ArrowArrayStream stream_of(const arrow::StructSchema& schema, Array rows);

}  // namespace tickwork::query
