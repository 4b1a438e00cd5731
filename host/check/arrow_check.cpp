// SPDX-License-Identifier: MIT
// After the Arrow C data interface's document: buffers by format, null_count of -1 for "not
// counted", a validity bitmap that may be missing when there are no nulls.
#include "check/arrow_check.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

#include "check/utf8.hpp"

namespace tickwork::host::check {
namespace {

int64_t buffers_of(std::string_view format) {
  if (format == "+s") return 1;
  if (format == "u" || format == "z") return 3;
  return format == "n" ? 0 : 2;
}

std::string nulls_flaw(const ArrowArray& a) {
  if (a.null_count < -1 || a.null_count > a.length) return "null_count is out of range";
  if (a.n_buffers == 0 || !a.buffers[0]) return a.null_count > 0 ? "nulls without a bitmap" : "";
  int64_t nulls = 0;
  for (int64_t i = 0; i < a.length; ++i) nulls += !bit(a.buffers[0], a.offset + i);
  if (a.null_count >= 0 && nulls != a.null_count)
    return fmt::format("null_count is {}, the bitmap has {}", a.null_count, nulls);
  return "";
}

std::string text_flaw(const ArrowArray& a) {
  const auto* offsets = static_cast<const int32_t*>(a.buffers[1]);
  const auto* bytes = static_cast<const char*>(a.buffers[2]);
  if (a.length == 0) return "";
  if (!offsets) return "a string column without offsets";
  for (int64_t i = a.offset; i < a.offset + a.length; ++i) {
    if (offsets[i] < 0 || offsets[i + 1] < offsets[i]) return "offsets go backwards";
    const auto n = static_cast<size_t>(offsets[i + 1] - offsets[i]);
    if (n && !bytes) return "a string column without bytes";
    if (n && !is_utf8({bytes + offsets[i], n})) return "a string is not UTF-8";
  }
  return "";
}

std::string own_flaw(const ArrowSchema& s, const ArrowArray& a) {
  const std::string_view format = s.format ? s.format : "";
  if (format.empty()) return "the schema has no format";
  if (!a.release) return "the array is released already";
  if (a.length < 0 || a.offset < 0) return "length or offset is negative";
  if (a.n_buffers != buffers_of(format))
    return fmt::format("format {} has {} buffers, expected {}", format, a.n_buffers,
                       buffers_of(format));
  if (a.n_children != s.n_children)
    return fmt::format("{} children, the schema has {}", a.n_children, s.n_children);
  if (const std::string why = nulls_flaw(a); !why.empty()) return why;
  if (format == "u") return text_flaw(a);
  if (a.n_buffers == 2 && a.length > 0 && !a.buffers[1]) return "no data buffer";
  return "";
}

}  // namespace

std::string arrow_flaw(const ArrowSchema& schema, const ArrowArray& array) {
  const std::string name =
      schema.name && *schema.name ? fmt::format("column {}: ", schema.name) : "";
  if (const std::string why = own_flaw(schema, array); !why.empty()) return name + why;
  for (int64_t i = 0; i < array.n_children; ++i) {
    if (array.children[i]->length < array.offset + array.length)
      return fmt::format("{}child {} is shorter than its parent", name, i);
    if (const std::string why = arrow_flaw(*schema.children[i], *array.children[i]); !why.empty())
      return name + why;
  }
  return "";
}

}  // namespace tickwork::host::check
