// SPDX-License-Identifier: MIT
// Tests 8 to 16: the constant tables. No function of the plugin is called.
#include <fmt/format.h>

#include <tickwork/draft/command.h>
#include <tickwork/tickwork.h>
#include <cctype>
#include <set>
#include <string_view>

#include "check/process.hpp"
#include "check/rig.hpp"
#include "check/test.hpp"
#include "check/utf8.hpp"
#include "module/tables.hpp"
#include "testing/options.hpp"

namespace tickwork::host::check {
namespace {

using testing::detail::check_literal;
using testing::detail::check_options;

void sizes(Case& c) {
  const tw_module& m = c.module();
  if (m.size < sizeof(tw_module))
    return c.error(
        fmt::format("module.size is {}, expected at least {}", m.size, sizeof(tw_module)));
  if (const auto info = read_tables(&m); !info) c.error(info.failure().message);
}

void needs_minor(Case& c) {
  const tw_module& m = c.module();
  if (m.needs_minor > m.abi_minor)
    c.error(fmt::format("needs_minor {} is above abi_minor {}", m.needs_minor, m.abi_minor));
}

bool reverse_dns(std::string_view id) {
  const size_t dot = id.find('.');
  return dot != id.npos && dot > 0 && dot + 1 < id.size();
}

void ids(Case& c) {
  const tw_module& m = c.module();
  if (!reverse_dns(m.id))
    c.error(fmt::format("module id \"{}\" is not reverse DNS such as org.example.uptime", m.id));
  if (!m.version || !std::isdigit(static_cast<unsigned char>(m.version[0])))
    c.error("version does not begin with a digit");
  if (!m.license || !*m.license) c.warning("names no license");
  std::set<std::string_view> seen;
  for (const tw_plugin* p : c.plugins()) {
    const std::string_view id = p->id;
    if (!seen.insert(id).second) c.error(fmt::format("{} stands twice in its module", id));
    if (id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") != id.npos)
      c.error(fmt::format("id \"{}\" has other characters than a-z 0-9 . _ -", id));
  }
}

void known_exts(Case& c) {
  static const std::set<std::string_view> known{
      TW_AGGREGATOR, TW_HANDLER,   TW_HTTP_SERVER, TW_INPUT,
      TW_INTERRUPT,  TW_MEMORY,    TW_OUTPUT,      TW_PANEL,
      TW_PARSER,     TW_PROCESSOR, TW_QUERY,       TW_SERIALIZER,
      TW_SERVICE,    TW_SNAPSHOT,  TW_STORAGE,     TW_STORAGE_AGGREGATE,
      TW_FEED,       TW_STREAM,    TW_COMMANDS};
  for (const tw_plugin* p : c.plugins())
    for (const tw_ext* e = p->exts; e && e->id; ++e) {
      const std::string_view id = e->id;
      if (id.starts_with("tw.") && !known.contains(id))
        c.error(fmt::format("{}: {} is not an extension of this host", p->id, id));
      if (id.find('/') == id.npos)
        c.error(fmt::format("{}: {} has no revision such as \"/1\"", p->id, id));
    }
}

void required_functions(Case& c) {
  if (const auto info = read_tables(&c.module()); !info) c.error(info.failure().message);
}

void check_option(Case& c, const tw_plugin& p, const tw_option& o) {
  const std::string place = fmt::format("{}: option {}", p.id, o.key);
  if (!o.doc || !*o.doc) c.warning(place + " has no doc");
  if (o.doc && std::string_view{o.doc}.find('\n') != std::string_view::npos)
    c.error(place + " has a doc of several lines");
  if (o.value)
    if (const std::string why = check_literal(o, o.value); !why.empty())
      c.error(fmt::format("{}: its default {} {}", place, o.value, why));
  if (o.value && (o.flags & TW_REQUIRED)) c.error(place + " is required and has a default");
}

void options(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    std::set<std::string_view> seen;
    for (const tw_option* o = p->options; o && o->key; ++o) {
      if (!seen.insert(o->key).second)
        c.error(fmt::format("{}: option {} stands twice", p->id, o->key));
      check_option(c, *p, *o);
    }
  }
}

void sample_config(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    const std::string sample = plausible_options(*p);
    const auto checked =
        check_options(p->id, p->options, sample, [](std::string_view) { return false; });
    if (!checked.error.empty()) c.error("the sample configuration is refused: " + checked.error);
  }
}

void constant(Case& c, const void* table, const std::string& name) {
  if (const std::string rights = permissions_at(table); rights.find('w') != rights.npos)
    c.error(fmt::format("{} is in writable memory; declare it const (static constexpr)", name));
}

void constant_tables(Case& c) {
  constant(c, &c.module(), "the module");
  for (const tw_plugin* p : c.plugins()) {
    constant(c, p, p->id);
    if (p->options) constant(c, p->options, fmt::format("{}: the option table", p->id));
    constant(c, p->exts, fmt::format("{}: the extension table", p->id));
    for (const tw_ext* e = p->exts; e && e->id; ++e)
      constant(c, e->vtable, fmt::format("{}: {}", p->id, e->id));
  }
}

void text(Case& c, const char* s, const std::string& name) {
  if (s && !is_utf8(s)) c.error(name + " is not UTF-8");
}

void utf8(Case& c) {
  const tw_module& m = c.module();
  for (const char* s : {m.id, m.version, m.license}) text(c, s, "a text of the module");
  for (const tw_plugin* p : c.plugins()) {
    text(c, p->summary, fmt::format("{}: the summary", p->id));
    if (!p->summary || !*p->summary) c.warning(fmt::format("{} has no summary", p->id));
    for (const tw_option* o = p->options; o && o->key; ++o)
      for (const char* s : {o->key, o->value, o->doc})
        text(c, s, fmt::format("{}: option {}", p->id, o->key));
  }
}

}  // namespace

std::span<const Test> table_tests() {
  static constexpr Test tests[] = {
      {8, "sizes", sizes, true},
      {9, "needs-minor", needs_minor},
      {10, "ids", ids},
      {11, "known-exts", known_exts},
      {12, "required-functions", required_functions, true},
      {13, "options", options},
      {14, "sample-config", sample_config},
      {15, "constant-tables", constant_tables},
      {16, "utf8", utf8},
  };
  return tests;
}

}  // namespace tickwork::host::check
