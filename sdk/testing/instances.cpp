// SPDX-License-Identifier: MIT
// tw.services/1 and tw.instances/1: what the test provided, and plugins made from the modules.
#include <algorithm>

#include "services.hpp"

namespace tickwork::testing::detail {
namespace {

bool find_provided(World& w, std::string_view ext, std::string_view name, tw_ref* out) {
  const std::lock_guard hold{w.lock};
  for (auto p = w.provided.rbegin(); p != w.provided.rend(); ++p) {
    if (p->ext != ext) continue;
    if (!name.empty() && !p->name.empty() && p->name != name) continue;
    *out = p->ref;
    return true;
  }
  return false;
}

tw_status find(const tw_host* h, const char* ext, tw_str name, tw_ref* out, tw_error* error) {
  if (find_provided(*cell_of(h).world, ext, view(name), out)) return TW_OK;
  return fail(error, TW_E_NOT_FOUND,
              "no instance \"" + std::string{view(name)} + "\" with " + std::string{ext} +
                  "; the test provides none");
}

std::string toml_string(std::string_view s) {
  std::string out = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out + '"';
}

std::string toml_scalar(const Scalar& v) {
  if (const auto* s = std::get_if<std::string>(&v)) return toml_string(*s);
  if (const auto* b = std::get_if<bool>(&v)) return *b ? "true" : "false";
  if (const auto* n = std::get_if<int64_t>(&v)) return std::to_string(*n);
  if (const auto* d = std::get_if<double>(&v)) return std::to_string(*d);
  std::string out;
  for (const Entry& e : std::get<std::shared_ptr<Table>>(v)->entries) {
    if (!out.empty()) out += ", ";
    out += toml_string(e.key) + " = " + (e.values.empty() ? "[]" : toml_scalar(e.values[0]));
  }
  return "{ " + out + " }";
}

// A list stays one if the made plugin's option is one or there is not exactly one value.
std::string toml_entry(const Entry& e, const tw_option& o) {
  if (!(o.flags & TW_LIST) && e.values.size() == 1) {
    if (o.type == TW_OPT_DURATION && std::holds_alternative<int64_t>(e.values[0]))
      return toml_string(std::to_string(std::get<int64_t>(e.values[0])) + "ns");
    return toml_scalar(e.values[0]);
  }
  std::string out;
  for (const Scalar& v : e.values) out += (out.empty() ? "" : ", ") + toml_scalar(v);
  return '[' + out + ']';
}

std::string toml_value(const tw_value& v, uint32_t type) {
  switch (v.type) {
    case TW_FLOAT:
      return std::to_string(v.as.f);
    case TW_INT:
      return std::to_string(v.as.i);
    case TW_UINT:
      return std::to_string(v.as.u);
    case TW_BOOL:
      return v.as.b ? "true" : "false";
    default:
      break;
  }
  const std::string_view text = v.len ? std::string_view{v.as.s, v.len} : "";
  const bool literal = type != TW_OPT_STRING && type != TW_OPT_DURATION && type != TW_OPT_SIZE;
  return literal ? std::string{text} : toml_string(text);
}

const tw_option* option_of(const tw_plugin& p, std::string_view key) {
  for (const tw_option* o = p.options; o && o->key; ++o)
    if (key == o->key) return o;
  return nullptr;
}

// The made instance's options: the maker's values first, then its overrides.
std::string options_text(const Cell& maker, const tw_plugin& p, const tw_making& m) {
  std::map<std::string, std::string> rows;
  if (m.flags & TW_MAKE_INHERIT)
    for (const Entry& e : maker.options->entries)
      if (const tw_option* o = option_of(p, e.key); o && !e.values.empty())
        rows[e.key] = toml_entry(e, *o);
  for (size_t i = 0; i < m.n_options; ++i) {
    const tw_option* o = option_of(p, view(m.options[i].key));
    if ((m.flags & TW_MAKE_INHERIT) && !o) continue;
    rows[std::string{view(m.options[i].key)}] =
        toml_value(m.options[i].value, o ? o->type : uint32_t{TW_OPT_STRING});
  }
  std::string text;
  for (const auto& [key, value] : rows) text += toml_string(key) + " = " + value + '\n';
  return text;
}

tw_status make(const tw_host* h, const tw_making* m, tw_ref* out, tw_error* error) {
  Cell& maker = cell_of(h);
  if (!view(m->plugin).empty() &&
      find_provided(*maker.world, m->ext ? m->ext : "", view(m->plugin), out))
    return TW_OK;
  const tw_plugin* p = maker.world->find_plugin(view(m->plugin));
  if (!p) return fail(error, TW_E_NOT_FOUND, "no plugin \"" + std::string{view(m->plugin)} + '"');
  const std::string name =
      m->name.len ? std::string{view(m->name)} : maker.name + '/' + std::string{p->id};
  auto cell = std::make_unique<Cell>(maker.world, p, name);
  cell->create(options_text(maker, *p, *m));
  if (cell->status >= 0) cell->start();
  if (cell->status < 0) return fail(error, cell->status, cell->error);
  const void* table = cell->ext_table(m->ext ? m->ext : "");
  if (!table)
    return fail(error, TW_E_UNSUPPORTED,
                std::string{p->id} + " has no " + (m->ext ? m->ext : "extension"));
  *out = {table, cell->self};
  maker.made.push_back(std::move(cell));
  return TW_OK;
}

void drop(const tw_host* h, const tw_ref* ref) {
  auto& made = cell_of(h).made;
  const auto mine = [&](const std::unique_ptr<Cell>& c) { return c->self == ref->self; };
  made.erase(std::remove_if(made.begin(), made.end(), mine), made.end());
}

constexpr tw_services services{sizeof(tw_services), find};
constexpr tw_instances making{sizeof(tw_instances), make, drop};

}  // namespace

const tw_services& services_table() { return services; }
const tw_instances& instances_table() { return making; }

}  // namespace tickwork::testing::detail
