// SPDX-License-Identifier: MIT
// Where the points of one instance enter the pipeline: its gather calls and tw.emit/1.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "graph/intake.hpp"

namespace tickwork::host {

class Instance;

class Entrance {
 public:
  using Enter = std::function<void(BatchPtr)>;
  using Full = std::function<bool()>;

  // emit_precision_ns: of emitted points, set on that input only. enter takes the batch over.
  Entrance(Instance& instance, IntakeRules rules, int64_t gather_precision_ns,
           int64_t emit_precision_ns, Enter enter, Full full);

  // [any]
  tw_status emit(Points points);
  // A [work] call of the instance's turn; the points enter at its end. time_source: as Telegraf's.
  tw_status gather(const std::string& time_source, tw_error* error, uint64_t* added);

  // From now on points wait before the pipeline (emit says TW_AGAIN when many do), until they are
  // let in, in their order.
  void hold_back();
  void let_in();

 private:
  struct Gathering;
  static tw_status add(const tw_sink* sink, const tw_point* points, size_t n);
  void enter(BatchPtr batch);
  bool crowded();

  Instance& instance_;
  const Intake intake_;
  const int64_t gather_precision_ns_, emit_precision_ns_;
  const Enter enter_;
  const Full full_;
  std::atomic<bool> holding_{false};
  std::mutex held_lock_;
  std::vector<BatchPtr> held_;
};

}  // namespace tickwork::host
