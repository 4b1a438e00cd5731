// SPDX-License-Identifier: MIT
// Checks panel.toml and turns it into the entry that the page reads.
#include <toml++/toml.h>
#include <xxhash.h>

#include <algorithm>
#include <boost/json.hpp>

#include "panel.hpp"

namespace tickwork::webui {
namespace {

namespace json = boost::json;

constexpr size_t largest = 1 << 20;
const char* const manifest_name = "panel.toml";
const std::set<std::string> option_types = {"bool", "int",   "float", "string",    "text",
                                            "enum", "color", "unit",  "duration",  "field",
                                            "list", "map",   "query", "thresholds"};

json::value to_json(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    json::object out;
    for (const auto& [key, value] : *table) out[std::string{key.str()}] = to_json(value);
    return out;
  }
  if (const auto* array = node.as_array()) {
    json::array out;
    for (const auto& value : *array) out.push_back(to_json(value));
    return out;
  }
  if (const auto* text = node.as_string()) return json::value(text->get());
  if (const auto* number = node.as_integer()) return json::value(number->get());
  if (const auto* number = node.as_floating_point()) return json::value(number->get());
  if (const auto* truth = node.as_boolean()) return json::value(truth->get());
  return nullptr;
}

std::string hash_of(const std::map<std::string, std::string>& files) {
  XXH3_state_t* state = XXH3_createState();
  XXH3_128bits_reset(state);
  for (const auto& [name, bytes] : files) {
    XXH3_128bits_update(state, name.c_str(), name.size() + 1);
    XXH3_128bits_update(state, bytes.data(), bytes.size());
  }
  const XXH128_hash_t sum = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(sum.high64),
                static_cast<unsigned long long>(sum.low64));
  return std::string{text, 16};
}

void demand(bool good, const std::string& what) {
  if (!good) throw Error{TW_E_INVALID, what};
}

std::string text_of(const toml::table& top, const char* key) {
  const auto text = top[key].value<std::string>();
  demand(text && !text->empty(), std::string{key} + " is missing or no string");
  return *text;
}

// Words of small letters and digits between separators, at least two of them.
bool is_words(const std::string& text, std::string_view separators) {
  bool separated = false, in_word = false;
  for (const char c : text) {
    const bool separator = separators.find(c) != std::string_view::npos;
    if (separator && !in_word) return false;
    if (!separator && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
    separated = separated || separator;
    in_word = !separator;
  }
  return separated && in_word;
}

void check_options(const toml::table& top) {
  const auto* options = top["options"].as_table();
  if (!options) return;
  for (const auto& [key, node] : *options) {
    const std::string name{key.str()};
    const auto* option = node.as_table();
    demand(option, "options." + name + " is no table");
    const auto type = (*option)["type"].value<std::string>();
    demand(type && option_types.count(*type), "options." + name + " has no known type");
    demand(*type != "enum" || (*option)["values"].is_array(),
           "options." + name + " is an enum without values");
  }
}

void check_files(const std::map<std::string, std::string>& files, const std::string& module) {
  size_t total = 0;
  for (const auto& [name, bytes] : files) total += bytes.size();
  demand(total <= largest, "its files have " + std::to_string(total) + " bytes, more than 1 MiB");
  demand(files.count(module), "its module " + module + " does not exist");
}

void fill_in(Panel& panel, const toml::table& top, const PanelSource& source, bool trusted) {
  panel.id = text_of(top, "id");
  demand(is_words(panel.id, ".-_"), "id " + panel.id + " is no reverse domain name");
  const std::string element = text_of(top, "element");
  demand(is_words(element, "-"), "element " + element + " needs a hyphen");
  demand(top["api"].value<int64_t>() == 1, "api is not 1");
  const std::string module = text_of(top, "module");
  check_files(panel.files, module);
  check_options(top);
  panel.hash = hash_of(panel.files);
  const auto optional = [&](const char* key) { return top[key].value_or(std::string{}); };
  const json::value options =
      top["options"].is_table() ? to_json(*top["options"].node()) : json::value(json::object{});
  panel.json =
      json::serialize(json::object{{"id", panel.id},
                                   {"name", text_of(top, "name")},
                                   {"version", optional("version")},
                                   {"vendor", optional("vendor")},
                                   {"element", element},
                                   {"hash", panel.hash},
                                   {"url", "/panels/" + panel.id + "/" + panel.hash + "/" + module},
                                   {"trust", source.bundled || trusted ? "page" : "frame"},
                                   {"bundled", source.bundled},
                                   {"empty", optional("empty")},
                                   {"options", options}});
}

}  // namespace

Panel make_panel(const PanelSource& source, std::map<std::string, std::string> files,
                 const std::set<std::string>& trusted) {
  Panel panel;
  panel.files = std::move(files);
  try {
    const toml::table top = toml::parse(panel.files.at(manifest_name));
    panel.id = top["id"].value_or(source.name);
    fill_in(panel, top, source, trusted.count(panel.id) > 0);
  } catch (const toml::parse_error& e) {
    panel.error = source.name + "/panel.toml:" + std::to_string(e.source().begin.line) + ": " +
                  std::string{e.description()};
  } catch (const std::exception& e) {
    panel.error = source.name + "/panel.toml: " + e.what();
  }
  if (!panel.error.empty()) {
    if (panel.id.empty()) panel.id = source.name;
    panel.json = json::serialize(json::object{{"id", panel.id}, {"error", panel.error}});
  }
  return panel;
}

}  // namespace tickwork::webui
