// SPDX-License-Identifier: MIT
// TOML to checked options. The only file of the fake host that knows TOML++.
#include "options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
// A namespace of its own: the program that links this may use TOML++ with other settings
// (exceptions, features), and the two would silently share inline functions that disagree about
// their structs.
#define toml tickwork_testing_toml
#include <toml++/toml.h>

namespace tickwork::testing::detail {
namespace {

constexpr std::array<std::string_view, 8> type_names{
    "nothing", "a string", "a boolean", "an integer", "a float", "a duration", "a size", "a table"};

// What the host itself understands on every instance; the fake host accepts and ignores it.
constexpr std::array<std::string_view, 34> host_keys{"alias",
                                                     "interval",
                                                     "precision",
                                                     "collection_jitter",
                                                     "collection_offset",
                                                     "flush_interval",
                                                     "flush_jitter",
                                                     "metric_batch_size",
                                                     "metric_buffer_limit",
                                                     "overflow",
                                                     "name_override",
                                                     "name_prefix",
                                                     "name_suffix",
                                                     "tags",
                                                     "time_source",
                                                     "startup_error_behavior",
                                                     "log_level",
                                                     "order",
                                                     "period",
                                                     "delay",
                                                     "grace",
                                                     "drop_original",
                                                     "namepass",
                                                     "namedrop",
                                                     "fieldinclude",
                                                     "fieldexclude",
                                                     "fieldpass",
                                                     "fielddrop",
                                                     "taginclude",
                                                     "tagexclude",
                                                     "tagpass",
                                                     "tagdrop",
                                                     "metricpass",
                                                     "isolate"};

std::shared_ptr<Table> untyped(const toml::table& from);

uint32_t natural_type(const toml::node& n) {
  if (n.is_table()) return TW_OPT_TABLE;
  if (n.is_boolean()) return TW_OPT_BOOL;
  if (n.is_integer()) return TW_OPT_INT;
  if (n.is_floating_point()) return TW_OPT_FLOAT;
  return TW_OPT_STRING;
}

std::string date_text(const toml::node& n) {
  std::ostringstream out;
  if (const auto* v = n.as_date()) out << v->get();
  if (const auto* v = n.as_time()) out << v->get();
  if (const auto* v = n.as_date_time()) out << v->get();
  return out.str();
}

Scalar natural(const toml::node& n) {
  if (const auto* t = n.as_table()) return untyped(*t);
  if (const auto* v = n.as_boolean()) return v->get();
  if (const auto* v = n.as_integer()) return v->get();
  if (const auto* v = n.as_floating_point()) return v->get();
  if (const auto* v = n.as_string()) return v->get();
  return date_text(n);
}

Entry untyped_entry(std::string_view key, const toml::node& n) {
  Entry e{std::string{key}, natural_type(n), {}};
  const toml::array* list = n.as_array();
  if (!list) return e.values.push_back(natural(n)), e;
  if (!list->empty()) e.type = natural_type(*list->get(0));
  for (const toml::node& item : *list) e.values.push_back(natural(item));
  return e;
}

std::shared_ptr<Table> untyped(const toml::table& from) {
  auto table = std::make_shared<Table>();
  // Tables keep the file's order, which TOML++ knows only by source position.
  std::vector<std::pair<std::string_view, const toml::node*>> rows;
  for (const auto& [key, node] : from) rows.emplace_back(key.str(), &node);
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    const auto at = [](const auto& row) { return row.second->source().begin; };
    return std::pair{at(a).line, at(a).column} < std::pair{at(b).line, at(b).column};
  });
  for (const auto& [key, node] : rows) table->entries.push_back(untyped_entry(key, *node));
  return table;
}

// One value of the option's type; false if it is none.
bool typed(uint32_t type, const toml::node& n, Scalar& out) {
  int64_t number = 0;
  switch (type) {
    case TW_OPT_STRING:
      if (!n.is_string()) return false;
      break;
    case TW_OPT_BOOL:
      if (!n.is_boolean()) return false;
      break;
    case TW_OPT_INT:
      if (!n.is_integer()) return false;
      break;
    case TW_OPT_FLOAT:
      if (!n.is_number()) return false;
      return out = *n.value<double>(), true;
    case TW_OPT_DURATION:
      if (n.is_number()) return out = std::llround(*n.value<double>() * 1e9), true;
      if (!n.is_string() || !read_duration(n.as_string()->get(), number)) return false;
      return out = number, true;
    case TW_OPT_SIZE:
      if (n.is_integer()) break;
      if (!n.is_string() || !read_size(n.as_string()->get(), number)) return false;
      return out = number, true;
    case TW_OPT_TABLE:
      if (!n.is_table()) return false;
      break;
    default:
      return false;
  }
  return out = natural(n), true;
}

std::string wrong_type(const tw_option& o, bool list) {
  const std::string_view name = o.type < type_names.size() ? type_names[o.type] : type_names[0];
  if (!list) return "must be " + std::string{name};
  return "must be an array, each " + std::string{name};
}

// Reads node into entry; the error's predicate, empty if it fits. A single value stands for a list
// of one table, as [[x.y]] and [x.y] both occur.
std::string read_option(const tw_option& o, const toml::node& node, Entry& entry) {
  const bool list = (o.flags & TW_LIST) != 0;
  const toml::array* items = node.as_array();
  if (list && !items && o.type != TW_OPT_TABLE) return wrong_type(o, true);
  if (!list && items) return wrong_type(o, false);
  const auto add = [&](const toml::node& n) {
    Scalar v;
    if (!typed(o.type, n, v)) return false;
    entry.values.push_back(std::move(v));
    return true;
  };
  if (!items) return add(node) ? "" : wrong_type(o, list);
  for (const toml::node& n : *items)
    if (!add(n)) return wrong_type(o, true);
  return "";
}

