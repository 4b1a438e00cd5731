// SPDX-License-Identifier: MIT
// From tables to a Configuration: which tables are instances, and of what.
#include "config/check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "config/agent.hpp"
#include "config/host_options.hpp"
#include "config/options.hpp"
#include "config/set.hpp"
#include "config/wording.hpp"
#include "isolate/crossing.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

// A [[kind.name]] table that was found.
struct Section {
  std::string plugin;
  const Table* table;
  Origin origin;
};

std::string system_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

class Checker {
 public:
  Checker(const Catalogue& catalogue, ReadMode mode, const Overrides& overrides,
          CheckedConfiguration& checked)
      : catalogue_{catalogue}, mode_{mode}, overrides_{overrides}, checked_{checked} {
    for (const auto& module : catalogue.modules())
      for (const auto& plugin : module.plugins)
        kinds_.insert(plugin.id.substr(0, plugin.id.find('.')));
    for (const char* kind : {"inputs", "outputs", "processors", "aggregators", "storage", "query",
                             "stream", "services", "handlers", "panels", "secretstores"})
      kinds_.insert(kind);
  }

  void file(const Source& source) {
    sections_.clear();
    added_as_ = source.added_as;
    for (const auto& [key, value] : source.table) top_level(key, value);
    std::stable_sort(sections_.begin(), sections_.end(),
                     [](const auto& a, const auto& b) { return a.origin.line < b.origin.line; });
    for (const auto& section : sections_) instance(section);
  }

  void finish() {
    auto& configuration = checked_.configuration;
    check_agent(configuration.agent, agent_origin_, checked_.errors);
    if (configuration.agent.omit_hostname) return;
    auto& name = configuration.agent.hostname;
    if (name.empty()) name = system_name();
    configuration.global_tags["host"] = name;
  }

 private:
  void error(const Origin& origin, std::string text) {
    checked_.errors.push_back({origin, std::move(text)});
  }
  void warn(const Origin& origin, std::string text) {
    checked_.warnings.push_back({origin, std::move(text)});
  }

  void top_level(const std::string& key, const Value& value) {
    const auto* table = std::get_if<Table>(&value.data);
    if (!table && !std::holds_alternative<Array>(value.data))
      return error(value.origin, fmt::format("\"{}\" stands outside of any table", key));
    if (table && key == "agent") return agent(*table, value.origin);
    if (table && (key == "global_tags" || key == "tags")) return global_tags(key, *table);
    if (table && key == "plugins") return plugins(*table);
    if (table && key == "set") return set(*table);
    if (table && kinds_.count(key)) return kind(key, *table);
    // Telegraf takes an unknown table for an input.
    if (catalogue_.find("inputs." + key)) return named("inputs", key, value);
    unknown_table(key, value);
  }

  void unknown_table(const std::string& key, const Value& value) {
    std::vector<std::string> known{kinds_.begin(), kinds_.end()};
    for (const char* name : {"agent", "global_tags", "plugins", "set"}) known.emplace_back(name);
    const bool misplaced = kinds_.count(key) != 0;
    error(value.origin,
          misplaced ? fmt::format("[[{0}]] names no plugin; write [[{0}.NAME]]", key)
                    : fmt::format("there is no table [{}]{}", key, did_you_mean(key, known)));
  }

  void agent(const Table& table, const Origin& origin) {
    if (!agent_origin_.file.empty())
      warn(origin,
           fmt::format("a second [agent]; its values replace those of {}", to_text(agent_origin_)));
    agent_origin_ = origin;
    read_agent(table, checked_.configuration.agent, checked_.errors, checked_.warnings);
  }

  void global_tags(const std::string& name, const Table& table) {
    for (const auto& [key, value] : table) {
      if (const auto* text = std::get_if<std::string>(&value.data))
        checked_.configuration.global_tags[key] = *text;
      else
        error(value.origin,
              fmt::format("[{}] \"{}\" is {}, expected a string", name, key, shown(value)));
    }
  }

  void set(const Table& table) {
    for (auto& mistake : check_set(table)) checked_.errors.push_back(std::move(mistake));
  }

