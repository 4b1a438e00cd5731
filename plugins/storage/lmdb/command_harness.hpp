// SPDX-License-Identifier: MIT
// For tests: the commands for a store's folder, run in this process through the module's table.
#pragma once

#include <tickwork/draft/command.h>

#include <string>
#include <vector>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {

struct Outcome {
  int code = -1;
  std::string out, err;
};

inline Outcome run(const std::string& name, const std::vector<std::string>& arguments) {
  const auto& table = Harness::ext<tw_commands>(TW_COMMANDS);
  const auto append = [](const tw_writer* self, tw_str text) -> tw_status {
    static_cast<std::string*>(self->self)->append(text.data, text.len);
    return TW_OK;
  };
  Outcome outcome;
  const tw_writer out{sizeof(tw_writer), &outcome.out, append};
  const tw_writer err{sizeof(tw_writer), &outcome.err, append};
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  for (uint32_t i = 0; i < table.count; ++i) {
    if (table.commands[i]->name != name) continue;
    outcome.code =
        table.commands[i]->run(static_cast<int32_t>(arguments.size()), argv.data(), &out, &err);
  }
  return outcome;
}

}  // namespace tickwork::lmdb_test
