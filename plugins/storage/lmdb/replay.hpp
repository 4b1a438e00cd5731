// SPDX-License-Identifier: MIT
// Logs become tables again: at the start of a store, and where a tool reads one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry.hpp"
#include "table.hpp"

namespace tickwork::lmdb {

struct ReplayedLog {
  std::shared_ptr<Table> table;
  size_t sound = 0;    // bytes that were read; behind them is a torn tail, or damage
  std::string damage;  // empty: none
};

// Series and fields that the log defines go to the registry's indexes and shards, in the heap. Rows
// of shards that are gone, or hold this generation already, are left out.
ReplayedLog replay_log(Registry& registry, std::string_view bytes, uint64_t generation);

// The log files of a folder with their generations, oldest first.
std::vector<std::pair<uint64_t, std::string>> list_logs(const std::string& folder);

}  // namespace tickwork::lmdb
