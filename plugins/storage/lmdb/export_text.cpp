// SPDX-License-Identifier: MIT
#include "export_text.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>

namespace tickwork::lmdb {
namespace {

constexpr std::string_view keywords[] = {
    "all",          "alter",        "analyze",      "any",
    "as",           "asc",          "begin",        "by",
    "cardinality",  "continuous",   "create",       "database",
    "databases",    "default",      "delete",       "desc",
    "destinations", "diagnostics",  "distinct",     "drop",
    "duration",     "end",          "every",        "exact",
    "explain",      "field",        "for",          "from",
    "grant",        "grants",       "group",        "groups",
    "in",           "inf",          "insert",       "into",
    "key",          "keys",         "kill",         "limit",
    "measurement",  "measurements", "name",         "offset",
    "on",           "order",        "password",     "policies",
    "policy",       "privileges",   "queries",      "query",
    "read",         "replication",  "resample",     "retention",
    "revoke",       "select",       "series",       "set",
    "shard",        "shards",       "show",         "slimit",
    "soffset",      "stats",        "subscription", "subscriptions",
    "tag",          "to",           "user",         "users",
    "values",       "where",        "with",         "write",
    "and",          "or",           "true",         "false"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool name_part(char c) { return letter(c) || (c >= '0' && c <= '9'); }

bool needs_quotes(std::string_view name) {
  return name.empty() || !letter(name.front()) ||
         !std::all_of(name.begin(), name.end(), name_part) ||
         std::find(std::begin(keywords), std::end(keywords), lower(name)) != std::end(keywords);
}

void append_name(std::string& out, std::string_view name) {
  if (!needs_quotes(name)) {
    out += name;
    return;
  }
  out += '"';
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    c == '\n' ? out += "\\n" : out += c;
  }
  out += '"';
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take_word(std::string_view& text, std::string_view word) {
  skip_blanks(text);
  if (text.size() < word.size() || lower(text.substr(0, word.size())) != word) return false;
  if (text.size() > word.size() && name_part(text[word.size()])) return false;
  text.remove_prefix(word.size());
  return true;
}

bool take_quoted(std::string_view& text, std::string& out) {
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    char c = text.front();
    text.remove_prefix(1);
    if (c == '\\' && !text.empty()) {
      c = text.front() == 'n' ? '\n' : text.front();
      text.remove_prefix(1);
    }
    out += c;
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  return !out.empty();
}

bool take_name(std::string_view& text, std::string& out) {
  skip_blanks(text);
  if (text.starts_with('"')) return take_quoted(text, out);
  const auto end = std::find_if_not(text.begin(), text.end(), name_part);
  out = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(out.size());
  return !out.empty();
}

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
  std::string out = "CREATE DATABASE ";
  append_name(out, database);
  out += " WITH NAME ";
  append_name(out, policy);
  return out;
}

std::optional<CreatedNames> parse_create_line(std::string_view line) {
  CreatedNames names;
  if (!take_word(line, "create") || !take_word(line, "database")) return std::nullopt;
  if (!take_name(line, names.database)) return std::nullopt;
  if (take_word(line, "with") && (!take_word(line, "name") || !take_name(line, names.policy))) {
    return std::nullopt;
  }
  skip_blanks(line);
  if (line == ";") line = {};
  return line.empty() ? std::optional(names) : std::nullopt;
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
