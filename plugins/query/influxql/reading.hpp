// SPDX-License-Identifier: MIT
// What a plan reads of its sources, and which of the rows count.
#pragma once

#include "plan.hpp"

namespace tickwork::query {

Reading reading_of(const Plan& plan);
// A limit that the storage may apply to each series by itself.
void push_limit(const Plan& plan, Reading& reading);
// Which rows of [0, n) of a series of the answer LIMIT and OFFSET keep.
std::pair<size_t, size_t> kept_rows(const Plan& plan, size_t n);
// Whether a row of a raw query has anything to show.
bool has_selected_field(const Plan& plan, const Run& run, size_t row);

}  // namespace tickwork::query
