// SPDX-License-Identifier: MIT
// Where the points of one instance enter the pipeline: its gather calls and tw.emit/1.
#pragma once

#include <atomic>
#include <functional>

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

 private:
  struct Gathering;
  static tw_status add(const tw_sink* sink, const tw_point* points, size_t n);

  Instance& instance_;
  const Intake intake_;
  const int64_t gather_precision_ns_, emit_precision_ns_;
  const Enter enter_;
  const Full full_;
};

}  // namespace tickwork::host
