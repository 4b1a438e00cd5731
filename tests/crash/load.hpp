// SPDX-License-Identifier: MIT
// What the crash tests write and delete for ever, and what must be there after the end: some series
// with many rows and many series with few, rows that are deleted again, numbers without a gap.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "store_harness.hpp"

namespace tickwork::lmdb_test {

constexpr int n_writers = 4;
constexpr int rows_a_batch = 50;
constexpr int64_t first_time = 1'600'000'000 * second, step = 10 * second;

// In memory that outlives the process that writes: what was acknowledged before it died.
struct Acknowledged {
  std::atomic<int64_t> written[n_writers];  // rows
  std::atomic<int64_t> gone_written;        // rows of measurement "gone"
  std::atomic<int64_t> deleting;            // ... below this may be deleted
  std::atomic<int64_t> deleted;             // ... and below this are

  int64_t rows() const;  // of all writers
  // As it is now, for who looks at it later. More may be there by then.
  void copy_to(Acknowledged& other) const;
};

// Makes a call that answers what went wrong, until it is acknowledged.
using Attempt = void (*)(const std::function<std::string()>& call);

// A batch of rows from that number on, one at each step of time; part makes the series.
std::string batch_of(const std::string& measurement, int64_t from, int64_t (*part)(int64_t row));
int64_t one_part(int64_t row);

// Every second writer has few series.
void write_for_ever(Harness& store, int writer, Acknowledged& shared, Attempt attempt);
void delete_for_ever(Harness& store, Acknowledged& shared, Attempt attempt);

// Times of rows and a field of theirs, sorted; -1 for a row that is not as it was written.
std::vector<std::pair<int64_t, int64_t>> rows_of(Harness& store, const Request& request,
                                                 const std::string& field = "n");

// What may be there of a writer beyond what was acknowledged.
enum class Beyond { a_batch, part_of_a_batch, anything };

// Empty, or what is wrong.
std::string verify_written(Harness& store, const Acknowledged& shared, Beyond beyond);
std::string verify_deleted(Harness& store, const Acknowledged& shared);  // is not back
std::string verify_kept(Harness& store, const Acknowledged& shared);     // beside the deleted
std::string verify_log(Harness& store);                                  // no damage, no errors

// The integer in an environment variable.
int64_t number_of(const char* variable, int64_t otherwise);

}  // namespace tickwork::lmdb_test