  // [plugins] path = [...] tells where libraries are; [plugins.x] is an old way to say [inputs.x].
  void plugins(const Table& table) {
    for (const auto& [key, value] : table) {
      if (key == "path") {
        if (!std::holds_alternative<Array>(value.data))
          error(value.origin, "[plugins] \"path\" must be a list of folders and files");
      } else if (std::holds_alternative<Table>(value.data) ||
                 std::holds_alternative<Array>(value.data)) {
        named("inputs", key, value);
      } else {
        error(value.origin,
              fmt::format("[plugins] has no option \"{}\"{}", key, did_you_mean(key, {"path"})));
      }
    }
  }

  void kind(const std::string& kind_name, const Table& table) {
    for (const auto& [key, value] : table) named(kind_name, key, value);
  }

  void named(const std::string& kind_name, const std::string& name, const Value& value) {
    // "org.example.cpu:inputs.cpu" in quotes picks one of several libraries.
    const auto id = name.find(':') == name.npos ? kind_name + "." + name : name;
    if (const auto* table = std::get_if<Table>(&value.data)) {
      sections_.push_back({id, table, value.origin});
      return;
    }
    const auto* list = std::get_if<Array>(&value.data);
    if (!list)
      return error(value.origin, fmt::format("[{0}] \"{1}\" is {2}; write [[{0}.{1}]] and options",
                                             kind_name, name, shown(value)));
    for (const auto& element : *list) {
      if (const auto* table = std::get_if<Table>(&element.data))
        sections_.push_back({id, table, element.origin});
      else
        error(element.origin, fmt::format("{} is {}, expected a table", id, shown(element)));
    }
  }

  void instance(const Section& section) {
    std::vector<Diagnostic> errors;
    InstanceConfig config;
    if (const auto plugin = catalogue_.find(section.plugin))
      config = read_instance(section, **plugin, errors);
    else
      errors.push_back({section.origin, plugin.failure().message});
    const bool overridden = overrides_.count(config.name) > 0;
    if (errors.empty()) {
      checked_.configuration.instances.push_back(std::move(config));
    } else if (mode_.lenient && !overridden) {
      for (auto& e : errors) warn(e.origin, std::move(e.text));
      warn(section.origin, fmt::format("{} is left out", section.plugin));
    } else {
      for (auto& e : errors) error(e.origin, std::move(e.text));
    }
  }

  InstanceConfig read_instance(Section section, const PluginInfo& plugin,
                               std::vector<Diagnostic>& errors) {
    auto host = read_host_options(plugin.id, *section.table);
    const auto name = unique_name(plugin.id, host.options.alias);
    Table merged;
    if (const auto override = overrides_.find(name); override != overrides_.end()) {
      merged = with(*section.table, override->second);
      section.table = &merged;
      host = read_host_options(plugin.id, merged);
      refuse_ignored(override->second, host, errors);
    }
    for (auto& e : host.errors) errors.push_back(std::move(e));
    for (auto& w : host.warnings) checked_.warnings.push_back(std::move(w));

    OptionCheck check{plugin.id, &plugin.options, nullptr, host_keys(plugin.id)};
    const auto* format = data_format(plugin, *section.table, section.origin, errors);
    if (format) check.others = &format->options;
    check_isolation(plugin, host.options, section, errors);
    if (option_named(plugin.options, "data_format"))
      check.hint = [this](const std::string& key) { return format_with(key); };
    InstanceConfig config;
    config.options = read_options(check, *section.table, section.origin, errors);
    if (format) check_format(plugin, *format, *section.table, errors);
    config.plugin = section.plugin;
    config.host = std::move(host.options);
    config.name = name;
    config.raw = *section.table;
    config.origin = section.origin;
    config.added_as = added_as_;
    return config;
  }

  // An overriding option takes the place of one that means the same in another spelling.
  static Table with(Table table, const Table& override) {
    for (const auto& [key, value] : override) {
      std::vector<OptionInfo> wanted(1);
      wanted[0].key = key;
      std::erase_if(table, [&](const Entry& e) { return option_named(wanted, e.first); });
      table.emplace_back(key, value);
    }
    return table;
  }

  // A host option of a wrong type is ignored in a file, but not where somebody just set it.
  static void refuse_ignored(const Table& override, HostReading& host,
                             std::vector<Diagnostic>& errors) {
    std::erase_if(host.warnings, [&](const Diagnostic& warning) {
      const bool own = std::any_of(override.begin(), override.end(), [&](const Entry& e) {
        return e.second.origin.file == warning.origin.file;
      });
      if (own) errors.push_back(warning);
      return own;
    });
  }

