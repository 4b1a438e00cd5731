// SPDX-License-Identifier: MIT
#include "template.hpp"

#include <tickwork/cpp/error.hpp>

#include <algorithm>
#include <utility>

namespace tickwork::graphite {

namespace {

[[noreturn]] void wrong(std::string_view line, std::string_view why) {
  throw Error{TW_E_INVALID, "templates: \"" + std::string{line} + "\": " + std::string{why}};
}

Template::Tag& tag(Template& made, std::string_view key) {
  for (Template::Tag& known : made.tags) {
    if (known.key == key) return known;
  }
  made.tags.push_back({std::string{key}, {}, {}});
  return made.tags.back();
}

Template compile(std::string_view line, std::string_view pattern, std::string_view tags) {
  std::vector<std::string_view> words;
  Template made;
  if (!tags.empty()) {
    split(tags, ',', words);
    for (const auto word : words) {
      const auto [key, value] = parse_tag(word);
      tag(made, key).values.push_back(value);
    }
  }
  split(pattern, '.', words);
  const auto has = [&](std::string_view word) {
    return std::count(words.begin(), words.end(), word);
  };
  if (has("measurement") + has("measurement*") == 0) {
    wrong(line, "no part is \"measurement\" or \"measurement*\"");
  }
  if (has("measurement*") > 0 && has("field*") > 0) {
    wrong(line, "\"measurement*\" and \"field*\" do not go together");
  }
  if (has("field") > 1) wrong(line, "\"field\" may be used once");
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "measurement*") {
      made.measurement_rest = i;
      break;
    }
    if (words[i] == "field*") {
      made.field_rest = i;
      break;
    }
    if (words[i] == "measurement") {
      made.measurement.push_back(i);
    } else if (words[i] == "field") {
      made.field = i;
    } else if (!words[i].empty()) {
      tag(made, words[i]).parts.push_back(i);
    }
  }
  std::sort(made.tags.begin(), made.tags.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return made;
}

}  // namespace

void split_words(std::string_view text, std::vector<std::string_view>& words) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  words.clear();
  for (size_t at = text.find_first_not_of(blanks); at != text.npos;) {
    const size_t end = std::min(text.find_first_of(blanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(blanks, end);
  }
}

void split(std::string_view text, char separator, std::vector<std::string_view>& parts) {
  parts.clear();
  for (size_t at = 0;;) {
    const size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end - at));
    if (end == text.npos) return;
    at = end + 1;
  }
}

std::pair<std::string, std::string> parse_tag(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == text.npos || equals == 0 || equals + 1 == text.size() ||
      text.find('=', equals + 1) != text.npos) {
    throw Error{TW_E_INVALID, "tag \"" + std::string{text} + "\" is not of the form key=value"};
  }
  return {std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

Templates::Templates(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) add(line);
  if (standing_) return;
  Template whole;
  whole.whole = true;
  standing_ = std::make_shared<Template>(std::move(whole));
}

void Templates::add(const std::string& line) {
  std::vector<std::string_view> words, filter;
  split_words(line, words);
  if (words.empty() || words.size() > 3) wrong(line, "write \"[filter] template [key=value,...]\"");
  const bool has_tags = words.size() > 1 && words.back().find('=') != std::string_view::npos;
  if (words.size() == 3 && !has_tags) wrong(line, "the third word has no key=value");
  const std::string_view tags = has_tags ? words.back() : "";
  const bool filtered = words.size() - (has_tags ? 1 : 0) == 2;
  auto made = std::make_shared<Template>(compile(line, words[filtered ? 1 : 0], tags));
  if (!filtered) {
    if (standing_) wrong(line, "another template has no filter, either");
    standing_ = std::move(made);
    return;
  }
  Node* node = &root_;
  split(words[0], '.', filter);
  for (const auto part : filter) {
    if (part.empty()) wrong(line, "the filter has an empty part");
    if (part != "*" && part.find('*') != part.npos) wrong(line, "\"*\" must be a part by itself");
    const auto [at, fresh] = node->children.try_emplace(std::string{part});
    // As in InfluxDB: a new wildcard begins with the template of what is before it.
    if (fresh && part == "*") at->second.found = node->found;
    node = &at->second;
  }
  if (std::exchange(node->own, true)) wrong(line, "another template has the same filter");
  node->found = std::move(made);
}

const Template& Templates::match(const std::vector<std::string_view>& parts) const {
  const Node* node = &root_;
  for (const auto part : parts) {
    auto next = node->children.find(part);
    if (next == node->children.end()) next = node->children.find("*");
    if (next == node->children.end()) break;
    node = &next->second;
  }
  return node->found ? *node->found : *standing_;
}

}  // namespace tickwork::graphite
