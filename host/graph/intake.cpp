// SPDX-License-Identifier: MIT
#include "graph/intake.hpp"

#include <cmath>

namespace tickwork::host {

namespace {

HostOptions only_tags(const HostOptions& options, bool wanted) {
  HostOptions tags;
  if (wanted) tags.tags = options.tags;
  return tags;
}

// Whatever keeps the memory that relabelled points borrow from.
void own(Batch& batch, const Relabel& relabel) {
  if (!relabel.active()) return;
  for (const auto& owner : batch.owners) {
    if (owner == relabel.owner()) return;
  }
  batch.owners.push_back(relabel.owner());
}

}  // namespace

IntakeRules input_rules(const HostOptions& options, const AgentOptions& agent,
                        const std::map<std::string, std::string>& global_tags) {
  IntakeRules rules;
  rules.filter = Filter{options.filters};
  rules.relabel = Relabel{options, global_tags};
  rules.local_back = Relabel{only_tags(options, agent.always_include_local_tags), {}};
  if (agent.always_include_global_tags) rules.global_back = Relabel{HostOptions{}, global_tags};
  return rules;
}

int64_t round_time(int64_t ns, int64_t precision_ns) {
  if (precision_ns <= 1) return ns;
  int64_t below = ns % precision_ns;
  if (below < 0) below += precision_ns;
  return below + below >= precision_ns ? ns + (precision_ns - below) : ns - below;
}

const char* fault_of(const tw_point& point) {
  if (point.name.len == 0) return "its name is empty";
  if (point.n_fields == 0) return "it has no fields";
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    const tw_field& field = point.fields[i];
    if (field.key.len == 0) return "a field has no key";
    if (field.value.type < TW_FLOAT || field.value.type > TW_STRING) return "a field has no type";
    if (field.value.type == TW_FLOAT && !std::isfinite(field.value.as.f)) {
      return "a field is not a finite number";
    }
  }
  return nullptr;
}

Intake::Intake(IntakeRules rules, Meters& meters, std::shared_ptr<Watcher> watcher, Report report)
    : rules_{std::move(rules)},
      meters_{meters},
      watcher_{std::move(watcher)},
      report_{std::move(report)} {}

bool Intake::shape(Batch& batch, tw_point& point) const {
  // copy_point made the table, so it may be changed here.
  if (normalise_tags(const_cast<tw_tag*>(point.tags), point.n_tags)) point.series = {};
  rules_.relabel.apply(point, batch.arena);
  if (!rules_.filter.modifying()) return true;
  if (!rules_.filter.modify(point, batch.arena)) return false;
  rules_.local_back.add_tags(point, batch.arena);
  rules_.global_back.add_tags(point, batch.arena);
  return true;
}

tw_status Intake::take(Batch& batch, Points points, int64_t now, int64_t precision_ns) const {
  TokenCall tokens{watcher_};
  own(batch, rules_.relabel);
  own(batch, rules_.local_back);
  own(batch, rules_.global_back);
  uint64_t bad = 0, filtered = 0;
  const char* first_fault = nullptr;
  std::string faulty;
  const size_t before = batch.points.size();
  for (const tw_point& point : points) {
    tokens.saw(point.token);
    if (const char* fault = fault_of(point)) {
      if (bad++ == 0) {
        first_fault = fault;
        faulty = view(point.name);
      }
      continue;
    }
    if (!rules_.filter.selects(point)) {
      ++filtered;
      continue;
    }
    tw_point copy = copy_point(batch.arena, point);
    if (!shape(batch, copy)) {
      ++filtered;
      continue;
    }
    copy.time_ns = round_time(point.time_ns == TW_NOW ? now : point.time_ns, precision_ns);
    copy.token = tokens.taken(point.token);
    batch.tracked = batch.tracked || copy.token;
    batch.points.push_back(copy);
  }
  Meters::add(meters_.points_out, batch.points.size() - before);
  if (filtered) Meters::add(meters_.filtered, filtered);
  if (bad == 0) return TW_OK;
  Meters::add(meters_.rejected, bad);
  if (report_) report_("dropped a bad point of \"" + faulty + "\": " + first_fault);
  return TW_E_INVALID;
}

}  // namespace tickwork::host
