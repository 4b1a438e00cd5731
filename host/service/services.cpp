// SPDX-License-Identifier: MIT
// tw.services/1 and tw.instances/1.
#include <tickwork/host/services.h>

#include "config/check.hpp"
#include "graph/instance.hpp"
#include "graph/lifecycle.hpp"
#include "graph/runtime.hpp"
#include "service/belongings.hpp"
#include "service/table.hpp"

namespace tickwork::host {

namespace {

tw_status refuse(tw_error* error, const Failure& failure) {
  return fail(error, failure.status, failure.message);
}

tw_ref hand_out(Instance& to, const char* ext, const SlotPtr& callee) {
  ProxyRef ref = make_proxy(ext, callee, to);
  if (ref.proxy) return to.belongings->keep(std::move(ref));
  const auto target = callee->get();
  return {ref.vtable, target ? target->self() : nullptr};
}

tw_status find(const tw_host* host, const char* ext, tw_str name, tw_ref* ref, tw_error* error) {
  Instance& finder = Instance::of(host);
  Registry& registry = finder.runtime().registry;
  const auto found = registry.find(finder.slot.lock(), ext, view(name));
  if (!found) return refuse(error, found.failure());
  // Whether it started is the callee's own matter: calls tell.
  if (registry.starting()) start_with_callees(finder.runtime(), *found);
  *ref = hand_out(finder, ext, *found);
  return TW_OK;
}

Result<Value> value_of(const tw_field& field, const OptionInfo* option) {
  Value value;
  switch (field.value.type) {
    case TW_FLOAT:
      value.data = field.value.as.f;
      return value;
    case TW_INT:
      value.data = field.value.as.i;
      return value;
    case TW_UINT:
      value.data = static_cast<int64_t>(field.value.as.u);
      return value;
    case TW_BOOL:
      value.data = field.value.as.b;
      return value;
    default:
      break;
  }
  std::string text{view(tw_str{field.value.as.s, field.value.len})};
  const bool plain = !option || (option->type == TW_OPT_STRING && !(option->flags & TW_LIST));
  if (!plain) {
    // A duration or size may come bare ("10s"), everything else is TOML.
    const bool quantity = option->type == TW_OPT_DURATION || option->type == TW_OPT_SIZE;
    auto literal = parse_literal(text);
    if (literal) return *literal;
    if (!quantity) return literal.failure();
  }
  value.data = std::move(text);
  return value;
}

const OptionInfo* option_of(const PluginInfo& plugin, std::string_view key) {
  for (const OptionInfo& option : plugin.options) {
    if (option.key == key) return &option;
  }
  return nullptr;
}

void put(Table& table, std::string_view key, Value value) {
  std::erase_if(table, [&](const auto& entry) { return entry.first == key; });
  table.emplace_back(key, std::move(value));
}

// The maker's own table as far as the plugin declares its keys, then what the maker gave.
Result<Table> options_for(const PluginInfo& plugin, const Instance& maker,
                          const tw_making& making) {
  Table table;
  if (making.flags & TW_MAKE_INHERIT) {
    for (const auto& [key, value] : maker.config().raw) {
      if (option_of(plugin, key)) table.emplace_back(key, value);
    }
  }
  for (size_t i = 0; i < making.n_options; ++i) {
    const std::string key{view(making.options[i].key)};
    if ((making.flags & TW_MAKE_INHERIT) && !option_of(plugin, key)) continue;
    auto value = value_of(making.options[i], option_of(plugin, key));
    if (!value) return value.failure();
    put(table, key, std::move(*value));
  }
  return table;
}

Result<InstanceConfig> configure(const Instance& maker, const tw_making& making) {
  const std::string id{view(making.plugin)};
  const auto found = maker.runtime().catalogue.find(id);
  if (!found) return found.failure();
  const PluginInfo& plugin = **found;
  auto table = options_for(plugin, maker, making);
  if (!table) return table.failure();
  auto options = check_options(plugin, *table);
  if (!options) return options.failure();
  InstanceConfig config;
  config.plugin = id;
  config.name = making.name.len ? std::string{view(making.name)} : maker.name() + "/" + id;
  config.options = std::move(*options);
  config.raw = std::move(*table);
  config.host.log_level = maker.config().host.log_level;
  config.origin = maker.config().origin;
  return config;
}

tw_status make(const tw_host* host, const tw_making* making, tw_ref* ref, tw_error* error) {
  Instance& maker = Instance::of(host);
  Runtime& runtime = maker.runtime();
  auto config = configure(maker, *making);
  if (!config) return refuse(error, config.failure());
  auto created = create_instance(runtime, std::move(*config), true);
  if (!created) return refuse(error, created.failure());
  const SlotPtr slot = *created;
  if (making->ext && !slot->get()->ext(making->ext)) {
    retire(runtime, slot, runtime.deadlines.stop);
    return fail(error, TW_E_UNSUPPORTED,
                std::string{view(making->plugin)} + " does not offer " + making->ext);
  }
  if (const auto own = maker.slot.lock()) runtime.registry.use(own, slot);
  if (const Done started = slot->start_once(); !started) {
    retire(runtime, slot, runtime.deadlines.stop);
    return refuse(error, started.failure());
  }
  *ref = hand_out(maker, making->ext, slot);
  maker.belongings->keep_made(*ref, slot);
  return TW_OK;
}

void drop(const tw_host* host, const tw_ref* ref) {
  Instance& maker = Instance::of(host);
  const SlotPtr slot = maker.belongings->take_made(*ref);
  if (slot) retire(maker.runtime(), slot, maker.runtime().deadlines.stop);
}

}  // namespace

const tw_services services_service{sizeof(tw_services), find};
const tw_instances instances_service{sizeof(tw_instances), make, drop};

}  // namespace tickwork::host
