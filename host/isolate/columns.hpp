// SPDX-License-Identifier: MIT
// Arrow schemas and arrays as bytes. What is rebuilt points into the frame, which its release
// frees. Arrays are read against their schema: buffers that are too short, offsets that go back or
// beyond, and types that are not known here are refused.
#pragma once

#include <tickwork/arrow.h>

#include <memory>
#include <string>
#include <vector>

#include "isolate/bytes.hpp"

namespace tickwork::host {

// A schema in plain values, kept beside the stream whose arrays it describes.
struct ColumnType {
  std::string format, name, metadata;  // metadata: as Arrow encodes it
  int64_t flags = 0;
  std::vector<ColumnType> children;
  std::unique_ptr<ColumnType> dictionary;
};

ColumnType type_of(const ArrowSchema& schema);
void pack_type(Packer& to, const ColumnType& type);
ColumnType unpack_type(Unpacker& from);
// The caller releases out.
void make_schema(const ColumnType& type, ArrowSchema* out);

// The type is known here, so that its arrays can cross.
bool known_type(const ColumnType& type);

void pack_array(Packer& to, const ArrowArray& array, const ColumnType& type);
// owner keeps the unpacker's bytes until the array is released. False: nothing was made.
bool unpack_array(Unpacker& from, const ColumnType& type, std::shared_ptr<const void> owner,
                  ArrowArray* out);

}  // namespace tickwork::host