  // A plugin that wants to run in a process of its own must be one that can.
  void check_isolation(const PluginInfo& plugin, const HostOptions& host, const Section& section,
                       std::vector<Diagnostic>& errors) {
    if (!host.isolate.value_or((plugin.flags & TW_ISOLATE) != 0)) return;
    const auto why = why_not_isolated(plugin.exts);
    if (why.empty()) return;
    const auto* given = find(*section.table, "isolate");
    errors.push_back({given ? given->origin : section.origin,
                      fmt::format("{} cannot run isolated: {}{}", plugin.id, why,
                                  given ? "" : "; isolate = false runs it in the host")});
  }

  // The plugin that data_format names: its options may stand in the same table.
  const PluginInfo* data_format(const PluginInfo& plugin, const Table& table, const Origin& where,
                                std::vector<Diagnostic>& errors) {
    const auto* option = option_named(plugin.options, "data_format");
    if (!option || option->type != TW_OPT_STRING) return nullptr;
    const auto* given = find(table, "data_format");
    const auto literal = option->has_value ? parse_literal(option->value)
                                           : Result<Value>{Failure{TW_E_NOT_FOUND, {}}};
    const Value* value = given ? given : literal ? &*literal : nullptr;
    const auto* name = value ? std::get_if<std::string>(&value->data) : nullptr;
    if (!name || name->empty()) return nullptr;
    if (const auto format = catalogue_.find("formats." + *name)) return *format;
    errors.push_back({given ? given->origin : where,
                      fmt::format("{}: there is no data_format \"{}\"{}", plugin.id, *name,
                                  did_you_mean(*name, format_names()))});
    return nullptr;
  }

  // Options of the format that the plugin does not declare itself.
  void check_format(const PluginInfo& plugin, const PluginInfo& format, const Table& table,
                    std::vector<Diagnostic>& errors) {
    std::vector<OptionInfo> own;
    for (const auto& option : format.options)
      if (!option_named(plugin.options, option.key)) own.push_back(option);
    check_types({plugin.id, &own, nullptr, {}}, table, errors);
  }

  // An option of a format that the table does not name.
  std::string format_with(const std::string& key) const {
    for (const auto& name : format_names())
      if (const auto format = catalogue_.find("formats." + name))
        for (const auto& option : (*format)->options)
          if (option.key == key) return fmt::format("; it belongs to data_format = \"{}\"", name);
    return {};
  }

  std::vector<std::string> format_names() const {
    std::vector<std::string> names;
    const std::string_view stem = "formats.";
    for (const auto& module : catalogue_.modules())
      for (const auto& plugin : module.plugins)
        if (plugin.id.starts_with(stem)) names.push_back(plugin.id.substr(stem.size()));
    return names;
  }

  std::string unique_name(const std::string& id, const std::string& alias) {
    const auto base = alias.empty() ? id : id + "::" + alias;
    auto name = base;
    for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}#{}", base, n);
    return name;
  }

  const Catalogue& catalogue_;
  ReadMode mode_;
  const Overrides& overrides_;
  CheckedConfiguration& checked_;
  std::set<std::string> kinds_, names_;
  std::vector<Section> sections_;
  Origin agent_origin_;
  std::string added_as_;  // of the file at hand
};

bool before(const Diagnostic& a, const Diagnostic& b) {
  return std::pair{a.origin.line, a.origin.column} < std::pair{b.origin.line, b.origin.column};
}

// Each file's in the order of its lines; files in the order in which they were given.
void sort_by_place(std::vector<Diagnostic>& list, const Sources& sources) {
  const auto rank = [&](const Diagnostic& d) {
    size_t i = 0;
    while (i < sources.files.size() && sources.files[i].path != d.origin.file) ++i;
    return i;
  };
  std::stable_sort(list.begin(), list.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return a.origin.file == b.origin.file ? before(a, b) : rank(a) < rank(b);
  });
}

}  // namespace

CheckedConfiguration check_sources(const Sources& sources, const Catalogue& catalogue,
                                   ReadMode mode, const Overrides& overrides) {
  CheckedConfiguration checked;
  checked.errors = sources.errors;
  Checker checker{catalogue, mode, overrides, checked};
  for (const auto& source : sources.files) checker.file(source);
  checker.finish();
  sort_by_place(checked.errors, sources);
  sort_by_place(checked.warnings, sources);
  return checked;
}

}  // namespace tickwork::host
