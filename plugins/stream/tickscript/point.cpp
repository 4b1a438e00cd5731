// SPDX-License-Identifier: MIT
// Groups, names and rows of points.
#include "point.hpp"

#include <algorithm>
#include <set>

#include "kit/gojson/gojson.hpp"

namespace tickwork::stream {

GroupPtr make_group(const Point& point, const Dimensions& dimensions) {
  auto group = std::make_shared<Group>();
  group->by_name = dimensions.by_name;
  if (dimensions.all) {
    for (auto& tag : point.tags)
      if (std::find(dimensions.excluded.begin(), dimensions.excluded.end(), tag.first) ==
          dimensions.excluded.end())
        group->tags.push_back(tag);
  } else {
    for (auto& name : dimensions.names) {
      auto* value = find(point.tags, name);
      group->tags.emplace_back(name, value ? *value : std::string{});
    }
  }
  if (dimensions.by_name) group->id = point.name + "\n";
  for (auto& [key, value] : group->tags) {
    if (&key != &group->tags.front().first) group->id += ',';
    group->id += key + '=' + value;
  }
  return group;
}

bool PointScope::get(std::string_view name, Value& out, std::string& error) const {
  const Value* field = find(point_.fields, name);
  const std::string* tag = find(point_.tags, name);
  if (field && tag) {
    error = "cannot have field and tags with same name \"" + std::string{name} + "\"";
    return false;
  }
  if (field)
    out = *field;
  else if (tag)
    out = Value::of(*tag);
  else if (name == "time")
    out = Value::time(point_.time);
  else
    out = {};
  return true;
}

std::string PointScope::names() const {
  std::string all;
  auto add = [&](const std::string& name) { all += (all.empty() ? "" : ",") + name; };
  for (auto& field : point_.fields) add(field.first);
  for (auto& tag : point_.tags) add(tag.first);
  add("time");
  return all;
}

std::string value_json(const Value& value) {
  std::string out;
  switch (value.type) {
    case Type::boolean:
      gojson::append(out, value.integer != 0);
      break;
    case Type::integer:
      gojson::append(out, value.integer);
      break;
    case Type::real:
      if (gojson::finite(value.real))
        gojson::append(out, value.real);
      else
        out = "null";
      break;
    case Type::string:
      gojson::append(out, value.text);
      break;
    default:
      out = "null";
  }
  return out;
}

namespace {

std::string head_json(const std::string& name, const Tags& tags) {
  std::string out = "{\"name\":";
  gojson::append(out, name);
  if (!tags.empty()) {
    out += ",\"tags\":{";
    for (auto& [key, value] : tags) {
      if (out.back() != '{') out += ',';
      gojson::append(out, key);
      out += ':';
      gojson::append(out, value);
    }
    out += '}';
  }
  return out + ",\"columns\":[\"time\"";
}

std::string time_json(int64_t ns) { return "[\"" + gojson::timestamp(ns) + '"'; }

}  // namespace

std::string row_json(const Point& point) {
  std::string out = head_json(point.name, point.tags);
  for (auto& field : point.fields) {
    out += ',';
    gojson::append(out, field.first);
  }
  out += "],\"values\":[" + time_json(point.time);
  for (auto& field : point.fields) out += ',' + value_json(field.second);
  return out + "]]}";
}

std::string row_json(const Batch& batch) {
  std::string out = head_json(batch.name, batch.group->tags);
  std::set<std::string> columns;
  if (!batch.points.empty()) {
    for (auto& field : batch.points[0]->fields) columns.insert(field.first);
    for (auto& tag : batch.points[0]->tags)
      if (!find(batch.group->tags, tag.first)) columns.insert(tag.first);
  }
  for (auto& column : columns) {
    out += ',';
    gojson::append(out, column);
  }
  out += ']';
  if (batch.points.empty()) return out + '}';
  out += ",\"values\":[";
  for (auto& point : batch.points) {
    if (out.back() == ']') out += ',';
    out += time_json(point->time);
    for (auto& column : columns) {
      out += ',';
      auto* field = find(point->fields, column);
      auto* tag = find(point->tags, column);
      if (field)
        out += value_json(*field);
      else if (tag)
        gojson::append(out, *tag);
      else
        out += "null";
    }
    out += ']';
  }
  return out + "]}";
}

}  // namespace tickwork::stream
