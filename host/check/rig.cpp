// SPDX-License-Identifier: MIT
#include "check/rig.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <filesystem>

#include "check/empty_database.hpp"

namespace tickwork::host::check {
namespace {

constexpr std::array<const char*, 8> fallback{"\"\"", "\"check\"", "false",    "1",
                                              "1.0",  "\"1s\"",    "\"1KiB\"", "{}"};

// Words of option keys whose value a plugin listens on.
bool is_address(std::string_view key) {
  for (const std::string_view word : {"address", "listen", "bind"})
    if (key.find(word) != key.npos) return true;
  return false;
}

// "\"127.0.0.1:8086\"" with port 0.
std::string any_port(std::string text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return text;
  size_t end = colon + 1;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  if (end > colon + 1) text.replace(colon + 1, end - colon - 1, "0");
  return text;
}

bool is_system_folder(std::string_view literal) {
  for (const std::string_view start : {"\"/var/", "\"/run/", "\"/srv/", "\"/tmp/"})
    if (literal.starts_with(start)) return true;
  return false;
}

std::string here(const std::string& literal) {
  const size_t slash = literal.rfind('/');
  return "\"./" + literal.substr(slash + 1);
}

std::string sandboxed(const tw_option& o) {
  const std::string value = o.value;
  if (o.type != TW_OPT_STRING || (o.flags & TW_LIST)) return value;
  if (is_address(o.key)) return any_port(value);
  return is_system_folder(value) ? here(value) : value;
}

// Points overwrites its rows when it goes; the heap writes over their beginnings at once.
bool is_poisoned(const tw_point& p) {
  return p.n_tags == 0xDDDDDDDD || p.n_fields == 0xDDDDDDDD || p.token == 0xDDDDDDDDDDDDDDDD;
}

tw_status count_points(tw_instance* self, const tw_batch* batch, const tw_writer* writer,
                       tw_error*) {
  auto& me = *reinterpret_cast<CountingFormat*>(self);
  for (size_t i = 0; i < batch->count; ++i) {
    ++me.points;
    const std::string why =
        is_poisoned(batch->points[i]) ? "freed" : testing::flaw(batch->points[i]);
    me.bad += !why.empty();
    const std::string text = why.empty() ? testing::line(batch->points[i]) + '\n' : "bad\n";
    if (const tw_status s = writer->write(writer, {text.data(), text.size()}); s < 0) return s;
  }
  return TW_OK;
}

constexpr tw_serializer counting{sizeof(tw_serializer), count_points};

// Something that the option's name suggests.
std::string made_up(const tw_option& o) {
  const std::string_view key = o.key;
  const auto about = [&](std::string_view word) { return key.find(word) != key.npos; };
  if (o.type != TW_OPT_STRING) return fallback[o.type < fallback.size() ? o.type : 0];
  if (about("url")) return "\"http://127.0.0.1:9\"";  // nobody listens on "discard"
  if (about("path") || about("file") || about("dir"))
    return '"' + std::filesystem::current_path().string() + "/made_up\"";
  return fallback[TW_OPT_STRING];
}

}  // namespace

std::string plausible_value(const tw_option& o) {
  if (o.value) return sandboxed(o);
  if (!(o.flags & TW_REQUIRED)) return "";
  const std::string one = made_up(o);
  return o.flags & TW_LIST ? "[" + one + "]" : one;
}

std::string plausible_options(const tw_plugin& plugin, std::string_view replaced_key,
                              std::string_view replaced_value) {
  std::string text;
  for (const tw_option* o = plugin.options; o && o->key; ++o) {
    const std::string value =
        replaced_key == o->key ? std::string{replaced_value} : plausible_value(*o);
    if (!value.empty()) text += fmt::format("\"{}\" = {}\n", o->key, value);
  }
  return text;
}

void CountingFormat::provide(testing::Host& host) {
  host.provide(TW_SERIALIZER, "", &counting, this);
}

Rig::Rig(Case& c, const tw_plugin& plugin, bool bare)
    : Rig{c, plugin, c.subject().options.empty() ? plausible_options(plugin) : c.subject().options,
          bare} {}

Rig::Rig(Case& c, const tw_plugin& plugin, const std::string& options, bool bare)
    : host{options, c.module()}, case_{c}, plugin_{plugin}, options_{options} {
  host.set_bare(bare);
  if (!bare) {
    http.provide(host);
    format.provide(host);
    provide_empty_database(host);
  }
}

Rig::~Rig() {
  if (!instance_) return;
  case_.doing(fmt::format("destroy of {}", plugin_.id));
  instance_.reset();
}

bool Rig::create() {
  case_.doing(fmt::format("create of {}", plugin_.id));
  instance_ = std::make_unique<testing::Instance>(host.create(plugin_.id, options_));
  if (fine("create")) return true;
  case_.note(fmt::format("{} not exercised: {}", plugin_.id, instance_->error()));
  instance_.reset();
  return false;
}

bool Rig::start() {
  case_.doing(fmt::format("start of {}", plugin_.id));
  instance_->start();
  if (fine("start")) return true;
  case_.note(fmt::format("{} not exercised: {}", plugin_.id, instance_->error()));
  return false;
}

bool Rig::stop() {
  case_.doing(fmt::format("stop of {}", plugin_.id));
  instance_->stop();
  return fine("stop");
}

bool Rig::fine(const char* call) {
  const std::string& error = instance_->error();
  if (error.starts_with("threw "))
    case_.error(fmt::format("{}: {} {} through the boundary", plugin_.id, call, error));
  if (instance_->status() >= 0) return true;
  if (error.empty() || error == "internal error")
    case_.warning(fmt::format("{}: {} failed without a sentence", plugin_.id, call));
  return false;
}

void Rig::report_complaints() {
  const auto all = host.complaints();
  for (size_t i = complaints_; i < all.size() && i < complaints_ + 5; ++i) case_.error(all[i]);
  if (all.size() > complaints_ + 5)
    case_.error(fmt::format("{} more like this", all.size() - complaints_ - 5));
  complaints_ = all.size();
}

}  // namespace tickwork::host::check
