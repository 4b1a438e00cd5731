// SPDX-License-Identifier: MIT
// Whether a storage on the other side answers an aggregation with the columns that
// tw.storage-aggregate/1 promises: who asked goes by its request and looks at no names.
#pragma once

#include <tickwork/kind/storage_aggregate.h>

#include "isolate/columns.hpp"

namespace tickwork::host {

bool has_shape_of(const ColumnType& answer, const tw_aggregation& wanted);

}  // namespace tickwork::host
