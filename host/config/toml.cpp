// SPDX-License-Identifier: MIT
#include "config/toml.hpp"

#define TOML_EXCEPTIONS 0
// Some of its assertions fail on bad input, behind which it has an error to report.
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "config/check.hpp"
#include "text/utf8.hpp"

namespace tickwork::host {
namespace {

Origin origin_of(const toml::source_region& region, const std::string& file) {
  return {file, static_cast<uint32_t>(region.begin.line),
          static_cast<uint32_t>(region.begin.column)};
}

template <class Date>
std::string date_text(const Date& date) {
  std::ostringstream out;
  out << date;
  return out.str();
}

class Converter {
 public:
  explicit Converter(const std::string& file) : file_{file} {}

  Table table(const toml::table& from) const {
    Table to;
    to.reserve(from.size());
    for (const auto& [key, node] : from) {
      to.emplace_back(uncover_bytes(std::string{key.str()}), value(node));
      to.back().second.origin = origin_of(key.source(), file_);
    }
    std::stable_sort(to.begin(), to.end(), [](const auto& a, const auto& b) {
      return std::pair{a.second.origin.line, a.second.origin.column} <
             std::pair{b.second.origin.line, b.second.origin.column};
    });
    return to;
  }

  Value value(const toml::node& node) const {
    return {data(node), origin_of(node.source(), file_)};
  }

 private:
  using Data = decltype(Value::data);

  Data data(const toml::node& node) const {
    if (const auto* v = node.as_table()) return table(*v);
    if (const auto* v = node.as_array()) return array(*v);
    if (const auto* v = node.as_string()) return uncover_bytes(v->get());
    if (const auto* v = node.as_boolean()) return v->get();
    if (const auto* v = node.as_integer()) return v->get();
    if (const auto* v = node.as_floating_point()) return v->get();
    if (const auto* v = node.as_date()) return date_text(v->get());
    if (const auto* v = node.as_time()) return date_text(v->get());
    return date_text(node.as_date_time()->get());
  }

  Array array(const toml::array& from) const {
    Array to;
    to.reserve(from.size());
    for (const auto& node : from) to.push_back(value(node));
    return to;
  }

  const std::string& file_;
};

// "Error while parsing key-value pair: expected ..." without its first part, and with a remedy.
std::string explained(std::string text) {
  if (text.starts_with("Error while parsing"))
    if (const auto colon = text.find(": "); colon != text.npos) text.erase(0, colon + 2);
  if (text == "could not determine value type")
    return "this is no value; text needs quotes, booleans are true and false";
  return text;
}

}  // namespace

std::variant<Table, Diagnostic> parse_toml(std::string_view text, const std::string& file) {
  if (text.find('\0') != text.npos) return about_file(file, "is not a text file");
  std::string covered;
  if (!is_utf8(text)) text = covered = cover_bytes(text);
  const auto parsed = toml::parse(text);
  if (parsed) return Converter{file}.table(parsed.table());
  const auto& error = parsed.error();
  return Diagnostic{origin_of(error.source(), file),
                    "invalid TOML: " + explained(std::string{error.description()})};
}

Result<Value> parse_literal(std::string_view text) {
  auto parsed = parse_toml("v = " + std::string{text}, "literal");
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed))
    return Failure{TW_E_INVALID, wrong->text};
  auto& table = std::get<Table>(parsed);
  if (table.size() != 1) return Failure{TW_E_INVALID, "expected one value"};
  return std::move(table.front().second);
}

}  // namespace tickwork::host
