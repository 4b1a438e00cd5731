// SPDX-License-Identifier: MIT
#include "row_stream.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "codec.hpp"

namespace tickwork::lmdb {
namespace {

constexpr uint8_t new_shape = 1;
constexpr uint64_t step_escape = 127;  // 7 bits hold a zigzagged change of step below it

uint64_t word_of(const tw_value& v) {
  if (v.type == TW_BOOL) return v.as.b;
  return v.as.u;
}

char* put_float(uint64_t x, char* out) {
  if (x == 0) {
    *out++ = 0;
    return out;
  }
  const unsigned trailing = static_cast<unsigned>(std::countr_zero(x)) / 8;
  const unsigned length = 8 - trailing - static_cast<unsigned>(std::countl_zero(x)) / 8;
  *out++ = static_cast<char>(trailing << 4 | length);
  const uint64_t shifted = x >> (8 * trailing);
  std::memcpy(out, &shifted, sizeof shifted);
  return out + length;
}

uint64_t read_float(Reader& in) {
  const unsigned control = in.byte(), trailing = control >> 4, length = control & 15;
  if (trailing > 7 || trailing + length > 8) return in.fail();
  const std::string_view bytes = in.bytes(length);
  uint64_t x = 0;
  if (!bytes.empty()) std::memcpy(&x, bytes.data(), bytes.size());
  return x << (8 * trailing);
}

char* put_value(const tw_value& value, uint64_t& previous, char* out) {
  if (value.type == TW_STRING) {
    out = put_varint(out, value.len);
    if (value.len > 0) std::memcpy(out, value.as.s, value.len);
    return out + value.len;
  }
  const uint64_t word = word_of(value);
  const uint64_t before = std::exchange(previous, word);
  if (value.type == TW_FLOAT) return put_float(word ^ before, out);
  return put_varint(out, zigzag(word - before));
}

}  // namespace

size_t row_bound(const Shape& shape, const tw_field* fields) {
  size_t bytes = 1 + 2 * longest_varint;
  for (size_t i = 0; i < shape.fields.size(); ++i) {
    bytes += longest_varint;
    if (fields[i].value.type == TW_STRING) bytes += fields[i].value.len;
  }
  return bytes;
}

char* encode_row(RowState& state, const Shape& shape, int64_t time, const tw_field* fields,
                 char* out) {
  const bool changed = state.shape != &shape;
  const uint64_t step = static_cast<uint64_t>(time) - state.time;
  const uint64_t change = zigzag(step - state.step);
  const uint64_t small = std::min(change, step_escape);
  *out++ = static_cast<char>(small << 1 | (changed ? new_shape : 0));
  if (small == step_escape) out = put_varint(out, change);
  if (changed) {
    out = put_varint(out, shape.number);
    std::fill(state.values, state.values + shape.fields.size(), 0);
    state.shape = &shape;
  }
  state.time = static_cast<uint64_t>(time);
  state.step = step;
  for (size_t i = 0; i < shape.fields.size(); ++i) {
    out = put_value(fields[i].value, state.values[i], out);
  }
  return out;
}

void RowDecoder::add_columns() {
  if (out_.empty()) out_.columns.clear();
  only_ = out_.empty() ? state_.shape : nullptr;
  for (const Shape::Field& field : state_.shape->fields) {
    const auto same = [&](const Column& c) { return c.field == field.id; };
    if (std::any_of(out_.columns.begin(), out_.columns.end(), same)) continue;
    out_.columns.emplace_back();
    out_.columns.back().field = field.id;
    out_.columns.back().type = field.type;
  }
}

void RowDecoder::change_shape(uint64_t number) {
  if (number >= shapes_.size() || !shapes_[number]) throw Damaged("row of an unknown shape");
  state_.shape = shapes_[number];
  values_.assign(state_.shape->fields.size(), 0);
  if (only_ == state_.shape) return;  // as for the series before
  if (grow_) add_columns();
  targets_.clear();
  for (const Shape::Field& field : state_.shape->fields) {
    const auto same = [&](const Column& c) { return c.field == field.id; };
    const auto it = std::find_if(out_.columns.begin(), out_.columns.end(), same);
    const bool wanted = it != out_.columns.end();
    targets_.push_back(wanted ? static_cast<size_t>(it - out_.columns.begin()) : not_wanted);
    if (wanted) it->type = field.type;
  }
}

void RowDecoder::restart() {
  state_ = {};
  out_.times.clear();
  for (Column& column : out_.columns) {
    column.bits.clear();
    column.texts.clear();
    column.valid.clear();
  }
}

void RowDecoder::decode_field(Reader& in, size_t i) {
  const size_t row = out_.times.size() - 1;
  Column* target = targets_[i] == not_wanted ? nullptr : &out_.columns[targets_[i]];
  const uint32_t type = state_.shape->fields[i].type;
  if (type == TW_STRING) {
    const std::string_view text = in.text();
    if (target) target->push(text, row);
    return;
  }
  uint64_t& value = values_[i];
  value = type == TW_FLOAT ? value ^ read_float(in) : value + in.signed_varint();
  if (target) target->push(value, row);
}

void RowDecoder::decode(std::string_view bytes) {
  Reader in(bytes);
  while (!in.empty()) {
    const uint8_t control = in.byte();
    const uint64_t small = control >> 1;
    state_.step += unzigzag(small == step_escape ? in.varint() : small);
    if (control & new_shape) change_shape(in.varint());
    if (!state_.shape) throw Damaged("row without a shape");
    state_.time += state_.step;
    out_.times.push_back(static_cast<int64_t>(state_.time));
    for (size_t i = 0; i < values_.size(); ++i) decode_field(in, i);
    if (!in.ok()) throw Damaged("row ends early");
  }
}

}  // namespace tickwork::lmdb
