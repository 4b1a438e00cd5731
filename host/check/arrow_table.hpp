// SPDX-License-Identifier: MIT
// Small Arrow tables that the validator makes, and rows that it reads.
#pragma once

#include <tickwork/arrow.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::host::check {

// A column without nulls. format: "u" text, "b" boolean, else eight bytes a value ("l", "tsn:",
// "g").
class ArrowColumn {
 public:
  ArrowColumn(std::string name, std::string format)
      : name_{std::move(name)}, format_{std::move(format)} {}

  void text(std::string_view value);
  void boolean(bool value);
  void integer(int64_t value) { words_.push_back(value), ++length_; }
  void real(double value);

  const std::string& name() const { return name_; }
  const std::string& format() const { return format_; }
  int64_t length() const { return length_; }
  // The Arrow buffers: validity (none), then what the format has.
  std::vector<const void*> buffers() const;

 private:
  std::string name_, format_;
  int64_t length_ = 0;
  std::vector<int64_t> words_;
  std::vector<int32_t> offsets_{0};
  std::string bytes_;
};

using ArrowTable = std::vector<ArrowColumn>;

// The receiver releases what these fill; the table lives until then.
void export_schema(std::shared_ptr<const ArrowTable> table, ArrowSchema* out);
void export_array(std::shared_ptr<const ArrowTable> table, ArrowArray* out);
// One array, then the end.
void export_stream(std::shared_ptr<const ArrowTable> table, ArrowArrayStream* out);

// Row i of a struct array as "time=5 v=1.5 s=x": its columns in their order, without those that are
// null.
std::string row_text(const ArrowSchema& schema, const ArrowArray& array, int64_t i);

}  // namespace tickwork::host::check
