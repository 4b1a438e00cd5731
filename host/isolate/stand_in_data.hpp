// SPDX-License-Identifier: MIT
// The vtables of storages, feeds and query engines on the other side, for stand_in.
#pragma once

#include <tickwork/kind/query.h>
#include <tickwork/kind/storage.h>
#include <tickwork/kind/storage_aggregate.h>

namespace tickwork::host {

extern const tw_storage storage_stand_in;
extern const tw_storage_aggregate aggregate_stand_in;
extern const tw_feed feed_stand_in;
extern const tw_query query_stand_in;  // of no language; who knows it makes a table of its own

tw_status run_query(tw_instance* self, const tw_request* wanted, tw_results* out, tw_error* error);

}  // namespace tickwork::host
