// SPDX-License-Identifier: MIT
// Schemas; arrays are in columns.cpp.
#include "isolate/columns.hpp"

namespace tickwork::host {

namespace {

constexpr int deepest = 16;

// Arrow's metadata: a count, then keys and values, each with its length, all int32.
std::string metadata_of(const char* metadata) {
  if (!metadata) return {};
  size_t at = 0;
  const auto number = [&] {
    int32_t n = 0;
    std::memcpy(&n, metadata + at, sizeof n);
    at += sizeof n;
    return n > 0 ? static_cast<size_t>(n) : size_t{0};
  };
  const size_t texts = number() * 2;
  for (size_t i = 0; i < texts; ++i) {
    const size_t n = number();
    at += n;
  }
  return {metadata, at};
}

bool sound_metadata(std::string_view metadata) {
  if (metadata.empty()) return true;
  size_t at = 0;
  const auto number = [&](int32_t& n) {
    if (metadata.size() - at < sizeof n) return false;
    std::memcpy(&n, metadata.data() + at, sizeof n);
    at += sizeof n;
    return n >= 0;
  };
  int32_t pairs = 0;
  if (!number(pairs)) return false;
  for (int64_t i = 0; i < int64_t{pairs} * 2; ++i) {
    int32_t n = 0;
    if (!number(n) || static_cast<size_t>(n) > metadata.size() - at) return false;
    at += static_cast<size_t>(n);
  }
  return at == metadata.size();
}

ColumnType unpack_type(Unpacker& from, int depth) {
  ColumnType type;
  if (depth > deepest) {
    from.fail();
    return type;
  }
  type.format = from.view();
  type.name = from.view();
  type.metadata = from.view();
  type.flags = from.take<int64_t>();
  if (!sound_metadata(type.metadata)) from.fail();
  const uint32_t children = from.count(31);
  for (uint32_t i = 0; i < children && from.ok(); ++i) {
    type.children.push_back(unpack_type(from, depth + 1));
  }
  if (from.take<uint32_t>()) {
    type.dictionary = std::make_unique<ColumnType>(unpack_type(from, depth + 1));
  }
  return type;
}

// Owns what one schema and its children point to; the children are released one by one, because
// Arrow lets them be moved away.
struct SchemaParts {
  std::string format, name, metadata;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
  std::unique_ptr<ArrowSchema> dictionary;
};

void release_schema(ArrowSchema* schema) {
  std::unique_ptr<SchemaParts> parts{static_cast<SchemaParts*>(schema->private_data)};
  for (const auto& child : parts->children) {
    if (child->release) child->release(child.get());
  }
  if (parts->dictionary && parts->dictionary->release) {
    parts->dictionary->release(parts->dictionary.get());
  }
  schema->release = nullptr;
}

}  // namespace

ColumnType type_of(const ArrowSchema& schema) {
  ColumnType type;
  type.format = schema.format ? schema.format : "";
  type.name = schema.name ? schema.name : "";
  type.metadata = metadata_of(schema.metadata);
  type.flags = schema.flags;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    type.children.push_back(type_of(*schema.children[i]));
  }
  if (schema.dictionary)
    type.dictionary = std::make_unique<ColumnType>(type_of(*schema.dictionary));
  return type;
}

void pack_type(Packer& to, const ColumnType& type) {
  to.text(type.format);
  to.text(type.name);
  to.text(type.metadata);
  to.put(type.flags);
  to.put(static_cast<uint32_t>(type.children.size()));
  for (const ColumnType& child : type.children) pack_type(to, child);
  to.put(uint32_t{type.dictionary != nullptr});
  if (type.dictionary) pack_type(to, *type.dictionary);
}

ColumnType unpack_type(Unpacker& from) { return unpack_type(from, 0); }

void make_schema(const ColumnType& type, ArrowSchema* out) {
  auto parts = std::make_unique<SchemaParts>();
  parts->format = type.format;
  parts->name = type.name;
  parts->metadata = type.metadata;
  for (const ColumnType& child : type.children) {
    parts->children.push_back(std::make_unique<ArrowSchema>());
    make_schema(child, parts->children.back().get());
    parts->pointers.push_back(parts->children.back().get());
  }
  if (type.dictionary) {
    parts->dictionary = std::make_unique<ArrowSchema>();
    make_schema(*type.dictionary, parts->dictionary.get());
  }
  *out = {parts->format.c_str(),
          parts->name.c_str(),
          parts->metadata.empty() ? nullptr : parts->metadata.c_str(),
          type.flags,
          static_cast<int64_t>(parts->pointers.size()),
          parts->pointers.empty() ? nullptr : parts->pointers.data(),
          parts->dictionary.get(),
          release_schema,
          nullptr};
  out->private_data = parts.release();
}

}  // namespace tickwork::host
