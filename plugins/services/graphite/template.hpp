// SPDX-License-Identifier: MIT
// Graphite templates as InfluxDB has them: "[filter] template [tag=value,...]" says what the parts
// of a dotted name are.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::graphite {

// What to do with the parts of a name.
struct Template {
  struct Tag {
    std::string key;
    std::vector<std::string> values;  // the template's own, before those of the name
    std::vector<size_t> parts;
  };
  bool whole = false;               // the measurement is the name as it came
  std::vector<size_t> measurement;  // parts
  size_t measurement_rest = SIZE_MAX, field = SIZE_MAX, field_rest = SIZE_MAX;  // from this part on
  std::vector<Tag> tags;                                                        // sorted by key
};

// Finds the template whose filter fits: at each part of the name a literal goes before "*", and a
// filter fits longer names, too. Templates are checked: throws what is wrong with which.
class Templates {
 public:
  explicit Templates(const std::vector<std::string>& lines);
  const Template& match(const std::vector<std::string_view>& parts) const;

 private:
  struct Node {
    std::map<std::string, Node, std::less<>> children;
    std::shared_ptr<const Template> found;
    bool own = false;  // not inherited
  };
  void add(const std::string& line);

  Node root_;
  std::shared_ptr<const Template> standing_;
};

// "key=value" of a template or of the option `tags`; throws.
std::pair<std::string, std::string> parse_tag(std::string_view text);

// Words between blanks.
void split_words(std::string_view text, std::vector<std::string_view>& words);
// Everything between separators, empty parts too.
void split(std::string_view text, char separator, std::vector<std::string_view>& parts);

}  // namespace tickwork::graphite
