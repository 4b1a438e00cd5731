// SPDX-License-Identifier: MIT
// The answer of a raw query, made as it is read: tables one after the other, their rows in batches.
#pragma once

#include "raw_reader.hpp"

namespace tickwork::query {

class RawAnswer {
 public:
  // session must outlive it. budget: bytes that rows may take at a time.
  RawAnswer(Session& session, std::unique_ptr<Prepared> prepared, size_t budget);

  // Whether such a statement's rows can be made in their order: plain columns of measurements.
  static bool covers(const Prepared& prepared);

  // The next table, with at least one row; null after the last. It has name, tags, columns and
  // their types, and no cells.
  std::shared_ptr<const Table> next_table();
  // The next rows of the table; false after its last.
  bool next_batch(ArrowArray* out);

 private:
  bool next_source();
  std::shared_ptr<const Table> head() const;

  Session& session_;
  std::unique_ptr<Prepared> prepared_;
  size_t budget_;
  std::vector<const Sources::value_type*> sources_;  // in the order of the answer
  size_t source_ = 0, tables_ = 0;                   // of sources_, and given out of this one
  std::optional<RawReader> reader_;
};

}  // namespace tickwork::query
