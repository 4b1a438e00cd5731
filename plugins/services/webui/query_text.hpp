// SPDX-License-Identifier: MIT
// Template variables of a board's query, written :name: as in Chronograf: values become quoted
// literals (escaped patterns inside a regular expression), times become nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tickwork::webui {

struct Bindings {
  std::map<std::string, std::string> variables;
  int64_t from_ns = 0, to_ns = 0;
  int64_t interval_ns = 0;
};

// Unknown names stay as they are: the engine's error then shows them.
std::string fill(std::string_view text, const Bindings& bindings);

// A round step that gives about a point every two pixels, not finer than least_ns.
int64_t interval_for(int64_t range_ns, int width, int64_t least_ns);

}  // namespace tickwork::webui
