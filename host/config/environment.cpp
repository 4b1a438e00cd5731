// SPDX-License-Identifier: MIT
#include "config/environment.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace tickwork::host {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

size_t name_length(std::string_view text) {
  if (text.empty() || !starts_name(text[0])) return 0;
  size_t n = 1;
  while (n < text.size() && in_name(text[n])) ++n;
  return n;
}

// The place of the brace that closes the one before text, npos: none.
size_t closing_brace(std::string_view text) {
  size_t depth = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return text.npos;
}

// What stands between the braces: NAME, an optional colon, an optional operator and its word.
struct Form {
  std::string name;
  bool empty_is_unset = false;
  char operation = 0;  // 0 - ? +
  std::string_view word;
};

std::optional<Form> read_form(std::string_view inner) {
  const size_t n = name_length(inner);
  if (n == 0) return {};
  Form form{std::string{inner.substr(0, n)}, false, 0, {}};
  inner.remove_prefix(n);
  if (inner.empty()) return form;
  if (inner[0] == ':') {
    form.empty_is_unset = true;
    inner.remove_prefix(1);
  }
  if (inner.empty() || std::string_view{"-?+"}.find(inner[0]) == std::string_view::npos) return {};
  form.operation = inner[0];
  form.word = inner.substr(1);
  return form;
}

// The replacement; nothing: leave the text as it is.
Result<std::optional<std::string>> evaluate(const Form& form, const Lookup& lookup) {
  auto value = lookup(form.name);
  const bool set = value && !(form.empty_is_unset && value->empty());
  if (form.operation == '?' && !set)
    return Failure{TW_E_INVALID, fmt::format("environment variable {}: {}", form.name,
                                             form.word.empty() ? "is not set" : form.word)};
  const bool takes_word = form.operation == '-' ? !set : form.operation == '+' && set;
  if (takes_word) {
    auto word = expand(form.word, lookup);
    if (!word) return word.failure();
    return std::optional{*word};
  }
  if (form.operation == '+') return std::optional{std::string{}};
  return value;
}

// One "$..." at the start of text: appends its replacement, answers how much it covers.
Result<size_t> expand_one(std::string_view text, const Lookup& lookup, std::string& out) {
  const auto keep = [&](size_t n) {
    out.append(text, 0, n);
    return n;
  };
  if (text.size() > 1 && text[1] == '$') {
    out += '$';
    return size_t{2};
  }
  if (const size_t n = name_length(text.substr(1))) {
    const auto value = lookup(std::string{text.substr(1, n)});
    if (!value) return keep(n + 1);
    out += *value;
    return n + 1;
  }
  if (text.size() < 2 || text[1] != '{') return keep(1);
  const size_t close = closing_brace(text.substr(2));
  if (close == text.npos) return keep(1);
  const auto form = read_form(text.substr(2, close));
  if (!form) return keep(1);
  const auto value = evaluate(*form, lookup);
  if (!value) return value.failure();
  if (!*value) return keep(close + 3);
  out += **value;
  return close + 3;
}

void expand_value(Value& value, const Lookup& lookup, std::vector<Diagnostic>& errors) {
  if (auto* text = std::get_if<std::string>(&value.data)) {
    if (text->find('$') == text->npos) return;
    auto expanded = expand(*text, lookup);
    if (expanded)
      *text = *expanded;
    else
      errors.push_back({value.origin, expanded.failure().message});
  } else if (auto* array = std::get_if<Array>(&value.data)) {
    for (auto& element : *array) expand_value(element, lookup, errors);
  } else if (auto* table = std::get_if<Table>(&value.data)) {
    expand_strings(*table, lookup, errors);
  }
}

}  // namespace

Result<std::string> expand(std::string_view text, const Lookup& lookup) {
  std::string out;
  while (!text.empty()) {
    const size_t dollar = std::min(text.find('$'), text.size());
    out.append(text, 0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    const auto covered = expand_one(text, lookup, out);
    if (!covered) return covered.failure();
    text.remove_prefix(*covered);
  }
  return out;
}

void expand_strings(Table& table, const Lookup& lookup, std::vector<Diagnostic>& errors) {
  for (auto& [key, value] : table) expand_value(value, lookup, errors);
}

std::optional<std::string> process_environment(const std::string& name) {
  if (const char* value = std::getenv(name.c_str())) return value;
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (!credentials) return {};
  std::ifstream file{fmt::format("{}/{}", credentials, name), std::ios::binary};
  if (!file) return {};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace tickwork::host
