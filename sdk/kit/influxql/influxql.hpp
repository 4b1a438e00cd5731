// SPDX-License-Identifier: MIT
// InfluxQL as text and as a tree: parse, print back, and the lexical forms (durations, times,
// quoting). Knows no data: planning and running is a query plugin's work. Every function may be
// called from any thread; nothing here throws.
//
//   auto parsed = tickwork::influxql::parse("SELECT mean(v) FROM cpu GROUP BY time(1m)");
//   if (!parsed.error.empty()) return "error parsing query: " + parsed.error;
//   auto* select = std::get_if<tickwork::influxql::Select>(&parsed.statements[0]);
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ast.hpp"

namespace tickwork::influxql {

// What a bound parameter `$name` stands for. `text` is the value as written in a query, without
// quotes: a regex without slashes, a duration as 10s, a boolean as true or false.
enum class ParameterKind { string, number, integer, boolean, identifier, regex, duration };
struct Parameter {
  ParameterKind kind = ParameterKind::string;
  std::string text;
};
using Parameters = std::map<std::string, Parameter, std::less<>>;

// Adds the parameters of a JSON object, as clients of InfluxDB send them; false and the whole error
// text when it is none or holds what cannot be bound.
bool parse_parameters(std::string_view json, Parameters& out, std::string& error);
std::string number_text(double value);  // without exponent, as a query has numbers

// `error` has InfluxDB's text without its prefix "error parsing query: "; empty on success.
struct Parsed {
  std::vector<Statement> statements;
  std::string error;
};

Parsed parse(std::string_view text, const Parameters& parameters = {});

// One expression on its own, as in a WHERE clause; null and `error` filled when it does not parse.
ExprPtr parse_expression(std::string_view text, std::string& error);

// Statements and expressions in the form InfluxDB prints them; parsing that text again gives an
// equal tree. Passwords print as [REDACTED].
std::string to_string(const Statement& statement);
std::string to_string(const Select& select);
std::string to_string(const Expr& expr);
std::string to_string(const Measurement& measurement);
std::string_view to_string(Op op);
std::string_view to_string(DataType type);

std::string quote_identifier(std::string_view name);  // quoted only where it must be
std::string quote_string(std::string_view text);

// "1h30m" to ns; false on anything else, `error` then says why in InfluxDB's words.
bool parse_duration(std::string_view text, int64_t& ns, std::string& error);
std::string format_duration(int64_t ns);     // InfluxQL: 90m, 1w, 0s
std::string format_go_duration(int64_t ns);  // Go: 1h30m0s, 168h0m0s, 0s

bool is_time_name(std::string_view name);  // "time" in any case

// The regular expression's compile error as Go words it; empty when it compiles.
std::string regex_error(std::string_view source);

}  // namespace tickwork::influxql
