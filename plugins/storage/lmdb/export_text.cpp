// SPDX-License-Identifier: MIT
#include "export_text.hpp"

#include <bit>
#include <charconv>

#include "kit/influxql/influxql.hpp"

namespace tickwork::lmdb {
namespace {

void append_field_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c == ',' || c == '=' || c == ' ' || c == '"') out += '\\';
    out += c;
  }
}

template <class T>
void append_number(std::string& out, T value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out.append(text, end);
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_value(std::string& out, const Column& column, size_t row) {
  if (column.type == TW_STRING) return append_text(out, column.texts[row]);
  const uint64_t bits = column.bits[row];
  if (column.type == TW_FLOAT) return append_float(out, std::bit_cast<double>(bits));
  if (column.type == TW_BOOL) {
    out += bits ? "true" : "false";
  } else if (column.type == TW_UINT) {
    append_number(out, bits);
    out += 'u';
  } else {
    append_number(out, static_cast<int64_t>(bits));
    out += 'i';
  }
}

}  // namespace

void append_float(std::string& out, double value) {
  char text[400];
  auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  const std::string_view scientific(text, static_cast<size_t>(end - text));
  int exponent = 0;
  const size_t e = scientific.find('e') + 1;
  const char* digits = text + e + (scientific[e] == '+');
  std::from_chars(digits, end, exponent);
  constexpr int least_exponent = -4, most_exponent = 6;
  if (exponent >= least_exponent && exponent < most_exponent) {
    end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  }
  out.append(text, end);
}

std::string without_escaped_quotes(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size() && name[i + 1] == '"') continue;
    out += name[i];
  }
  return out;
}

std::string create_line(std::string_view database, std::string_view policy) {
  return "CREATE DATABASE " + influxql::quote_identifier(database) + " WITH NAME " +
         influxql::quote_identifier(policy);
}

std::optional<CreatedNames> parse_create_line(std::string_view line) {
  const influxql::Parsed parsed = influxql::parse(line);
  if (!parsed.error.empty() || parsed.statements.size() != 1) return std::nullopt;
  const auto* create = std::get_if<influxql::CreateDatabase>(&parsed.statements[0]);
  return create ? std::optional<CreatedNames>{{create->name, create->policy_name}} : std::nullopt;
}

void append_values(std::string& out, std::string_view series, std::string_view field,
                   const std::vector<int64_t>& times, const Column& column) {
  std::string head(series);
  head += ' ';
  append_field_name(head, field);
  head += '=';
  for (size_t row = 0; row < times.size(); ++row) {
    if (!column.has(row)) continue;
    out += head;
    append_value(out, column, row);
    out += ' ';
    append_number(out, times[row]);
    out += '\n';
  }
}

}  // namespace tickwork::lmdb
