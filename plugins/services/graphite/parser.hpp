// SPDX-License-Identifier: MIT
// Graphite's plaintext lines, "name value [time]", to points. One thread at a time.
#pragma once

#include <tickwork/tickwork.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "template.hpp"

namespace tickwork::graphite {

class Parser {
 public:
  // tags: for points that lack them, "key=value". Throws what is wrong with an option.
  Parser(const std::vector<std::string>& templates, const std::vector<std::string>& tags,
         std::string separator);

  // The point of a line, or NULL and why not; an empty line is neither. Both live until the next
  // call and while the line does. Lines without a time get now_ns.
  const tw_point* parse(std::string_view line, int64_t now_ns, std::string& why);

 private:
  void add_tags(const Template& pattern);
  std::string_view join(const std::vector<std::string>& values, const std::vector<size_t>& parts);
  std::string_view join_from(const std::vector<size_t>& parts, size_t rest);
  std::string& room();

  Templates templates_;
  std::vector<std::pair<std::string, std::string>> tags_;
  std::string separator_;
  std::vector<std::string_view> words_, parts_;
  std::vector<std::pair<std::string_view, std::string_view>> found_;
  std::vector<std::string> joined_;
  size_t joined_used_ = 0;
  Row row_;
};

}  // namespace tickwork::graphite
