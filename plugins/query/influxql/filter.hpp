// SPDX-License-Identifier: MIT
// WHERE on the rows of a run: marks the rows for which the condition holds.
#pragma once

#include <map>
#include <optional>

#include "rows.hpp"

namespace tickwork::query {

// Where a variable of the condition finds its value.
struct Slot {
  // nothing: no such key here; reads as a tag that every series lacks
  enum Kind { field, tag, nothing } kind = tag;
  size_t column = 0;  // of a field
  std::string key;    // of a tag
};

class Filter {
 public:
  Filter(ExprPtr condition, std::map<std::string, Slot> slots, Regexes& regexes,
         Evaluator::Nulls nulls = Evaluator::Nulls::match_nothing)
      : condition_{std::move(condition)},
        slots_{std::move(slots)},
        regexes_{regexes},
        nulls_{nulls} {}

  // Sets run.selected; false when no row is left.
  bool apply(Run& run) const;

 private:
  using Mask = std::vector<uint8_t>;
  Mask mask(const Expr& e, const Run& run) const;
  bool compare_column(const Expr& e, const Run& run, Mask& out) const;
  bool has_field(const Expr& e) const;
  std::optional<bool> compare_variables(const Expr& e, const Run& run) const;
  std::string_view tag(const Expr& variable, const Run& run) const;
  Value lookup(const Expr& variable, const Run& run, size_t row) const;

  ExprPtr condition_;
  std::map<std::string, Slot> slots_;
  Regexes& regexes_;
  Evaluator::Nulls nulls_;
};

}  // namespace tickwork::query
