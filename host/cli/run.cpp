// SPDX-License-Identifier: MIT
// "tickwork run": loads, checks, starts, waits for signals, stops.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <thread>

#include "cli/command.hpp"
#include "cli/controls.hpp"
#include "cli/file_watch.hpp"
#include "cli/library_list.hpp"
#include "cli/loading.hpp"
#include "cli/notify.hpp"
#include "cli/options.hpp"
#include "cli/runtime_changes.hpp"
#include "cli/session.hpp"
#include "cli/signals.hpp"
#include "graph/graph.hpp"
#include "service/log.hpp"
#include "service/marker.hpp"

namespace tickwork::host {
namespace {

constexpr std::chrono::seconds stop_limit{10};

struct RunRequest {
  LoadingRequest loading;
  RunMode mode;
  bool debug = false, quiet = false, watch = false;
  std::string pid_file, control;
  std::map<std::string, std::vector<std::string>> filters;  // "inputs" to names
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in{text};
  for (std::string part; std::getline(in, part, separator);)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

void add_options(CommandLine& line) {
  add_loading_options(line);
  line.add()("once", "gather once, write the outputs, end")(
      "test", "gather once, print the points, write nothing, end")("debug", "log more")(
      "quiet", "log errors only")("watch-config", one()->value_name("notify"),
                                  "reload when a configuration or a plugin library is replaced")(
      "control", one()->value_name("FILE"), "listen here for \"tickwork ctl\"")(
      "pidfile", one()->value_name("FILE"), "write the process id here")(
      "input-filter", one()->value_name("A:B"), "only these inputs")(
      "output-filter", one()->value_name("A:B"), "only these outputs")(
      "processor-filter", one()->value_name("A:B"), "only these processors")(
      "aggregator-filter", one()->value_name("A:B"), "only these aggregators");
  line.say(
      "Signals: SIGTERM and SIGINT stop within 10 s, after the outputs have written what waits;\n"
      "a second one ends at once. SIGHUP reloads what changed, SIGUSR1 writes all outputs now.\n"
      "Exit codes: 0 stopped as asked, 1 could not start or (--once, --test) a gather or write\n"
      "failed, 2 wrong usage, 3 a plugin did not stop in time and was abandoned.\n");
}

RunRequest request_of(const CommandLine& line, LoadingRequest loading) {
  RunRequest request{std::move(loading),       {line.has("once"), line.has("test")},
                     line.has("debug"),        line.has("quiet"),
                     line.has("watch-config"), line.text("pidfile"),
                     line.text("control"),     {}};
  for (const char* kind : {"input", "output", "processor", "aggregator"})
    if (const auto option = std::string{kind} + "-filter"; line.has(option.c_str()))
      request.filters[std::string{kind} + "s"] = split(line.text(option.c_str()), ':');
  return request;
}

// Leaves out instances that a filter does not name, and puts the command line above the file.
void apply(const RunRequest& request, Configuration& configuration) {
  configuration.agent.debug |= request.debug;
  configuration.agent.quiet |= request.quiet;
  std::erase_if(configuration.instances, [&](const InstanceConfig& instance) {
    const auto dot = instance.plugin.find('.');
    const auto filter = request.filters.find(instance.plugin.substr(0, dot));
    if (filter == request.filters.end()) return false;
    const auto& names = filter->second;
    return std::find(names.begin(), names.end(), instance.plugin.substr(dot + 1)) == names.end();
  });
}

bool write_pid(const std::string& path) {
  if (path.empty()) return true;
  std::ofstream out{path};
  return static_cast<bool>(out << getpid() << '\n' << std::flush);
}

// A running graph and what signals and "tickwork ctl" do to it.
class Service {
 public:
  Service(const RunRequest& request, LoadedConfiguration& loaded, Log& log, Graph& graph,
          std::optional<ControlSocket>& socket)
      : request_{request},
        loaded_{loaded},
        log_{log},
        graph_{graph},
        socket_{socket},
        controls_{graph, loaded.catalogue, log,
                  [this](const RuntimeChanges& changes) { return reload(changes); }} {
    if (!request.watch) return;
    auto paths = request.loading.configuration_paths;
    for (const auto& path : loaded.catalogue.paths()) paths.push_back(path);
    watch_.emplace(paths);
  }

