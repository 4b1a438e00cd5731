// SPDX-License-Identifier: MIT
#include "live_answer.hpp"

#include "arrow_io.hpp"

namespace tickwork::query {

arrow::StructSchema schema_of(const Plan& plan, const std::vector<DataType>& types) {
  std::vector<arrow::StructSchema::Column> columns;
  columns.push_back({plan.names[0], "tsn:" + plan.select.time_zone});
  for (size_t i = 0; i < types.size(); ++i) {
    columns.push_back({plan.names[i + 1], format_of(types[i])});
  }
  return arrow::StructSchema(std::move(columns));
}

}  // namespace tickwork::query
