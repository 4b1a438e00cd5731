// SPDX-License-Identifier: MIT
// From the tables of an answer to the one frame that a panel gets: a time column with a column a
// series, or rows with the tags as columns.
#pragma once

#include <string>
#include <vector>

#include "answer.hpp"
#include "board.hpp"
#include "frame.hpp"

namespace tickwork::webui {

Frame as_series(std::vector<Table> tables, const Query& query);
Frame as_table(const std::vector<Table>& tables, const Query& query);

// Keeps of every pixel column the rows with the first, last, least and greatest value; true if
// rows went away.
bool reduce(Frame& frame, int width);

}  // namespace tickwork::webui
