// SPDX-License-Identifier: MIT
// An instance's table against the options that plugins declare.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "module/catalogue.hpp"

namespace tickwork::host {

// The options of one plugin as they apply to one table.
struct OptionCheck {
  std::string subject;                              // what messages call it: "inputs.cpu"
  const std::vector<OptionInfo>* options;           // to be read
  const std::vector<OptionInfo>* others = nullptr;  // allowed and left out: those of data_format
  std::vector<std::string> host_keys = {};          // allowed and left out
  // What to say behind an unknown key, empty: which known one was probably meant. May be unset.
  std::function<std::string(const std::string& key)> hint = {};
};

// Checks types, finds unknown and missing options, fills in defaults. where is the table's origin.
Options read_options(const OptionCheck& check, const Table& table, const Origin& where,
                     std::vector<Diagnostic>& errors);

// Only those keys of the table that options declare: their types are checked, nothing is required.
void check_types(const OptionCheck& check, const Table& table, std::vector<Diagnostic>& errors);

// The option that a key means: exactly, or else without regard to case and underscores (as
// Telegraf's decoder does). NULL: none.
const OptionInfo* option_named(const std::vector<OptionInfo>& options, std::string_view key);

const Value* find(const Table& table, std::string_view key);

}  // namespace tickwork::host
