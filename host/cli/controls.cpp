// SPDX-License-Identifier: MIT
#include "cli/controls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "cli/instance_list.hpp"
#include "cli/library_list.hpp"
#include "graph/batch.hpp"
#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

const std::vector<std::string> verbs{"list", "libraries", "reload",  "flush",
                                     "add",  "remove",    "restore", "changes"};

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

bool same(const RuntimeChanges& a, const RuntimeChanges& b) {
  return a.added == b.added && a.removed == b.removed;
}

Failure wrong(std::string text) { return {TW_E_INVALID, std::move(text)}; }

}  // namespace

Result<std::string> Controls::answer(const ControlRequest& request) {
  const std::string& verb = request.words[0];
  if (verb == "list") return instance_table(graph_);
  if (verb == "list-json") return instance_json(graph_);
  if (verb == "libraries") return library_table(graph_);
  if (verb == "libraries-json") return library_json(graph_);
  if (verb == "changes") return to_text(changes_);
  if (verb == "flush") {
    graph_.flush();
    return std::string{};
  }
  if (verb == "reload") return change(changes_, request);
  if (verb == "add") return add(request);
  if (verb == "remove") return remove(request);
  if (verb == "restore") return restore(request);
  return wrong(fmt::format("the host knows no \"{}\"{}", verb, did_you_mean(verb, verbs)));
}

// add NAME [INSTANCE...]: the instances make room for what is added.
Result<std::string> Controls::add(const ControlRequest& request) {
  const auto& words = request.words;
  if (words.size() < 2 || !is_name(words[1]))
    return wrong("add needs a name of letters, digits, - and _ for what is added");
  if (request.body.empty()) return wrong("add needs tables such as [[inputs.cpu]]");
  RuntimeChanges wanted = changes_;
  wanted.added[words[1]] = request.body;
  if (const Done done = remove_all(wanted, std::span{words}.subspan(2)); !done)
    return done.failure();
  return change(std::move(wanted), request);
}

Result<std::string> Controls::remove(const ControlRequest& request) {
  if (request.words.size() < 2)
    return wrong("remove needs the name of an instance, as list tells it");
  RuntimeChanges wanted = changes_;
  if (const Done done = remove_all(wanted, std::span{request.words}.subspan(1)); !done)
    return done.failure();
  return change(std::move(wanted), request);
}

Done Controls::remove_all(RuntimeChanges& wanted, std::span<const std::string> names) const {
  std::vector<std::string> running;
  graph_.visit([&](const tw_instance_info& info) {
    const std::string_view name = view(info.name);
    // "outputs.file/formats.influx" was made by its owner.
    if (name.find('/') == name.npos) running.emplace_back(name);
  });
  for (const auto& name : names) {
    if (std::find(running.begin(), running.end(), name) == running.end())
      return wrong(fmt::format("there is no instance {}{}", name, did_you_mean(name, running)));
    wanted.removed.insert(name);
  }
  return std::monostate{};
}

// restore NAME: what was added goes, what was removed returns.
Result<std::string> Controls::restore(const ControlRequest& request) {
  if (request.words.size() < 2)
    return wrong("restore needs a name that was added or an instance that was removed");
  RuntimeChanges wanted = changes_;
  for (const auto& name : std::span{request.words}.subspan(1)) {
    if (wanted.added.erase(name) + wanted.removed.erase(name) > 0) continue;
    return wrong(fmt::format("{} was neither added nor removed; \"changes\" tells what was", name));
  }
  return change(std::move(wanted), request);
}

Result<std::string> Controls::change(RuntimeChanges wanted, const ControlRequest& request) {
  std::string words;
  for (const auto& word : request.words) words += " " + word;
  log_.info("agent", fmt::format("ctl{} ({})", words, request.sender));
  if (const Done done = reload_(wanted); !done) {
    if (done.failure().status != TW_E_INVALID && !same(wanted, changes_)) {
      static_cast<void>(reload_(changes_));  // what runs is again what "changes" tells
    }
    return done.failure();
  }
  changes_ = std::move(wanted);
  return std::string{};
}

}  // namespace tickwork::host
