// SPDX-License-Identifier: MIT
// list and drop: what exists, by subject, and making it go.
#pragma once

#include <tickwork/kind/storage.h>

#include "arrow_build.hpp"
#include "store.hpp"

namespace tickwork::lmdb {

ListTable list_subject(Store& store, uint32_t what, const tw_scan& request);
void drop_subject(Store& store, uint32_t what, const tw_scan& request);

// list and drop take a time range only where it means something; zeros mean none.
bool bounded(const tw_scan& request);

// The series of a scan that have rows in shards which touch its time range.
std::vector<FoundSeries> find_series(Store& store, const Database& database,
                                     const tw_scan& request);

}  // namespace tickwork::lmdb
