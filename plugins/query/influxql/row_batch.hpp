// SPDX-License-Identifier: MIT
// Spooled rows as an Arrow array.
#pragma once

#include <tickwork/arrow.h>

#include <span>

#include "kit/arrow/arrow.hpp"
#include "spool.hpp"

namespace tickwork::query {

// A struct array: the time, then a column for each of `outputs`, which are columns of the spool.
// Copies all of it.
void make_batch(const Spool& spool, std::span<const Spool::Ref> rows,
                const std::vector<size_t>& outputs, arrow::BlockPool& pool, ArrowArray* out);

}  // namespace tickwork::query
