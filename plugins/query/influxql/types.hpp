// SPDX-License-Identifier: MIT
// The types of expressions, and the complaint about operators that do not fit them.
#pragma once

#include <functional>

#include "value.hpp"
#include "window.hpp"

namespace tickwork::query {

using TypeOf = std::function<DataType(const Expr& variable)>;

// Throws StatementError "type error: …" for the first operator that cannot take its operands.
DataType check_types(const Expr& e, const TypeOf& type_of);

}  // namespace tickwork::query
