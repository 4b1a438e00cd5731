// SPDX-License-Identifier: MIT
// Functions that the storage computes by itself (tw.storage-aggregate/1), so that no row comes
// here.
#pragma once

#include "groups.hpp"
#include "source.hpp"

namespace tickwork::query {

// Fills the groups with finished values, one a window; false if the storage has to be scanned:
// it offers no aggregates, or the plan has something that they do not cover (conditions on fields,
// casts, time zones, other functions, columns beside a selected point).
bool reduce_in_storage(Session& session, const Plan& plan, const Place& place,
                       const Reading& reading, Groups& groups);

}  // namespace tickwork::query
