// SPDX-License-Identifier: MIT
// The text form of InfluxDB's "influx_inspect export": its head lines, and a line of line protocol
// for each value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "columns.hpp"

namespace tickwork::lmdb {

inline constexpr std::string_view export_head = "# INFLUXDB EXPORT: ", ddl_line = "# DDL",
                                  dml_line = "# DML", database_context = "# CONTEXT-DATABASE:",
                                  policy_context = "# CONTEXT-RETENTION-POLICY:";

// "CREATE DATABASE x WITH NAME y", names in double quotes where InfluxQL needs them.
std::string create_line(std::string_view database, std::string_view policy);

struct CreatedNames {
  std::string database, policy;  // policy: empty if it names none
};
// The other way; nothing for any other statement.
std::optional<CreatedNames> parse_create_line(std::string_view line);

// Appends "<series> <field>=<value> <time>" for every row that has a value. series: a key, as it is
// stored; field: not escaped yet.
void append_values(std::string& out, std::string_view series, std::string_view field,
                   const std::vector<int64_t>& times, const Column& column);

// A field's name as line protocol leaves it: InfluxDB's export also escapes its quotes.
std::string without_escaped_quotes(std::string_view name);

// As Go's strconv has it with format 'g': "1.5", "1e+06", "1e-05".
void append_float(std::string& out, double value);

}  // namespace tickwork::lmdb
