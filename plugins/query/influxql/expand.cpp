// SPDX-License-Identifier: MIT
#include "expand.hpp"

#include <algorithm>

namespace tickwork::query {

using namespace influxql;

namespace {

struct Name {
  std::string text;
  DataType type;
};

bool is_pattern(const Expr& e) { return e.kind == ExprKind::wildcard || e.kind == ExprKind::regex; }

// The call at the bottom of calls nested in each other's first argument.
const Expr& innermost(const Expr& call) {
  const Expr* at = &call;
  while (!at->args.empty() && at->args[0]->kind == ExprKind::call) at = at->args[0].get();
  return *at;
}

bool has_pattern(const Expr& e) {
  if (is_pattern(e)) return true;
  if (e.kind == ExprKind::call) {
    const Expr& inner = innermost(e);
    return !inner.args.empty() && is_pattern(*inner.args[0]);
  }
  return false;
}

bool supports(const std::string& function, DataType type) {
  switch (type) {
    case DataType::float_:
    case DataType::integer:
    case DataType::unsigned_:
      return true;
    case DataType::string:
      return function == "count" || function == "first" || function == "last" ||
             function == "distinct" || function == "elapsed" || function == "mode" ||
             function == "sample";
    case DataType::boolean:
      return supports(function, DataType::string) || function == "min" || function == "max";
    default:
      return false;
  }
}

ExprPtr replaced(const Expr& call, const ExprPtr& name) {
  auto out = std::make_shared<Expr>(call);
  bool nested = call.args[0]->kind == ExprKind::call;
  out->args[0] = nested ? replaced(*call.args[0], name) : name;
  return out;
}

std::string field_name(const Field& field);

void parts(const Expr& e, std::vector<std::string>& out) {
  if (e.kind == ExprKind::variable || e.kind == ExprKind::call) {
    out.push_back(e.text);
    return;
  }
  for (const ExprPtr& arg : e.args) parts(*arg, out);
}

std::string field_name(const Field& field) {
  if (!field.alias.empty()) return field.alias;
  std::vector<std::string> names;
  parts(*field.expr, names);
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "_") + name;
  return out;
}

class Expander {
 public:
  Expander(const Names& names, Regexes& regexes, bool keep_tags_out) : regexes_{regexes} {
    for (auto& [name, type] : names.fields) all_.push_back({name, type});
    if (!names.fields.empty() && !keep_tags_out) {
      for (auto& name : names.tags) all_.push_back({name, DataType::tag});
    }
    std::sort(all_.begin(), all_.end(), [](const Name& a, const Name& b) {
      return a.text != b.text ? a.text < b.text : a.type < b.type;
    });
  }

  void field(const Field& f, std::vector<Field>& out) {
    const Expr& e = *f.expr;
    if (is_pattern(e)) return plain(e, out);
    if (e.kind == ExprKind::call && has_pattern(e)) return call(f, out);
    out.push_back(f);
  }

 private:
  bool fits(const Expr& pattern, const Name& name) {
    if (pattern.kind == ExprKind::regex) return regexes_.match(pattern.text, name.text);
    if (pattern.type == DataType::any_field) return name.type != DataType::tag;
    return pattern.type != DataType::tag || name.type == DataType::tag;
  }

  void plain(const Expr& pattern, std::vector<Field>& out) {
    for (const Name& name : all_) {
      if (fits(pattern, name)) out.push_back({make_variable(name.text, name.type), ""});
    }
  }

  void call(const Field& f, std::vector<Field>& out) {
    const Expr& inner = innermost(*f.expr);
    const Expr& pattern = *inner.args[0];
    if (pattern.kind == ExprKind::wildcard && pattern.type == DataType::tag) {
      throw StatementError("unable to use tag wildcard in " + inner.text + "()");
    }
    for (const Name& name : all_) {
      if (name.type == DataType::tag || !supports(inner.text, name.type)) continue;
      if (!fits(pattern, name)) continue;
      out.push_back({replaced(*f.expr, make_variable(name.text, name.type)),
                     field_name(f) + "_" + name.text});
    }
  }

  Regexes& regexes_;
  std::vector<Name> all_;
};

}  // namespace

bool needs_names(const Select& select) {
  return std::any_of(select.fields.begin(), select.fields.end(),
                     [](const Field& f) { return has_pattern(*f.expr); }) ||
         std::any_of(select.dimensions.begin(), select.dimensions.end(),
                     [](const ExprPtr& d) { return is_pattern(*d); });
}

void expand(Select& select, const Names& given, Regexes& regexes) {
  Names names = given;
  bool pattern_dimensions = std::any_of(select.dimensions.begin(), select.dimensions.end(),
                                        [](const ExprPtr& d) { return is_pattern(*d); });
  std::vector<ExprPtr> dimensions;
  for (const ExprPtr& d : select.dimensions) {
    if (d->kind == ExprKind::variable) names.tags.erase(d->text);
  }
  for (const ExprPtr& d : select.dimensions) {
    if (!is_pattern(*d)) {
      dimensions.push_back(d);
      continue;
    }
    for (const std::string& tag : given.tags) {
      if (d->kind == ExprKind::regex && !regexes.match(d->text, tag)) continue;
      dimensions.push_back(make_variable(tag));
    }
  }
  std::vector<Field> fields;
  Expander expander(names, regexes, pattern_dimensions);
  for (const Field& field : select.fields) expander.field(field, fields);
  select.fields = std::move(fields);
  select.dimensions = std::move(dimensions);
}

std::vector<std::string> column_names(const Select& select, const std::string& time_column) {
  std::vector<Field> fields;
  for (const Field& field : select.fields) {
    fields.push_back(field);
    const Expr& e = *field.expr;
    if (select.target || e.kind != ExprKind::call || (e.text != "top" && e.text != "bottom")) {
      continue;
    }
    for (size_t i = 1; i < e.args.size(); ++i) {
      if (e.args[i]->kind == ExprKind::variable) fields.push_back({e.args[i], ""});
    }
  }
  std::vector<std::string> out(fields.size() + 1);
  out[0] = time_column;
  std::map<std::string, int> taken;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].alias.empty()) continue;
    out[i + 1] = fields[i].alias;
    taken[fields[i].alias] = 1;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].alias.empty()) continue;
    std::string name = field_name(fields[i]);
    if (auto found = taken.find(name); found != taken.end()) {
      int count = found->second;
      while (taken.count(name + "_" + std::to_string(count))) ++count;
      found->second = count + 1;
      name += "_" + std::to_string(count);
    }
    ++taken[name];
    out[i + 1] = name;
  }
  return out;
}

}  // namespace tickwork::query
