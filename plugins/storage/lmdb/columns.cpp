// SPDX-License-Identifier: MIT
#include "columns.hpp"

#include <algorithm>
#include <numeric>

namespace tickwork::lmdb {
namespace {

// Overwrites the last row of to by the value in from, if there is one.
void overlay_value(Column& to, const Column& from, size_t row) {
  if (!from.has(row)) return;
  const size_t at = to.size() - 1;
  if (from.text()) {
    to.texts[at] = from.texts[row];
  } else {
    to.bits[at] = from.bits[row];
  }
  if (!to.valid.empty()) to.valid[at] = 1;
}

Columns shell(const Columns& like) {
  Columns out;
  for (const Column& column : like.columns) {
    out.columns.emplace_back();
    out.columns.back().field = column.field;
    out.columns.back().type = column.type;
  }
  return out;
}

void append_row(Columns& out, const Columns& from, size_t row) {
  out.times.push_back(from.times[row]);
  for (size_t c = 0; c < out.columns.size(); ++c) {
    append_value(out.columns[c], from.columns[c], row);
  }
}

void append_or_overlay(Columns& out, const Columns& from, size_t row) {
  if (out.empty() || out.times.back() != from.times[row]) return append_row(out, from, row);
  for (size_t c = 0; c < out.columns.size(); ++c) {
    overlay_value(out.columns[c], from.columns[c], row);
  }
}

void append_all(Column& to, const Column& from, size_t rows_before, size_t rows_added) {
  if (!to.valid.empty() || !from.valid.empty()) {
    to.valid.resize(rows_before, 1);
    if (from.valid.empty()) {
      to.valid.resize(rows_before + rows_added, 1);
    } else {
      to.valid.insert(to.valid.end(), from.valid.begin(), from.valid.end());
    }
  }
  to.bits.insert(to.bits.end(), from.bits.begin(), from.bits.end());
  to.texts.insert(to.texts.end(), from.texts.begin(), from.texts.end());
}

Columns chain(Columns first, const Columns& second) {
  append_rows(first, second);
  return first;
}

// Values in that order; an empty vector stays empty.
template <class T>
void permute(std::vector<T>& values, const std::vector<uint32_t>& order) {
  if (values.empty()) return;
  std::vector<T> out(values.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = values[order[i]];
  values = std::move(out);
}

}  // namespace

void append_rows(Columns& to, const Columns& from) {
  if (to.columns.empty()) to = shell(from);
  for (size_t c = 0; c < to.columns.size(); ++c) {
    append_all(to.columns[c], from.columns[c], to.rows(), from.rows());
  }
  to.times.insert(to.times.end(), from.times.begin(), from.times.end());
}

Columns copy_rows(const Columns& from, size_t begin, size_t end) {
  const auto copy = [&](const auto& values, auto& to) {
    if (values.empty()) return;
    to.assign(values.begin() + static_cast<ptrdiff_t>(begin),
              values.begin() + static_cast<ptrdiff_t>(end));
  };
  Columns out = shell(from);
  copy(from.times, out.times);
  for (size_t c = 0; c < out.columns.size(); ++c) {
    copy(from.columns[c].bits, out.columns[c].bits);
    copy(from.columns[c].texts, out.columns[c].texts);
    copy(from.columns[c].valid, out.columns[c].valid);
  }
  return out;
}

void append_value(Column& to, const Column& from, size_t row) {
  const size_t at = to.size();
  if (!from.has(row)) {
    to.pad(at + 1);
  } else if (from.text()) {
    to.push(from.texts[row], at);
  } else {
    to.push(from.bits[row], at);
  }
}

void Column::pad(size_t rows) {
  const size_t now = size();
  if (now >= rows) return;
  valid.resize(now, 1);
  valid.resize(rows, 0);
  if (text()) {
    texts.resize(rows);
  } else {
    bits.resize(rows);
  }
}

void Columns::finish() {
  for (Column& column : columns) column.pad(rows());
}

void sort_rows(Columns& rows) {
  const auto not_less = [](int64_t a, int64_t b) { return a >= b; };
  if (std::adjacent_find(rows.times.begin(), rows.times.end(), not_less) == rows.times.end()) {
    return;
  }
  std::vector<uint32_t> order(rows.rows());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return rows.times[a] < rows.times[b]; });
  const auto same_time = [&](uint32_t a, uint32_t b) { return rows.times[a] == rows.times[b]; };
  if (std::adjacent_find(order.begin(), order.end(), same_time) == order.end()) {
    permute(rows.times, order);
    for (Column& column : rows.columns) {
      permute(column.bits, order);
      permute(column.texts, order);
      permute(column.valid, order);
    }
    return;
  }
  Columns out = shell(rows);
  out.times.reserve(rows.rows());
  for (const uint32_t row : order) append_or_overlay(out, rows, row);
  rows = std::move(out);
}

Columns merge_rows(Columns older, const Columns& newer) {
  if (newer.empty()) return older;
  if (older.empty()) return newer;
  if (older.times.back() < newer.times.front()) return chain(std::move(older), newer);
  if (newer.times.back() < older.times.front()) return chain(newer, older);
  Columns out = shell(older);
  out.times.reserve(older.rows() + newer.rows());
  size_t a = 0, b = 0;
  while (a < older.rows() || b < newer.rows()) {
    const bool take_older =
        b == newer.rows() || (a < older.rows() && older.times[a] <= newer.times[b]);
    if (take_older) {
      append_row(out, older, a++);
    } else {
      append_or_overlay(out, newer, b++);
    }
  }
  return out;
}

namespace {

template <class T>
void keep_part(std::vector<T>& values, size_t begin, size_t end) {
  if (values.empty()) return;
  values.resize(end);
  values.erase(values.begin(), values.begin() + static_cast<ptrdiff_t>(begin));
}

}  // namespace

void keep_rows(Columns& rows, size_t begin, size_t end) {
  keep_part(rows.times, begin, end);
  for (Column& column : rows.columns) {
    keep_part(column.bits, begin, end);
    keep_part(column.texts, begin, end);
    keep_part(column.valid, begin, end);
  }
}

void filter_rows(Columns& rows, const std::vector<uint8_t>& keep) {
  if (std::find(keep.begin(), keep.end(), 0) == keep.end()) return;
  Columns out = shell(rows);
  for (size_t row = 0; row < rows.rows(); ++row) {
    if (keep[row]) append_row(out, rows, row);
  }
  rows = std::move(out);
}

}  // namespace tickwork::lmdb
