// SPDX-License-Identifier: MIT
#include "cli/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "cli/command.hpp"

namespace tickwork::host {
namespace {

// "cpu disk (2x)" of one kind, in the configuration's order.
std::string names_of(const Configuration& configuration, const std::string& kind) {
  std::vector<std::pair<std::string, int>> names;
  for (const auto& instance : configuration.instances) {
    if (!instance.plugin.starts_with(kind + ".")) continue;
    const auto name = instance.plugin.substr(kind.size() + 1);
    bool known = false;
    for (auto& [other, count] : names)
      if (other == name) known = ++count > 0;
    if (!known) names.emplace_back(name, 1);
  }
  std::string text;
  for (const auto& [name, count] : names)
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", name,
                        count > 1 ? fmt::format(" ({}x)", count) : "");
  return text;
}

}  // namespace

LogOptions log_options(const AgentOptions& agent) {
  LogOptions options;
  options.file = agent.logfile;
  options.structured = agent.logformat == "structured";
  options.zone = agent.log_zone;
  options.rotation = {agent.log_rotation_interval_ns, agent.log_rotation_max_size,
                      agent.log_rotation_max_archives};
  if (!agent.log_message_key.empty()) options.message_key = agent.log_message_key;
  options.level = agent.debug ? TW_LOG_DEBUG : agent.quiet ? TW_LOG_ERROR : TW_LOG_INFO;
  return options;
}

void log_diagnostics(Log& log, const CheckedConfiguration& checked) {
  for (const auto& warning : checked.warnings) log.warn("config", to_text(warning));
  for (const auto& error : checked.errors) log.error("config", to_text(error));
}

void log_start(Log& log, const Configuration& configuration) {
  log.info("agent", fmt::format("Starting Tickwork {}", TICKWORK_VERSION));
  std::map<std::string, bool> kinds;
  for (const auto& instance : configuration.instances) {
    const auto kind = instance.plugin.substr(0, instance.plugin.find('.'));
    if (kinds.emplace(kind, true).second)
      log.info("agent", fmt::format("Loaded {}: {}", kind, names_of(configuration, kind)));
  }
  std::string tags;
  for (const auto& [key, value] : configuration.global_tags)
    tags += fmt::format("{}{}={}", tags.empty() ? "" : " ", key, value);
  log.info("agent", fmt::format("Tags enabled: {}", tags));
}

Session::Session(const Configuration& configuration, Catalogue& catalogue, Log& log, RunMode mode)
    : configuration_{configuration}, catalogue_{catalogue}, log_{log}, mode_{mode} {}

bool Session::start() {
  auto made = Graph::make(configuration_, catalogue_, log_, mode_);
  if (!made) {
    log_.error("agent", made.failure().message);
    return false;
  }
  graph_ = std::move(*made);
  const auto started = graph_->start();
  if (started) return true;
  log_.error("agent", started.failure().message);
  finish(false, std::chrono::seconds{10});
  return false;
}

bool Session::run_once() {
  const auto done = graph_->run_once();
  if (!done) log_.error("agent", done.failure().message);
  return static_cast<bool>(done);
}

int Session::finish(bool success, std::chrono::nanoseconds limit) {
  log_.info("agent", "Stopping");
  const int code = success ? exit_fine : exit_failed;
  if (graph_->stop(limit)) return code;
  std::fflush(nullptr);
  _exit(exit_stuck);
}

}  // namespace tickwork::host
