// SPDX-License-Identifier: MIT
// Runs in the probe's child first, so a table that points nowhere kills only that. Lists are read
// up to a limit, because a forgotten {0} row must not lead into the woods.
#include "module/tables.hpp"

#include <fmt/format.h>
#include <tickwork/draft/command.h>
#include <tickwork/tickwork.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

namespace tickwork::host {
namespace {

constexpr size_t max_rows = 4096;

// A function that a kind cannot do without, by its place in the kind's struct.
struct Required {
  const char* name;
  size_t offset;
};

struct Kind {
  const char* ext;
  size_t size;  // of the struct at minor 0
  std::span<const Required> required;
};

#define TICKWORK_NEEDS(type, member) \
  Required { #member, offsetof(type, member) }

constexpr Required output[] = {TICKWORK_NEEDS(tw_output, write)};
constexpr Required processor[] = {TICKWORK_NEEDS(tw_processor, process)};
constexpr Required aggregator[] = {TICKWORK_NEEDS(tw_aggregator, add),
                                   TICKWORK_NEEDS(tw_aggregator, push)};
constexpr Required parser[] = {TICKWORK_NEEDS(tw_parser, parse)};
constexpr Required serializer[] = {TICKWORK_NEEDS(tw_serializer, serialize)};
constexpr Required storage[] = {TICKWORK_NEEDS(tw_storage, write), TICKWORK_NEEDS(tw_storage, scan),
                                TICKWORK_NEEDS(tw_storage, list),
                                TICKWORK_NEEDS(tw_storage, define),
                                TICKWORK_NEEDS(tw_storage, drop)};
constexpr Required storage_aggregate[] = {TICKWORK_NEEDS(tw_storage_aggregate, aggregate)};
constexpr Required feed[] = {TICKWORK_NEEDS(tw_feed, listen), TICKWORK_NEEDS(tw_feed, unlisten)};
constexpr Required query[] = {TICKWORK_NEEDS(tw_query, language), TICKWORK_NEEDS(tw_query, run)};
constexpr Required stream[] = {TICKWORK_NEEDS(tw_stream, points)};
constexpr Required handler[] = {TICKWORK_NEEDS(tw_handler, handle)};
constexpr Required http_server[] = {TICKWORK_NEEDS(tw_http_server, route),
                                    TICKWORK_NEEDS(tw_http_server, unroute),
                                    TICKWORK_NEEDS(tw_http_server, address)};
constexpr Required snapshot[] = {TICKWORK_NEEDS(tw_snapshot, save),
                                 TICKWORK_NEEDS(tw_snapshot, load)};
constexpr Required interrupt[] = {TICKWORK_NEEDS(tw_interrupt, wake)};
constexpr Required memory[] = {TICKWORK_NEEDS(tw_memory, bytes)};
constexpr Required commands[] = {TICKWORK_NEEDS(tw_commands, commands)};
constexpr Required panel[] = {TICKWORK_NEEDS(tw_panel, manifest), TICKWORK_NEEDS(tw_panel, files)};

#undef TICKWORK_NEEDS

constexpr Kind kinds[] = {
    {TW_INPUT, sizeof(tw_input), {}},
    {TW_OUTPUT, sizeof(tw_output), output},
    {TW_PROCESSOR, sizeof(tw_processor), processor},
    {TW_AGGREGATOR, sizeof(tw_aggregator), aggregator},
    {TW_PARSER, sizeof(tw_parser), parser},
    {TW_SERIALIZER, sizeof(tw_serializer), serializer},
    {TW_STORAGE, sizeof(tw_storage), storage},
    {TW_STORAGE_AGGREGATE, sizeof(tw_storage_aggregate), storage_aggregate},
    {TW_FEED, sizeof(tw_feed), feed},
    {TW_QUERY, offsetof(tw_query, example), query},
    {TW_STREAM, sizeof(tw_stream), stream},
    {TW_HANDLER, sizeof(tw_handler), handler},
    {TW_HTTP_SERVER, sizeof(tw_http_server), http_server},
    {TW_SNAPSHOT, sizeof(tw_snapshot), snapshot},
    {TW_INTERRUPT, sizeof(tw_interrupt), interrupt},
    {TW_PANEL, sizeof(tw_panel), panel},
    {TW_MEMORY, sizeof(tw_memory), memory},
    {TW_COMMANDS, sizeof(tw_commands), commands},
};

struct BadTable {
  std::string what;
};

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
  throw BadTable{fmt::format(text, std::forward<Args>(args)...)};
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

bool good_id(std::string_view id) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  };
  const auto dot = id.find('.');
  return dot != id.npos && dot > 0 && dot + 1 < id.size() &&
         std::all_of(id.begin(), id.end(), good);
}

bool is_null(const void* vtable, size_t offset) {
  const void* member;
  std::memcpy(&member, static_cast<const char*>(vtable) + offset, sizeof member);
  return member == nullptr;
}

void check_kind(const tw_plugin& plugin, const tw_ext& row, const Kind& kind) {
  uint32_t size;
  std::memcpy(&size, row.vtable, sizeof size);
  if (size < kind.size)
    refuse("{}: {} has size {}, expected at least {}", plugin.id, row.id, size, kind.size);
  for (const auto& function : kind.required)
    if (is_null(row.vtable, function.offset))
      refuse("{}: {} has no {}", plugin.id, row.id, function.name);
}

// An input may leave out gather when it emits by itself; for that it must be started.
void check_input(const tw_plugin& plugin, const tw_ext& row) {
  if (!static_cast<const tw_input*>(row.vtable)->gather && !plugin.start)
    refuse("{}: {} has no gather", plugin.id, row.id);
}

bool good_command(std::string_view name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), good);
}

