// SPDX-License-Identifier: MIT
// An instance's options: TOML text checked against a tw_option table, read through tw_config.
#pragma once

#include <tickwork/config.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tickwork::testing::detail {

struct Table;

// A scalar or a table; durations and sizes are numbers already.
using Scalar = std::variant<std::string, bool, int64_t, double, std::shared_ptr<Table>>;

struct Entry {
  std::string key;
  uint32_t type;  // TW_OPT_
  std::vector<Scalar> values;
};

// A table with its tw_config view, which points into it: stays where it was made.
struct Table {
  Table();
  Table(const Table&) = delete;
  const Entry* find(std::string_view key) const;

  std::vector<Entry> entries;
  tw_config config;
};

// The options with defaults filled in. error names every mistake, one a line. Keys for which extra
// says true are kept untyped.
struct Checked {
  std::shared_ptr<Table> table;
  std::string error;
};
Checked check_options(std::string_view plugin, const tw_option* options, std::string_view toml,
                      const std::function<bool(std::string_view key)>& extra);

// The type's check for one default ("10s" in TOML quotes): empty if literal is TOML of that type.
std::string check_literal(const tw_option& option, std::string_view literal);

// "10s", "1h30m", "2d" as nanoseconds, "64MiB", "10KB" as bytes; false if malformed.
bool read_duration(std::string_view text, int64_t& ns);
bool read_size(std::string_view text, int64_t& bytes);

}  // namespace tickwork::testing::detail
