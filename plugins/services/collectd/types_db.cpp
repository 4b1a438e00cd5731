// SPDX-License-Identifier: MIT
#include "types_db.hpp"

#include <tickwork/cpp/error.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

namespace tickwork::collectd {

namespace {

std::optional<Kind> kind_of(std::string_view name) {
  if (name == "COUNTER") return Kind::counter;
  if (name == "GAUGE") return Kind::gauge;
  if (name == "DERIVE") return Kind::derive;
  if (name == "ABSOLUTE") return Kind::absolute;
  return std::nullopt;
}

// "rx:DERIVE:0:U," with or without the comma.
std::optional<Source> parse_source(std::string_view word) {
  if (word.ends_with(',')) word.remove_suffix(1);
  const size_t first = word.find(':');
  const size_t second = first == word.npos ? first : word.find(':', first + 1);
  if (second == word.npos || first == 0 || word.find(':', second + 1) == word.npos) {
    return std::nullopt;
  }
  const auto kind = kind_of(word.substr(first + 1, second - first - 1));
  if (!kind) return std::nullopt;
  return Source{std::string{word.substr(0, first)}, *kind};
}

}  // namespace

TypesDb::TypesDb(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    add_file(path);
    return;
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator{path, error}) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  if (error) throw Error{TW_E_IO, "cannot read typesdb " + path + ": " + error.message()};
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) add_file(file);
}

void TypesDb::add_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open() || file.bad()) {
    throw Error{TW_E_IO, "cannot read typesdb " + path +
                             "; collectd installs one as /usr/share/collectd/types.db"};
  }
  add(text);
}

void TypesDb::add(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::istringstream line{std::string{text.substr(0, end)}};
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string name, word;
    if (!(line >> name) || name.starts_with('#')) continue;
    std::vector<Source> sources;
    bool fine = true;
    while (line >> word) {
      auto source = parse_source(word);
      fine = fine && source.has_value();
      if (source) sources.push_back(std::move(*source));
    }
    if (fine && !sources.empty()) types_[name] = std::move(sources);
  }
}

const std::vector<Source>* TypesDb::find(std::string_view type) const {
  const auto at = types_.find(type);
  return at == types_.end() ? nullptr : &at->second;
}

}  // namespace tickwork::collectd