const tw_option* find_option(const tw_option* options, std::string_view key) {
  for (const tw_option* o = options; o && o->key; ++o)
    if (key == o->key) return o;
  return nullptr;
}

std::string read_default(const tw_option& o, Entry& entry) {
  try {
    const toml::table t = toml::parse("x = " + std::string{o.value});
    const toml::node* n = t.get("x");
    return n && t.size() == 1 ? read_option(o, *n, entry) : "is not one TOML value";
  } catch (const toml::parse_error& e) {
    return "is not TOML: " + std::string{e.description()};
  }
}

class Checker {
 public:
  Checker(std::string_view plugin, const tw_option* options) : plugin_{plugin}, options_{options} {}

  Checked run(const toml::table& given, const std::function<bool(std::string_view)>& extra) {
    for (const auto& [key, node] : given) check_key(key.str(), node, extra);
    for (const tw_option* o = options_; o && o->key; ++o) declared(*o, given);
    return {table_, errors_};
  }

 private:
  void complain(const std::string& text) {
    if (!errors_.empty()) errors_ += '\n';
    errors_ += std::string{plugin_} + text;
  }
  void check_key(std::string_view key, const toml::node& node,
                 const std::function<bool(std::string_view)>& extra) {
    if (find_option(options_, key)) return;
    if (std::find(host_keys.begin(), host_keys.end(), key) != host_keys.end()) return;
    if (extra(key)) return table_->entries.push_back(untyped_entry(key, node));
    complain(" has no option \"" + std::string{key} + '"');
  }
  void declared(const tw_option& o, const toml::table& given) {
    Entry entry{o.key, o.type, {}};
    const toml::node* node = given.get(o.key);
    const std::string name = ": " + std::string{o.key} + ' ';
    if (node) {
      if (const std::string why = read_option(o, *node, entry); !why.empty()) complain(name + why);
    } else if (o.flags & TW_REQUIRED) {
      complain(name + "is required");
    } else if (o.value) {
      if (const std::string why = read_default(o, entry); !why.empty())
        complain(": the default of " + std::string{o.key} + ' ' + why);
    }
    table_->entries.push_back(std::move(entry));
  }

  std::string_view plugin_;
  const tw_option* options_;
  std::shared_ptr<Table> table_ = std::make_shared<Table>();
  std::string errors_;
};

const Table& table_of(const tw_config* c) { return *static_cast<const Table*>(c->self); }

const Scalar* value_of(const tw_config* c, const char* key, size_t i) {
  const Entry* e = table_of(c).find(key);
  return e && i < e->values.size() ? &e->values[i] : nullptr;
}

size_t config_count(const tw_config* c, const char* key) {
  const Entry* e = table_of(c).find(key);
  return e ? e->values.size() : 0;
}
tw_str config_str(const tw_config* c, const char* key, size_t i) {
  const Scalar* v = value_of(c, key, i);
  const auto* s = v ? std::get_if<std::string>(v) : nullptr;
  return s ? tw_str{s->c_str(), s->size()} : tw_str{"", 0};
}
int64_t config_num(const tw_config* c, const char* key, size_t i) {
  const Scalar* v = value_of(c, key, i);
  if (!v) return 0;
  if (const auto* n = std::get_if<int64_t>(v)) return *n;
  if (const auto* b = std::get_if<bool>(v)) return *b;
  return 0;
}
double config_real(const tw_config* c, const char* key, size_t i) {
  const Scalar* v = value_of(c, key, i);
  if (!v) return 0;
  if (const auto* d = std::get_if<double>(v)) return *d;
  if (const auto* n = std::get_if<int64_t>(v)) return static_cast<double>(*n);
  return 0;
}
const tw_config* config_table(const tw_config* c, const char* key, size_t i) {
  const Scalar* v = value_of(c, key, i);
  const auto* t = v ? std::get_if<std::shared_ptr<Table>>(v) : nullptr;
  return t ? &(*t)->config : nullptr;
}
tw_str config_key(const tw_config* c, size_t i) {
  const auto& entries = table_of(c).entries;
  return i < entries.size() ? tw_str{entries[i].key.c_str(), entries[i].key.size()} : tw_str{"", 0};
}
uint32_t config_type(const tw_config* c, const char* key) {
  const Entry* e = table_of(c).find(key);
  return e ? e->type : 0;
}

}  // namespace

Table::Table()
    : config{sizeof config, this,         config_count, config_str, config_num,
             config_real,   config_table, config_key,   config_type} {}

const Entry* Table::find(std::string_view key) const {
  for (const Entry& e : entries)
    if (e.key == key) return &e;
  return nullptr;
}

Checked check_options(std::string_view plugin, const tw_option* options, std::string_view text,
                      const std::function<bool(std::string_view key)>& extra) {
  try {
    const toml::table given = toml::parse(text);
    return Checker{plugin, options}.run(given, extra);
  } catch (const toml::parse_error& e) {
    return {std::make_shared<Table>(), std::string{plugin} + ": line " +
                                           std::to_string(e.source().begin.line) + ": " +
                                           std::string{e.description()}};
  }
}

std::string check_literal(const tw_option& option, std::string_view literal) {
  tw_option copy = option;
  const std::string text{literal};
  copy.value = text.c_str();
  Entry entry;
  return read_default(copy, entry);
}

}  // namespace tickwork::testing::detail
