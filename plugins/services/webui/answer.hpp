// SPDX-License-Identifier: MIT
// Runs a query through tw.query/1 and copies what it answers out of Arrow.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "frame.hpp"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {

// One table of an answer: a measurement's rows for one set of tags.
struct Table {
  std::string name;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<Column> columns;
};

struct Engine {
  Host host;
  Ref<tw_query> query;
  std::string database;
};

// Throws Error with the engine's own sentence.
std::vector<Table> ask(const Engine& engine, const std::string& text);

}  // namespace tickwork::webui
