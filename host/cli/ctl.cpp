// SPDX-License-Identifier: MIT
// "tickwork ctl": asks a running host by its control socket.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/control_socket.hpp"
#include "cli/options.hpp"

namespace tickwork::host {
namespace {

constexpr const char* usual_socket = "/run/tickwork/control";

std::string socket_path(const CommandLine& line) {
  if (line.has("socket")) return line.text("socket");
  const char* path = std::getenv("TICKWORK_CONTROL");
  return path && *path ? path : usual_socket;
}

Result<std::string> read_all(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream in{path, std::ios::binary};
  if (!in || !(text << in.rdbuf())) return Failure{TW_E_IO, path + ": cannot be read, or is empty"};
  return text.str();
}

// The request's line. A file's words are left to the body.
std::string request_line(const CommandLine& line, const std::vector<std::string>& words) {
  const bool adds = words[0] == "add";
  std::string text = words[0] == "list" && line.has("json") ? "list-json" : words[0];
  for (size_t i = 1; i < (adds ? 2 : words.size()); ++i) text += " " + words[i];
  for (const auto& replaced : line.list("replace")) text += " " + replaced;
  return text;
}

}  // namespace

CommandLine ctl_line() {
  CommandLine line{"ctl [OPTION...] COMMAND [ARGUMENT...]", "word"};
  line.add()("socket,s", one()->value_name("FILE"),
             "the control socket of the host (else TICKWORK_CONTROL, else /run/tickwork/control)")(
      "json", "list: every counter, as JSON")("replace", many()->value_name("INSTANCE"),
                                              "add: in the place of these (repeatable)");
  line.say(
      "Commands:\n"
      "  list                the instances that run, with their counters and last errors\n"
      "  add NAME FILE|-     run what these tables say as well, until \"restore NAME\"\n"
      "  remove INSTANCE...  stop instances, by their names in the list, until \"restore\"\n"
      "  restore NAME...     undo an add or a remove\n"
      "  changes             what was added and removed, as TOML to keep it\n"
      "  reload              read the configuration and the plugins again, as SIGHUP does\n"
      "  flush               write all outputs now, as SIGUSR1 does\n"
      "Changes are checked as a whole like a configuration: a mistake changes nothing. They last\n"
      "until the host ends. The host listens when it was started with --control FILE.\n");
  return line;
}

int command_ctl(const Arguments& arguments) {
  auto line = ctl_line();
  if (const auto code = line.parse(arguments)) return *code;
  const auto words = line.list("word");
  if (words.empty()) return fail("ctl needs a command; see \"tickwork ctl --help\"", exit_usage);
  std::string body;
  if (words[0] == "add") {
    if (words.size() != 3)
      return fail("ctl add needs a name and a file, or - for stdin", exit_usage);
    const auto text = read_all(words[2]);
    if (!text) return fail(text.failure().message);
    body = *text;
  }
  const auto answer = ask_host(socket_path(line), request_line(line, words), body);
  if (!answer) return fail(answer.failure().message);
  fmt::print("{}", *answer);
  return exit_fine;
}

}  // namespace tickwork::host
