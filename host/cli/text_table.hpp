// SPDX-License-Identifier: MIT
// Rows of text as columns of even width, for terminals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tickwork::host {

// A line a row, two blanks between columns, none behind the last. alignment has a '<' or '>' for
// each column.
std::string text_table(const std::vector<std::vector<std::string>>& rows,
                       std::string_view alignment);

}  // namespace tickwork::host