  // Until SIGTERM or SIGINT.
  void run(Signals& signals) {
    notify_service("READY=1");
    const auto period = watchdog_period();
    for (;;) {
      switch (signals.wait(
          period.count() > 0 ? period : std::chrono::milliseconds{60'000},
          {watch_ ? watch_->descriptor() : -1, socket_ ? socket_->descriptor() : -1})) {
        case 0:
          if (watch_ && watch_->changed()) reload_settled();
          if (socket_) socket_->serve([this](auto& asked) { return controls_.answer(asked); });
          break;
        case SIGHUP:
          reload(controls_.changes());
          break;
        case SIGUSR1:
          graph_.flush();
          break;
        default:
          return;
      }
      notify_service("WATCHDOG=1");
    }
  }

 private:
  // A package is many files: the reload comes when there was none for a while.
  void reload_settled() {
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds{200});
    } while (watch_->changed());
    reload(controls_.changes());
  }

  // A new configuration with mistakes changes nothing.
  Done reload(const RuntimeChanges& changes) {
    notify_reloading();
    log_.info("agent", "Reloading the configuration");
    const auto libraries = loaded_.catalogue.libraries();
    loaded_.catalogue.rescan();
    auto checked = reload_configuration(request_.loading, loaded_.catalogue, changes);
    log_diagnostics(log_, checked);
    const Done done = checked.errors.empty() ? reload(checked.configuration) : mistakes(checked);
    if (done) graph_.tell_changes(instance_changes(changes, checked.configuration));
    for (const auto& line : superseded_lines(libraries, loaded_.catalogue.libraries()))
      log_.info("agent", line);
    notify_service("READY=1");
    return done;
  }

  Done reload(Configuration& configuration) {
    apply(request_, configuration);
    log_.configure(log_options(configuration.agent));
    const Done done = graph_.reload(configuration);
    if (done) return done;
    log_.error("agent", done.failure().message);
    return Failure{TW_E_INTERNAL, done.failure().message};
  }

  Failure mistakes(const CheckedConfiguration& checked) {
    log_.error("agent", "The running configuration stays: the new one has mistakes");
    Failure all{TW_E_INVALID, {}};
    for (const auto& error : checked.errors)
      all.message += (all.message.empty() ? "" : "\n") + to_text(error);
    return all;
  }

  const RunRequest& request_;
  LoadedConfiguration& loaded_;
  Log& log_;
  Graph& graph_;
  std::optional<ControlSocket>& socket_;
  Controls controls_;
  std::optional<FileWatch> watch_;
};

// Nothing without --control.
Result<std::optional<ControlSocket>> control_socket(const std::string& path) {
  if (path.empty()) return std::optional<ControlSocket>{};
  auto socket = ControlSocket::listen(path);
  if (!socket) return socket.failure();
  return std::optional<ControlSocket>{std::move(*socket)};
}

int run(const RunRequest& request) {
  auto loaded = load_configuration(request.loading);
  if (!loaded.checked.errors.empty()) {
    print_diagnostics(loaded.checked);
    return exit_failed;
  }
  auto& configuration = loaded.checked.configuration;
  apply(request, configuration);
  Log log{log_options(configuration.agent)};
  log_diagnostics(log, loaded.checked);
  log_start(log, configuration);
  if (!write_pid(request.pid_file)) {
    log.error("agent", fmt::format("cannot write {}", request.pid_file));
    return exit_failed;
  }
  auto socket = control_socket(request.control);
  if (!socket) {
    log.error("agent", socket.failure().message);
    return exit_failed;
  }
  witness_crashes();
  Session session{configuration, loaded.catalogue, log, request.mode};
  const bool stays = !request.mode.once && !request.mode.test;
  std::optional<Signals> signals;
  if (stays) signals.emplace();  // one that comes during the start is heeded after it
  if (!session.start()) return exit_failed;
  if (!stays) return session.finish(session.run_once(), stop_limit);
  Service{request, loaded, log, session.graph(), *socket}.run(*signals);
  signals.reset();  // from here on a second SIGINT or SIGTERM ends the process
  notify_service("STOPPING=1");
  return session.finish(true, stop_limit);
}

}  // namespace

CommandLine run_line() {
  CommandLine line{"run [OPTION...] [SET...]", "path"};
  add_options(line);
  return line;
}

int command_run(const Arguments& arguments) {
  auto line = run_line();
  if (const auto code = line.parse(arguments)) return *code;
  if (line.has("watch-config") && line.text("watch-config") != "notify")
    return fail("--watch-config knows no mode but notify", exit_usage);
  auto loading = loading_request(line);
  if (!loading) return fail(loading.failure().message);
  return run(request_of(line, *loading));
}

}  // namespace tickwork::host
