// SPDX-License-Identifier: MIT
// Boost.JSON's tree, copied into plain values.
#include "json.hpp"

#include <boost/json/src.hpp>

#include "kit/gojson/gojson.hpp"

namespace tickwork::stream {
namespace {

Json convert(const boost::json::value& v) {
  Json out;
  if (auto* b = v.if_bool()) {
    out.kind = Json::Kind::boolean;
    out.number = *b;
  } else if (auto* i = v.if_int64()) {
    out.kind = Json::Kind::integer;
    out.number = *i;
  } else if (auto* u = v.if_uint64()) {
    out.kind = Json::Kind::real;
    out.real = static_cast<double>(*u);
  } else if (auto* d = v.if_double()) {
    out.kind = Json::Kind::real;
    out.real = *d;
  } else if (auto* s = v.if_string()) {
    out.kind = Json::Kind::string;
    out.string.assign(s->data(), s->size());
  } else if (auto* a = v.if_array()) {
    out.kind = Json::Kind::array;
    for (auto& item : *a) out.items.push_back(convert(item));
  } else if (auto* o = v.if_object()) {
    out.kind = Json::Kind::object;
    for (auto& member : *o)
      out.members.push_back({std::string{member.key()}, convert(member.value())});
  }
  return out;
}

}  // namespace

Json Json::parse(std::string_view text, bool* valid) {
  boost::system::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (valid) *valid = !error;
  return error ? Json{} : convert(value);
}

const Json* Json::find(std::string_view key) const {
  for (auto& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}
std::string Json::text(std::string_view key) const {
  auto* found = find(key);
  return found && found->kind == Kind::string ? found->string : std::string{};
}
int64_t Json::integer(std::string_view key) const {
  auto* found = find(key);
  return found ? found->number : 0;
}

std::string Json::print() const {
  std::string out;
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return number ? "true" : "false";
    case Kind::integer:
      return std::to_string(number);
    case Kind::real:
      gojson::append(out, real);
      return out;
    case Kind::string:
      gojson::append(out, string);
      return out;
    case Kind::array:
      for (auto& item : items) out += (out.empty() ? "[" : ",") + item.print();
      return out.empty() ? "[]" : out + ']';
    default:
      for (auto& [key, value] : members) {
        out += out.empty() ? '{' : ',';
        gojson::append(out, key);
        out += ':' + value.print();
      }
      return out.empty() ? "{}" : out + '}';
  }
}

std::string indent_json(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (quoted) {
      out += c;
      if (c == '\\')
        out += json[++i];
      else if (c == '"')
        quoted = false;
      continue;
    }
    bool empty = i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
    if ((c == '{' || c == '[') && empty) {
      out += c;
      out += json[++i];
    } else if (c == '{' || c == '[') {
      out += c;
      out += '\n' + std::string(++depth * 4, ' ');
    } else if (c == '}' || c == ']') {
      out += '\n' + std::string(--depth * 4, ' ') + c;
    } else if (c == ',') {
      out += ",\n" + std::string(depth * 4, ' ');
    } else if (c == ':') {
      out += ": ";
    } else {
      quoted = c == '"';
      out += c;
    }
  }
  return out;
}

}  // namespace tickwork::stream
