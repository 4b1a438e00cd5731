// SPDX-License-Identifier: MIT
#include "graph/options_view.hpp"

#include <string_view>

namespace tickwork::host {

namespace {

using Node = OptionsView::Node;

const Node& node(const tw_config* config) { return *static_cast<const Node*>(config->self); }

const Value* find(const tw_config* config, const char* key) {
  for (const auto& [name, value] : *node(config).table) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Value* element(const tw_config* config, const char* key, size_t i) {
  const Value* value = find(config, key);
  if (!value) return nullptr;
  if (const auto* list = std::get_if<Array>(&value->data)) {
    return i < list->size() ? &(*list)[i] : nullptr;
  }
  return i == 0 ? value : nullptr;
}

size_t count(const tw_config* config, const char* key) {
  const Value* value = find(config, key);
  if (!value) return 0;
  const auto* list = std::get_if<Array>(&value->data);
  return list ? list->size() : 1;
}

tw_str str(const tw_config* config, const char* key, size_t i) {
  const Value* value = element(config, key, i);
  const auto* text = value ? std::get_if<std::string>(&value->data) : nullptr;
  return text ? tw_str{text->c_str(), text->size()} : tw_str{"", 0};
}

int64_t num(const tw_config* config, const char* key, size_t i) {
  const Value* value = element(config, key, i);
  if (!value) return 0;
  if (const auto* b = std::get_if<bool>(&value->data)) return *b;
  if (const auto* n = std::get_if<int64_t>(&value->data)) return *n;
  if (const auto* d = std::get_if<double>(&value->data)) return static_cast<int64_t>(*d);
  return 0;
}

double real(const tw_config* config, const char* key, size_t i) {
  const Value* value = element(config, key, i);
  if (!value) return 0;
  if (const auto* d = std::get_if<double>(&value->data)) return *d;
  return static_cast<double>(num(config, key, i));
}

const tw_config* table(const tw_config* config, const char* key, size_t i) {
  const auto& tables = node(config).tables;
  const auto at = tables.find(std::string_view{key});
  return at != tables.end() && i < at->second.size() ? at->second[i] : nullptr;
}

tw_str key_at(const tw_config* config, size_t i) {
  const Table& values = *node(config).table;
  if (i >= values.size()) return {"", 0};
  return {values[i].first.c_str(), values[i].first.size()};
}

uint32_t type_of(const Value& value) {
  if (const auto* list = std::get_if<Array>(&value.data)) {
    return list->empty() ? uint32_t{TW_OPT_STRING} : type_of(list->front());
  }
  constexpr uint32_t types[] = {TW_OPT_STRING, TW_OPT_BOOL, TW_OPT_INT,
                                TW_OPT_FLOAT,  0,           TW_OPT_TABLE};
  return types[value.data.index()];
}

uint32_t type(const tw_config* config, const char* key) {
  const auto* types = node(config).types;
  if (types) {
    const auto at = types->find(std::string_view{key});
    if (at != types->end()) return at->second;
  }
  const Value* value = find(config, key);
  return value ? type_of(*value) : 0;
}

}  // namespace

OptionsView::OptionsView(Options options) : options_{std::move(options)} {
  add(options_.values).types = &options_.types;
}

OptionsView::Node& OptionsView::add(const Table& values) {
  Node& added = nodes_.emplace_back();
  added.config = {sizeof(tw_config), &added, count, str, num, real, table, key_at, type};
  added.table = &values;
  added.types = nullptr;
  for (const auto& [name, value] : values) {
    if (const auto* below = std::get_if<Table>(&value.data)) {
      added.tables[name].push_back(&add(*below).config);
    } else if (const auto* list = std::get_if<Array>(&value.data)) {
      for (const Value& each : *list) {
        const auto* inner = std::get_if<Table>(&each.data);
        if (inner) added.tables[name].push_back(&add(*inner).config);
      }
    }
  }
  return added;
}

}  // namespace tickwork::host
