// SPDX-License-Identifier: MIT
// collectd's types.db(5): the names and kinds of a type's values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::collectd {

enum class Kind : uint8_t { counter = 0, gauge = 1, derive = 2, absolute = 3 };  // as on the wire

struct Source {
  std::string name;
  Kind kind;
};

class TypesDb {
 public:
  TypesDb() = default;
  // Reads a file, or every file below a folder; throws. Lines that are no type are skipped.
  explicit TypesDb(const std::string& path);
  void add(std::string_view text);  // lines; a later type replaces an earlier one
  // NULL: no such type.
  const std::vector<Source>* find(std::string_view type) const;
  size_t size() const { return types_.size(); }

 private:
  void add_file(const std::string& path);
  std::map<std::string, std::vector<Source>, std::less<>> types_;
};

}  // namespace tickwork::collectd
