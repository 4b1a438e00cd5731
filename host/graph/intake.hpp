// SPDX-License-Identifier: MIT
// Where an instance's points enter the graph: checked, filtered, named, stamped, deep-copied.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config/configuration.hpp"
#include "graph/batch.hpp"
#include "graph/delivery.hpp"
#include "graph/filter.hpp"
#include "graph/meters.hpp"
#include "graph/relabel.hpp"

namespace tickwork::host {

struct IntakeRules {
  Filter filter;       // selectors see the raw point, modifiers the named one
  Relabel relabel;     // names, the instance's tags, global tags
  Relabel local_back;  // put back after the modifiers (always_include_local_tags)
  Relabel global_back;
};

IntakeRules input_rules(const HostOptions& options, const AgentOptions& agent,
                        const std::map<std::string, std::string>& global_tags);

class Intake {
 public:
  using Report = std::function<void(const std::string&)>;  // of a bad point

  Intake(IntakeRules rules, Meters& meters, std::shared_ptr<Watcher> watcher, Report report);

  // Takes what is good. now stamps points without a time; every time is rounded to precision_ns
  // (1 or less: not at all). TW_E_INVALID: some were bad.
  tw_status take(Batch& batch, Points points, int64_t now, int64_t precision_ns) const;

 private:
  bool shape(Batch& batch, tw_point& point) const;

  IntakeRules rules_;
  Meters& meters_;
  std::shared_ptr<Watcher> watcher_;
  Report report_;
};

// Half up, as Telegraf rounds times.
int64_t round_time(int64_t ns, int64_t precision_ns);

// What is wrong with a point, NULL if nothing is.
const char* fault_of(const tw_point& point);

}  // namespace tickwork::host
