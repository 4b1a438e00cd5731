// SPDX-License-Identifier: MIT
// The small structs of the ABI to bytes and back. What is unpacked borrows from the bytes, and its
// tables from the vectors next to it.
#pragma once

#include <tickwork/config.h>
#include <tickwork/host/services.h>
#include <tickwork/kind/handler.h>
#include <tickwork/kind/query.h>
#include <tickwork/kind/storage.h>
#include <tickwork/kind/storage_aggregate.h>
#include <tickwork/kind/stream.h>

#include <memory>
#include <vector>

#include "config/configuration.hpp"
#include "isolate/bytes.hpp"

namespace tickwork::host {

void pack_tags(Packer& to, const tw_tag* tags, size_t n);
std::vector<tw_tag> unpack_tags(Unpacker& from);

void pack_fields(Packer& to, const tw_field* fields, size_t n);
std::vector<tw_field> unpack_fields(Unpacker& from);

struct UnpackedGroup {
  tw_group group{};
  std::vector<tw_tag> tags;
};
void pack_group(Packer& to, const tw_group& group);
UnpackedGroup unpack_group(Unpacker& from);

struct UnpackedEvent {
  tw_event event{};
  std::vector<tw_tag> tags;
  std::vector<tw_field> fields;
};
void pack_event(Packer& to, const tw_event& event);
UnpackedEvent unpack_event(Unpacker& from);

struct UnpackedMaking {
  tw_making making{};
  std::vector<tw_field> options;
};
void pack_making(Packer& to, const tw_making& making);
UnpackedMaking unpack_making(Unpacker& from);

struct UnpackedScan {
  tw_scan scan{};
  std::vector<tw_str> columns;
  std::vector<tw_where> where;
};
void pack_scan(Packer& to, const tw_scan& scan);
UnpackedScan unpack_scan(Unpacker& from);

struct UnpackedAggregation {
  tw_aggregation aggregation{};
  std::unique_ptr<UnpackedScan> rows;
  std::vector<tw_str> group_by;
  std::vector<tw_aggregate> aggregates;
};
// Widths and parameters that no aggregation has are refused here.
void pack_aggregation(Packer& to, const tw_aggregation& aggregation);
UnpackedAggregation unpack_aggregation(Unpacker& from);

struct UnpackedDefinition {
  tw_definition definition{};
  std::vector<tw_str> destinations;
};
void pack_definition(Packer& to, const tw_definition& definition);
UnpackedDefinition unpack_definition(Unpacker& from);

struct UnpackedRequest {
  tw_request request{};
  std::vector<tw_field> params;
};
void pack_request(Packer& to, const tw_request& request);
UnpackedRequest unpack_request(Unpacker& from);

// Everything that a plugin can read through the config.
void pack_config(Packer& to, const tw_config* config);
Options unpack_config(Unpacker& from);

}  // namespace tickwork::host
