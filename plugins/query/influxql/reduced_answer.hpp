// SPDX-License-Identifier: MIT
// The answer of a SELECT whose functions the storage computes, made as the storage gives its
// groups: no value is copied but into the answer, and none where the rows that were found are it.
#pragma once

#include "live_answer.hpp"
#include "push_down.hpp"

namespace tickwork::query {

class ReducedAnswer : public LiveAnswer {
 public:
  // Takes the statement over, if its columns are such functions and nothing else of one
  // measurement, oldest first, with null or nothing for empty windows; null if not. session must
  // outlive it.
  static std::unique_ptr<ReducedAnswer> begin(Session& session,
                                              std::unique_ptr<Prepared>& prepared);

  bool next_table(LiveTable& out) override;
  bool next_batch(ArrowArray*) override { return false; }
  const arrow::StructSchema& schema() const override { return schema_; }

 private:
  // Windows of the answer, which all tables have; none if only windows with a value are rows.
  struct Grid {
    int64_t first = 0, width = 0;
    size_t count = 0;
    int64_t start(size_t i) const { return first + static_cast<int64_t>(i) * width; }
    uint32_t place(int64_t start) const;  // throws for one that is none of them
  };
  static std::optional<Grid> grid_of(const Plan& plan);

  ReducedAnswer(Session& session, Reduction reduction, const Grid& grid,
                std::vector<size_t> outputs, std::unique_ptr<Prepared> prepared);
  bool columns_as_found() const;
  bool is_table(const ArrowArray& found) const;
  bool make_rows(const ArrowArray& found, ArrowArray* out);
  void place_rows(const ArrowArray& found);
  void put_times(const ArrowArray& found, arrow::StructBlock& block) const;
  void put_values(size_t call, const ArrowArray& found, arrow::StructBlock& block,
                  size_t column) const;

  Session& session_;
  std::unique_ptr<Prepared> prepared_;
  Reduction reduction_;
  Grid grid_;
  std::vector<size_t> outputs_;  // the call of each column
  bool as_found_;                // the columns are those that the storage gives
  std::vector<arrow::ColumnShape> shapes_;
  arrow::BlockPool pool_;
  arrow::StructSchema schema_;
  Reduction::Group group_;
  static constexpr uint32_t no_row = UINT32_MAX;
  std::vector<uint32_t> places_;  // of the rows that were found: in the table, or no_row
  size_t rows_ = 0;               // of the table
};

}  // namespace tickwork::query
