// SPDX-License-Identifier: MIT
#include "cli/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tickwork::host {

std::string text_table(const std::vector<std::vector<std::string>>& rows,
                       std::string_view alignment) {
  std::vector<size_t> widths(alignment.size());
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += alignment[i] == '>' ? fmt::format("{:>{}}  ", row[i], widths[i])
                                  : fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace tickwork::host
