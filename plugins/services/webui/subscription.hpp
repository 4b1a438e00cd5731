// SPDX-License-Identifier: MIT
// What a page asks to be fed with: the body of POST /api/live and /api/query.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "board.hpp"

namespace tickwork::webui {

struct WantedPanel {
  std::string id;
  int width = 600;
  std::vector<Query> queries;
};

struct Subscription {
  std::map<std::string, std::string> variables;
  int64_t last_ns = 0;  // a range that moves with the clock; else from and to
  int64_t from_ns = 0, to_ns = 0;
  std::vector<WantedPanel> panels;

  int64_t begin(int64_t now_ns) const { return last_ns ? now_ns - last_ns : from_ns; }
  int64_t end(int64_t now_ns) const { return last_ns ? now_ns : to_ns; }
};

// Throws Error. Texts of queries come from board files only; a page can name a source, not a query.
Subscription read_subscription(const std::string& body, const Boards& boards);

}  // namespace tickwork::webui
