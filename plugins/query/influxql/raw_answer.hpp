// SPDX-License-Identifier: MIT
// The answer of a raw query, made as it is read: tables one after the other, their rows in batches.
#pragma once

#include "live_answer.hpp"
#include "raw_reader.hpp"

namespace tickwork::query {

class RawAnswer : public LiveAnswer {
 public:
  // session must outlive it. budget: bytes that rows may take at a time.
  RawAnswer(Session& session, std::unique_ptr<Prepared> prepared, size_t budget);

  // Whether such a statement's rows can be made in their order: plain columns of measurements.
  static bool covers(const Prepared& prepared);

  bool next_table(LiveTable& out) override;
  bool next_batch(ArrowArray* out) override;
  const arrow::StructSchema& schema() const override { return *schema_; }

 private:
  bool next_source();
  bool next_group();
  void make_schema();

  Session& session_;
  std::unique_ptr<Prepared> prepared_;
  size_t budget_;
  std::vector<const Sources::value_type*> sources_;  // in the order of the answer
  size_t source_ = 0, tables_ = 0;                   // of sources_, and given out of this one
  std::optional<RawReader> reader_;
  arrow::BlockPool pool_;
  std::optional<arrow::StructSchema> schema_;  // of this source's tables
};

}  // namespace tickwork::query
