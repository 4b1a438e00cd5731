// SPDX-License-Identifier: MIT
#include "config/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "config/check.hpp"
#include "config/host_options.hpp"
#include "config/quantity.hpp"
#include "config/wording.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

std::string folded(std::string_view key) {
  std::string out;
  for (const char c : key)
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// What a value becomes under an option's type (of one element, for a list); nothing: it is of
// another type.
using Data = decltype(Value::data);

std::optional<Data> as_float(const Value& value) {
  if (const auto* v = std::get_if<int64_t>(&value.data)) return static_cast<double>(*v);
  if (const auto* v = std::get_if<double>(&value.data)) return *v;
  return {};
}

std::optional<Data> as_duration(const Value& value) {
  std::optional<int64_t> ns;
  if (const auto* v = std::get_if<std::string>(&value.data)) ns = parse_duration(*v);
  if (const auto* v = std::get_if<int64_t>(&value.data))
    ns = seconds_to_ns(static_cast<double>(*v));
  if (const auto* v = std::get_if<double>(&value.data)) ns = seconds_to_ns(*v);
  if (!ns) return {};
  return *ns;
}

std::optional<Data> as_size(const Value& value) {
  std::optional<int64_t> bytes;
  if (const auto* v = std::get_if<std::string>(&value.data)) bytes = parse_size(*v);
  if (const auto* v = std::get_if<int64_t>(&value.data)) bytes = *v;
  if (!bytes) return {};
  return *bytes;
}

template <class T>
std::optional<Data> as(const Value& value) {
  if (const auto* v = std::get_if<T>(&value.data)) return *v;
  return {};
}

std::optional<Data> convert(const Value& value, uint32_t type) {
  switch (type) {
    case TW_OPT_STRING:
      return as<std::string>(value);
    case TW_OPT_BOOL:
      return as<bool>(value);
    case TW_OPT_INT:
      return as<int64_t>(value);
    case TW_OPT_FLOAT:
      return as_float(value);
    case TW_OPT_DURATION:
      return as_duration(value);
    case TW_OPT_SIZE:
      return as_size(value);
    case TW_OPT_TABLE:
      return as<Table>(value);
    default:
      return {};
  }
}

// Reads one value for one option; a complaint goes to errors.
class Reading {
 public:
  Reading(const OptionCheck& check, const OptionInfo& option, std::vector<Diagnostic>& errors)
      : check_{check}, option_{option}, errors_{errors} {}

  Value read(const Value& value) const {
    if (!(option_.flags & TW_LIST)) return element(value, 0);
    const auto* array = std::get_if<Array>(&value.data);
    // [inputs.x.sub] where [[inputs.x.sub]] is meant.
    if (!array && option_.type == TW_OPT_TABLE && std::holds_alternative<Table>(value.data))
      return {Array{value}, value.origin};
    if (!array) {
      complain(value, wanted_list(option_.type));
      return {Array{}, value.origin};
    }
    Array list;
    for (const auto& item : *array) list.push_back(element(item, list.size() + 1));
    return {std::move(list), value.origin};
  }

 private:
  // place: the element's number in its list from 1, 0: no list
  Value element(const Value& value, size_t place) const {
    auto data = convert(value, option_.type);
    if (data) return {std::move(*data), value.origin};
    complain(value, wanted(option_.type), place);
    return {Data{}, value.origin};
  }

  void complain(const Value& value, std::string_view expected, size_t place = 0) const {
    const auto element = place ? fmt::format("element {} of ", place) : std::string{};
    errors_.push_back(
        {value.origin,
         fmt::format("{}: {}\"{}\" is {}, expected {}", check_.subject, element, option_.key,
                     shown(value, option_.flags & TW_SECRET), expected)});
  }

  const OptionCheck& check_;
  const OptionInfo& option_;
  std::vector<Diagnostic>& errors_;
};

bool is_host_key(const OptionCheck& check, const std::string& key) {
  return std::find(check.host_keys.begin(), check.host_keys.end(), key) != check.host_keys.end();
}

void complain_unknown(const OptionCheck& check, const std::string& key, const Origin& origin,
                      std::vector<Diagnostic>& errors) {
  auto hint = check.hint ? check.hint(key) : std::string{};
  auto known = check.host_keys;
  for (const auto& option : *check.options) known.push_back(option.key);
  if (check.others)
    for (const auto& option : *check.others) known.push_back(option.key);
  if (hint.empty()) hint = did_you_mean(key, known);
  errors.push_back({origin, fmt::format("{} has no option \"{}\"{}", check.subject, key, hint)});
}

void read_given(const OptionCheck& check, const Table& table, Options& options,
                std::vector<Diagnostic>& errors) {
  for (const auto& [key, value] : table) {
    const auto* option = option_named(*check.options, key);
    if (!option) {
      const bool known =
          is_host_key(check, key) || (check.others && option_named(*check.others, key));
      if (!known) complain_unknown(check, key, value.origin, errors);
      continue;
    }
    if (find(options.values, option->key)) {
      errors.push_back(
          {value.origin, fmt::format("{}: \"{}\" is given twice", check.subject, option->key)});
      continue;
    }
    options.values.emplace_back(option->key, Reading{check, *option, errors}.read(value));
  }
}

void fill_in_default(const OptionCheck& check, const OptionInfo& option, const Origin& where,
                     Options& options, std::vector<Diagnostic>& errors) {
  if (option.flags & TW_REQUIRED) {
    errors.push_back({where, fmt::format("{}: \"{}\" is required", check.subject, option.key)});
    return;
  }
  if (!option.has_value) return;
  auto literal = parse_literal(option.value);
  if (!literal) {
    errors.push_back({where, fmt::format("{}: the plugin's default of \"{}\" is not TOML: {}",
                                         check.subject, option.key, option.value)});
    return;
  }
  literal->origin = where;
  options.values.emplace_back(option.key, Reading{check, option, errors}.read(*literal));
}

}  // namespace

const Value* find(const Table& table, std::string_view key) {
  for (const auto& [name, value] : table)
    if (name == key) return &value;
  return nullptr;
}

const OptionInfo* option_named(const std::vector<OptionInfo>& options, std::string_view key) {
  for (const auto& option : options)
    if (option.key == key) return &option;
  const auto wanted_key = folded(key);
  for (const auto& option : options)
    if (folded(option.key) == wanted_key) return &option;
  return nullptr;
}

Options read_options(const OptionCheck& check, const Table& table, const Origin& where,
                     std::vector<Diagnostic>& errors) {
  Options options;
  read_given(check, table, options, errors);
  for (const auto& option : *check.options) {
    options.types.emplace(option.key, option.type);
    if (!find(options.values, option.key)) fill_in_default(check, option, where, options, errors);
  }
  return options;
}

void check_types(const OptionCheck& check, const Table& table, std::vector<Diagnostic>& errors) {
  for (const auto& [key, value] : table)
    if (const auto* option = option_named(*check.options, key))
      Reading{check, *option, errors}.read(value);
}

Result<Options> check_options(const PluginInfo& plugin, const Table& table,
                              const std::vector<OptionInfo>* other_options) {
  std::vector<Diagnostic> errors;
  OptionCheck check{plugin.id, &plugin.options, other_options, host_keys(plugin.id)};
  auto options = read_options(check, table, {}, errors);
  if (errors.empty()) return options;
  const auto& first = errors.front();
  return Failure{TW_E_INVALID, first.origin.file.empty() ? first.text : to_text(first)};
}

}  // namespace tickwork::host