void read_commands(const tw_plugin& plugin, const tw_commands& table, PluginInfo& info) {
  if (table.count > max_rows) refuse("{}: offers {} commands", plugin.id, table.count);
  for (uint32_t i = 0; i < table.count; ++i) {
    const tw_command* row = table.commands[i];
    if (!row || !row->name || !good_command(row->name))
      refuse("{}: command {} has the name \"{}\", expected small letters", plugin.id, i,
             row ? text_or_empty(row->name) : "");
    if (!row->run) refuse("{}: command {} has no run", plugin.id, row->name);
    for (const auto& other : info.commands)
      if (other.name == row->name)
        refuse("{}: command {} stands twice in its table", plugin.id, row->name);
    info.commands.push_back({row->name, text_or_empty(row->usage), text_or_empty(row->summary)});
  }
}

void read_ext(const tw_plugin& plugin, const tw_ext& row, PluginInfo& info) {
  if (!row.vtable) refuse("{}: {} has no function table", plugin.id, row.id);
  for (const auto& kind : kinds)
    if (std::string_view{row.id} == kind.ext) check_kind(plugin, row, kind);
  if (std::string_view{row.id} == TW_INPUT) check_input(plugin, row);
  if (std::find(info.exts.begin(), info.exts.end(), row.id) != info.exts.end())
    refuse("{}: {} stands twice in its table", plugin.id, row.id);
  if (std::string_view{row.id} == TW_COMMANDS)
    read_commands(plugin, *static_cast<const tw_commands*>(row.vtable), info);
  info.exts.emplace_back(row.id);
}

void read_option(const tw_plugin& plugin, const tw_option& row, PluginInfo& info) {
  if (row.type < TW_OPT_STRING || row.type > TW_OPT_TABLE)
    refuse("{}: option {} has the unknown type {}", plugin.id, row.key, row.type);
  for (const auto& other : info.options)
    if (other.key == row.key) refuse("{}: option {} stands twice in its table", plugin.id, row.key);
  info.options.push_back({row.key, text_or_empty(row.value), text_or_empty(row.doc), row.type,
                          row.flags, row.value != nullptr});
}

PluginInfo read_plugin(const tw_plugin& plugin, size_t index) {
  if (plugin.size < sizeof(tw_plugin))
    refuse("plugin {}: size is {}, expected at least {}", index, plugin.size, sizeof(tw_plugin));
  if (!plugin.id || !good_id(plugin.id))
    refuse("plugin {} has the id \"{}\", expected kind.name in lower case", index,
           text_or_empty(plugin.id));
  if (!plugin.create) refuse("{} has no create", plugin.id);
  if (!plugin.destroy) refuse("{} has no destroy", plugin.id);
  if (!plugin.exts || !plugin.exts->id)
    refuse("{} has no kind: its table of extensions is empty", plugin.id);
  PluginInfo info{plugin.id, text_or_empty(plugin.summary), plugin.flags, {}, {}, {}};
  for (const tw_option* row = plugin.options; row && row->key; ++row) {
    if (info.options.size() == max_rows) refuse("{}: the option table has no end", plugin.id);
    read_option(plugin, *row, info);
  }
  for (const tw_ext* row = plugin.exts; row->id; ++row) {
    if (info.exts.size() == max_rows) refuse("{}: the extension table has no end", plugin.id);
    read_ext(plugin, *row, info);
  }
  return info;
}

void check_header(const tw_module& module) {
  if (module.size < sizeof(tw_module))
    refuse("module.size is {}, expected at least {}", module.size, sizeof(tw_module));
  if (module.needs_minor > TW_ABI_MINOR)
    refuse("needs SDK {}.{}, this host has {}.{}", TW_ABI_MAJOR, module.needs_minor, TW_ABI_MAJOR,
           TW_ABI_MINOR);
  if (!module.id || !good_id(module.id))
    refuse("the module's id is \"{}\", expected reverse DNS such as org.example.uptime",
           text_or_empty(module.id));
  if (!module.plugins || !module.plugins[0]) refuse("module {} has no plugins", module.id);
}

ModuleInfo read(const tw_module& module) {
  check_header(module);
  ModuleInfo info;
  info.id = module.id;
  info.version = text_or_empty(module.version);
  info.license = text_or_empty(module.license);
  for (size_t i = 0; module.plugins[i]; ++i) {
    if (i == max_rows) refuse("the table of plugins has no end");
    auto plugin = read_plugin(*module.plugins[i], i);
    for (const auto& other : info.plugins)
      if (other.id == plugin.id) refuse("{} stands twice in its module", plugin.id);
    info.plugins.push_back(std::move(plugin));
  }
  return info;
}

}  // namespace

Result<ModuleInfo> read_tables(const tw_module* module) {
  try {
    return read(*module);
  } catch (const BadTable& bad) {
    return Failure{TW_E_INVALID, bad.what};
  }
}

}  // namespace tickwork::host
