// SPDX-License-Identifier: MIT
// What flows along a task's edges: points, batches, and the groups they belong to. All immutable
// once emitted and shared between branches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kit/lambda/lambda.hpp"

namespace tickwork::stream {

using lambda::Type;
using lambda::Value;

using Tags = std::vector<std::pair<std::string, std::string>>;  // sorted by key
using Fields = std::vector<std::pair<std::string, Value>>;      // sorted by name

template <class Pairs>
auto* find(Pairs& pairs, std::string_view key) {
  for (auto& [name, value] : pairs)
    if (name == key) return &value;
  return static_cast<decltype(&pairs[0].second)>(nullptr);
}

/// Sets or adds, keeping the order of names.
template <class Pairs, class V>
void put(Pairs& pairs, std::string_view key, V value) {
  auto at = pairs.begin();
  while (at != pairs.end() && at->first < key) ++at;
  if (at != pairs.end() && at->first == key)
    at->second = std::move(value);
  else
    pairs.emplace(at, std::string{key}, std::move(value));
}

template <class Pairs>
void remove(Pairs& pairs, std::string_view key) {
  std::erase_if(pairs, [&](auto& pair) { return pair.first == key; });
}

/// What points are grouped by.
struct Dimensions {
  bool by_name = false, all = false;
  std::vector<std::string> names;     // sorted
  std::vector<std::string> excluded;  // of `all`
};

/// A group: its id ("host=a,region=b", empty when nothing groups) and its tags.
struct Group {
  std::string id;
  Tags tags;
  bool by_name = false;
};
using GroupPtr = std::shared_ptr<const Group>;

struct Point {
  std::string name, database, retention;
  Tags tags;
  Fields fields;
  int64_t time = 0;
  GroupPtr group;
};
using PointPtr = std::shared_ptr<const Point>;

/// Points of a group between two times; tmax is the batch's own time.
struct Batch {
  std::string name, database, retention;
  GroupPtr group;
  int64_t tmax = 0;
  std::vector<PointPtr> points;
};
using BatchPtr = std::shared_ptr<const Batch>;

/// The group of a point under dimensions.
GroupPtr make_group(const Point& point, const Dimensions& dimensions);

/// A point's names for lambdas; "time" is its time.
class PointScope : public lambda::Scope {
 public:
  PointScope(const Point& point, int64_t now) : point_{point}, now_{now} {}
  bool get(std::string_view name, Value& out, std::string& error) const override;
  std::string names() const override;
  int64_t now() const override { return now_; }

 private:
  const Point& point_;
  int64_t now_;
};

/// The rows that httpOut, post and alert data show, as JSON objects.
std::string row_json(const Point& point);
std::string row_json(const Batch& batch);
std::string value_json(const Value& value);

}  // namespace tickwork::stream
