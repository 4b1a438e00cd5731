// SPDX-License-Identifier: MIT
#include "isolate/wire.hpp"

#include <tickwork/metric.h>

#include <cmath>

namespace tickwork::host {

namespace {

constexpr int deepest = 32;  // tables within tables

void pack_value(Packer& to, const tw_value& value) {
  to.put(value.type);
  switch (value.type) {
    case TW_FLOAT:
      return to.put(value.as.f);
    case TW_BOOL:
      return to.put(uint64_t{value.as.b});
    case TW_STRING:
      return to.text(tw_str{value.as.s, value.len});
    default:
      return to.put(value.as.u);
  }
}

tw_value unpack_value(Unpacker& from) {
  tw_value value{};
  value.type = from.take<uint32_t>();
  if (value.type == TW_FLOAT) {
    value.as.f = from.take<double>();
  } else if (value.type == TW_BOOL) {
    value.as.b = from.take<uint64_t>() != 0;
  } else if (value.type == TW_STRING) {
    const tw_str text = from.text();
    value.as.s = text.data;
    value.len = static_cast<uint32_t>(text.len);
  } else {
    value.as.u = from.take<uint64_t>();
  }
  return value;
}

void pack_table(Packer& to, const tw_config* config);

void pack_element(Packer& to, const tw_config* config, const char* key, uint32_t type, size_t i) {
  switch (type) {
    case TW_OPT_TABLE:
      return pack_table(to, config->table(config, key, i));
    case TW_OPT_STRING:
      return to.text(config->str(config, key, i));
    case TW_OPT_FLOAT:
      return to.put(config->real(config, key, i));
    default:
      return to.put(config->num(config, key, i));
  }
}

void pack_table(Packer& to, const tw_config* config) {
  uint32_t n = 0;
  while (config && config->key(config, n).len > 0) ++n;
  to.put(n);
  for (uint32_t i = 0; i < n; ++i) {
    const tw_str name = config->key(config, i);
    const std::string key{name.data, name.len};
    const uint32_t type = config->type(config, key.c_str());
    const size_t count = config->count(config, key.c_str());
    to.text(name);
    to.put(type);
    to.put(static_cast<uint32_t>(count));
    for (size_t at = 0; at < count; ++at) pack_element(to, config, key.c_str(), type, at);
  }
}

Table unpack_table(Unpacker& from, int depth, std::map<std::string, uint32_t, std::less<>>* types);

Value unpack_element(Unpacker& from, uint32_t type, int depth) {
  Value value;
  if (type == TW_OPT_TABLE) {
    value.data = unpack_table(from, depth + 1, nullptr);
  } else if (type == TW_OPT_STRING) {
    value.data = std::string{from.view()};
  } else if (type == TW_OPT_FLOAT) {
    value.data = from.take<double>();
  } else if (type == TW_OPT_BOOL) {
    value.data = from.take<int64_t>() != 0;
  } else {
    value.data = from.take<int64_t>();
  }
  return value;
}

// One element reads the same as a list of one, so it is kept bare.
Table unpack_table(Unpacker& from, int depth, std::map<std::string, uint32_t, std::less<>>* types) {
  Table table;
  if (depth > deepest) return from.fail(), table;
  const uint32_t n = from.count(13);
  for (uint32_t i = 0; i < n && from.ok(); ++i) {
    const std::string key{from.view()};
    const auto type = from.take<uint32_t>();
    const uint32_t count = from.count(4);
    if (types) types->emplace(key, type);
    Array elements;
    for (uint32_t at = 0; at < count && from.ok(); ++at) {
      elements.push_back(unpack_element(from, type, depth));
    }
    Value value;
    if (elements.size() == 1) {
      value = std::move(elements.front());
    } else {
      value.data = std::move(elements);
    }
    table.emplace_back(key, std::move(value));
  }
  return table;
}

}  // namespace

void pack_tags(Packer& to, const tw_tag* tags, size_t n) {
  to.put(static_cast<uint32_t>(n));
  for (size_t i = 0; i < n; ++i) {
    to.text(tags[i].key);
    to.text(tags[i].value);
  }
}

std::vector<tw_tag> unpack_tags(Unpacker& from) {
  std::vector<tw_tag> tags(from.count(10));
  for (tw_tag& tag : tags) {
    tag.key = from.text();
    tag.value = from.text();
  }
  return tags;
}

void pack_fields(Packer& to, const tw_field* fields, size_t n) {
  to.put(static_cast<uint32_t>(n));
  for (size_t i = 0; i < n; ++i) {
    to.text(fields[i].key);
    pack_value(to, fields[i].value);
  }
}

std::vector<tw_field> unpack_fields(Unpacker& from) {
  std::vector<tw_field> fields(from.count(14));
  for (tw_field& field : fields) {
    field.key = from.text();
    field.value = unpack_value(from);
  }
  return fields;
}

void pack_group(Packer& to, const tw_group& group) {
  to.text(group.name);
  to.put(group.end_ns);
  pack_tags(to, group.tags, group.n_tags);
}

UnpackedGroup unpack_group(Unpacker& from) {
  UnpackedGroup group;
  group.group.name = from.text();
  group.group.end_ns = from.take<int64_t>();
  group.tags = unpack_tags(from);
  group.group.tags = group.tags.data();
  group.group.n_tags = group.tags.size();
  return group;
}

void pack_event(Packer& to, const tw_event& event) {
  to.put(event.level);
  to.put(event.previous);
  to.put(event.flags);
  for (const tw_str& text :
       {event.topic, event.id, event.message, event.details, event.task, event.name, event.json}) {
    to.text(text);
  }
  to.put(event.time_ns);
  to.put(event.duration_ns);
  pack_tags(to, event.tags, event.n_tags);
  pack_fields(to, event.fields, event.n_fields);
}

UnpackedEvent unpack_event(Unpacker& from) {
  UnpackedEvent unpacked;
  tw_event& event = unpacked.event;
  event.size = sizeof event;
  event.level = from.take<uint32_t>();
  event.previous = from.take<uint32_t>();
  event.flags = from.take<uint32_t>();
  for (tw_str* text : {&event.topic, &event.id, &event.message, &event.details, &event.task,
                       &event.name, &event.json}) {
    *text = from.text();
  }
  event.time_ns = from.take<int64_t>();
  event.duration_ns = from.take<int64_t>();
  unpacked.tags = unpack_tags(from);
  unpacked.fields = unpack_fields(from);
  event.tags = unpacked.tags.data();
  event.n_tags = unpacked.tags.size();
  event.fields = unpacked.fields.data();
  event.n_fields = unpacked.fields.size();
  return unpacked;
}

void pack_making(Packer& to, const tw_making& making) {
  to.put(making.flags);
  to.text(making.plugin);
  to.text(making.name);
  to.text(making.ext ? making.ext : "");
  pack_fields(to, making.options, making.n_options);
}

UnpackedMaking unpack_making(Unpacker& from) {
  UnpackedMaking unpacked;
  tw_making& making = unpacked.making;
  making.size = sizeof making;
  making.flags = from.take<uint32_t>();
  making.plugin = from.text();
  making.name = from.text();
  making.ext = from.text().data;
  unpacked.options = unpack_fields(from);
  making.options = unpacked.options.data();
  making.n_options = unpacked.options.size();
  return unpacked;
}

namespace {

void pack_texts(Packer& to, const tw_str* texts, size_t n) {
  to.put(static_cast<uint32_t>(n));
  for (size_t i = 0; i < n; ++i) to.text(texts[i]);
}

std::vector<tw_str> unpack_texts(Unpacker& from) {
  std::vector<tw_str> texts(from.count(5));
  for (tw_str& text : texts) text = from.text();
  return texts;
}

}  // namespace

void pack_scan(Packer& to, const tw_scan& scan) {
  to.put(scan.flags);
  for (const tw_str& text : {scan.database, scan.retention, scan.measurement}) to.text(text);
  to.put(scan.from_ns);
  to.put(scan.to_ns);
  pack_texts(to, scan.columns, scan.n_columns);
  to.put(static_cast<uint32_t>(scan.n_where));
  for (size_t i = 0; i < scan.n_where; ++i) {
    to.text(scan.where[i].tag);
    to.text(scan.where[i].value);
    to.put(scan.where[i].op);
  }
  to.put(scan.limit);
  // The first version of the struct ended before its name.
  to.text(scan.size >= sizeof scan ? scan.name : tw_str{"", 0});
}

UnpackedScan unpack_scan(Unpacker& from) {
  UnpackedScan unpacked;
  tw_scan& scan = unpacked.scan;
  scan.size = sizeof scan;
  scan.flags = from.take<uint32_t>();
  for (tw_str* text : {&scan.database, &scan.retention, &scan.measurement}) *text = from.text();
  scan.from_ns = from.take<int64_t>();
  scan.to_ns = from.take<int64_t>();
  unpacked.columns = unpack_texts(from);
  unpacked.where.resize(from.count(14));
  for (tw_where& where : unpacked.where) {
    where.tag = from.text();
    where.value = from.text();
    where.op = from.take<uint32_t>();
    where.pad = 0;
  }
  scan.limit = from.take<uint64_t>();
  scan.name = from.text();
  scan.columns = unpacked.columns.data();
  scan.n_columns = unpacked.columns.size();
  scan.where = unpacked.where.data();
  scan.n_where = unpacked.where.size();
  return unpacked;
}

void pack_aggregation(Packer& to, const tw_aggregation& aggregation) {
  to.put(aggregation.flags);
  pack_scan(to, *aggregation.rows);
  pack_texts(to, aggregation.group_by, aggregation.n_group_by);
  to.put(aggregation.bucket_ns);
  to.put(aggregation.offset_ns);
  to.put(aggregation.limit);
  to.put(static_cast<uint32_t>(aggregation.n_aggregates));
  for (size_t i = 0; i < aggregation.n_aggregates; ++i) {
    to.text(aggregation.aggregates[i].column);
    to.put(aggregation.aggregates[i].function);
    to.put(aggregation.aggregates[i].parameter);
  }
}

UnpackedAggregation unpack_aggregation(Unpacker& from) {
  UnpackedAggregation unpacked;
  tw_aggregation& aggregation = unpacked.aggregation;
  aggregation.size = sizeof aggregation;
  aggregation.flags = from.take<uint32_t>();
  unpacked.rows = std::make_unique<UnpackedScan>(unpack_scan(from));
  unpacked.group_by = unpack_texts(from);
  aggregation.bucket_ns = from.take<int64_t>();
  aggregation.offset_ns = from.take<int64_t>();
  aggregation.limit = from.take<uint64_t>();
  unpacked.aggregates.resize(from.count(17));
  for (tw_aggregate& aggregate : unpacked.aggregates) {
    aggregate.column = from.text();
    aggregate.function = from.take<uint32_t>();
    aggregate.pad = 0;
    aggregate.parameter = from.take<double>();
    if (!std::isfinite(aggregate.parameter)) from.fail();
  }
  if (aggregation.bucket_ns < 0) from.fail();
  // The same grid, without sums that do not fit.
  if (aggregation.bucket_ns > 0) aggregation.offset_ns %= aggregation.bucket_ns;
  aggregation.rows = &unpacked.rows->scan;
  aggregation.group_by = unpacked.group_by.data();
  aggregation.n_group_by = unpacked.group_by.size();
  aggregation.aggregates = unpacked.aggregates.data();
  aggregation.n_aggregates = unpacked.aggregates.size();
  return unpacked;
}

void pack_definition(Packer& to, const tw_definition& definition) {
  to.put(definition.what);
  to.put(definition.flags);
  to.put(definition.replicas);
  for (const tw_str& text :
       {definition.database, definition.name, definition.retention, definition.mode}) {
    to.text(text);
  }
  to.put(definition.duration_ns);
  to.put(definition.shard_duration_ns);
  pack_texts(to, definition.destinations, definition.n_destinations);
}

UnpackedDefinition unpack_definition(Unpacker& from) {
  UnpackedDefinition unpacked;
  tw_definition& definition = unpacked.definition;
  definition.size = sizeof definition;
  definition.what = from.take<uint32_t>();
  definition.flags = from.take<uint32_t>();
  definition.replicas = from.take<uint32_t>();
  for (tw_str* text :
       {&definition.database, &definition.name, &definition.retention, &definition.mode}) {
    *text = from.text();
  }
  definition.duration_ns = from.take<int64_t>();
  definition.shard_duration_ns = from.take<int64_t>();
  unpacked.destinations = unpack_texts(from);
  definition.destinations = unpacked.destinations.data();
  definition.n_destinations = unpacked.destinations.size();
  return unpacked;
}

void pack_request(Packer& to, const tw_request& request) {
  to.put(request.flags);
  for (const tw_str& text : {request.text, request.database, request.retention}) to.text(text);
  pack_fields(to, request.params, request.n_params);
  to.put(request.now_ns);
  to.put(request.deadline_ns);
  to.text(request.size >= sizeof request ? request.params_json : tw_str{"", 0});
}

UnpackedRequest unpack_request(Unpacker& from) {
  UnpackedRequest unpacked;
  tw_request& request = unpacked.request;
  request.size = sizeof request;
  request.flags = from.take<uint32_t>();
  for (tw_str* text : {&request.text, &request.database, &request.retention}) *text = from.text();
  unpacked.params = unpack_fields(from);
  request.params = unpacked.params.data();
  request.n_params = unpacked.params.size();
  request.now_ns = from.take<int64_t>();
  request.deadline_ns = from.take<int64_t>();
  request.params_json = from.text();
  return unpacked;
}

void pack_config(Packer& to, const tw_config* config) { pack_table(to, config); }

Options unpack_config(Unpacker& from) {
  Options options;
  options.values = unpack_table(from, 0, &options.types);
  return options;
}

}  // namespace tickwork::host
