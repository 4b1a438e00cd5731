// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace tickwork::lmdb_test {
namespace {

int64_t few_parts(int64_t row) { return row / rows_a_batch % 5; }
int64_t many_parts(int64_t row) { return row % 300; }

bool right_count(int64_t n, int64_t acknowledged, Beyond beyond) {
  switch (beyond) {
    case Beyond::a_batch:
      return n == acknowledged || n == acknowledged + rows_a_batch;
    case Beyond::part_of_a_batch:
      return n >= acknowledged && n <= acknowledged + rows_a_batch;
    case Beyond::anything:
      return n >= acknowledged;
  }
  return false;
}

}  // namespace

int64_t Acknowledged::rows() const {
  int64_t rows = 0;
  for (const auto& of_writer : written) rows += of_writer;
  return rows;
}

void Acknowledged::copy_to(Acknowledged& other) const {
  for (int w = 0; w < n_writers; ++w) other.written[w] = written[w].load();
  other.deleted = deleted.load();
  other.gone_written = gone_written.load();
  other.deleting = deleting.load();
}

int64_t one_part(int64_t) { return 0; }

std::string batch_of(const std::string& measurement, int64_t from, int64_t (*part)(int64_t row)) {
  std::string lines;
  for (int64_t i = from; i < from + rows_a_batch; ++i) {
    lines += measurement + ",part=" + std::to_string(part(i)) + " n=" + std::to_string(i) +
             "i,s=\"text " + std::to_string(i % 7) + "\" " + std::to_string(first_time + i * step) +
             "\n";
  }
  lines.pop_back();
  return lines;
}

void write_for_ever(Harness& store, int writer, Acknowledged& shared, Attempt attempt) {
  const auto part = writer % 2 ? many_parts : few_parts;
  while (true) {
    const int64_t from = shared.written[writer];
    const std::string lines = batch_of("load" + std::to_string(writer), from, part);
    attempt([&] { return store.write(lines); });
    shared.written[writer] = from + rows_a_batch;
  }
}

void delete_for_ever(Harness& store, Acknowledged& shared, Attempt attempt) {
  while (true) {
    const int64_t from = shared.gone_written;
    attempt([&] { return store.write(batch_of("gone", from, many_parts)); });
    shared.gone_written = from + rows_a_batch;
    if (from / rows_a_batch % 4 != 3) continue;
    const int64_t bound = from - rows_a_batch;
    shared.deleting = bound;
    attempt([&] {
      return store.drop(TW_ROWS, {.measurement = "gone", .to = first_time + bound * step});
    });
    shared.deleted = bound;
  }
}

std::vector<std::pair<int64_t, int64_t>> rows_of(Harness& store, const Request& request,
                                                 const std::string& field) {
  std::istringstream text(store.scan(request));
  std::vector<std::pair<int64_t, int64_t>> out;
  for (std::string line; std::getline(text, line);) {
    const size_t space = line.find(' '), at = line.find(" " + field + "=");
    if (line.starts_with("error") || at == line.npos) {
      out.emplace_back(-1, -1);
      continue;
    }
    const int64_t i = std::stoll(line.substr(at + field.size() + 2));
    const bool whole = field != "n" || line.ends_with(" s=text " + std::to_string(i % 7));
    out.emplace_back(std::stoll(line.substr(space + 1)), whole ? i : -1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string verify_written(Harness& store, const Acknowledged& shared, Beyond beyond) {
  for (int w = 0; w < n_writers; ++w) {
    const auto there = rows_of(store, {"load" + std::to_string(w)});
    const auto n = static_cast<int64_t>(there.size());
    if (!right_count(n, shared.written[w], beyond)) {
      return "writer " + std::to_string(w) + ": " + std::to_string(n) + " rows of " +
             std::to_string(shared.written[w]);
    }
    // What was not acknowledged may have gaps where a shard ends: a backup copies one after the
    // other.
    const int64_t without_gaps = beyond == Beyond::anything ? shared.written[w].load() : n;
    for (int64_t i = 0; i < n; ++i) {
      const auto [time, row] = there[static_cast<size_t>(i)];
      const bool right = i < without_gaps ? row == i : row >= without_gaps;
      if (!right || time != first_time + row * step) {
        return "writer " + std::to_string(w) + ": row " + std::to_string(i) + " is wrong, of " +
               std::to_string(shared.written[w]) + " acknowledged ones";
      }
    }
  }
  return "";
}

std::string verify_deleted(Harness& store, const Acknowledged& shared) {
  for (const auto& [time, i] : rows_of(store, {"gone"})) {
    if (time != first_time + i * step) return "a row of gone is wrong";
    if (i < shared.deleted) return "row " + std::to_string(i) + " was deleted and is back";
  }
  return "";
}

std::string verify_kept(Harness& store, const Acknowledged& shared) {
  const int64_t from = shared.deleting, to = shared.gone_written;
  int64_t missing = to - from;
  for (const auto& [time, i] : rows_of(store, {"gone"})) missing -= i >= from && i < to;
  return missing == 0 ? "" : std::to_string(missing) + " rows beside the deleted ones are lost";
}

std::string verify_log(Harness& store) {
  for (const std::string& line : store.log()) {
    if (line[0] == '0' || line[0] == '1') return "logged: " + line;
  }
  return "";
}

int64_t number_of(const char* variable, int64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoll(text) : otherwise;
}

}  // namespace tickwork::lmdb_test
