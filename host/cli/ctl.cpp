// SPDX-License-Identifier: MIT
// "tickwork ctl": asks a running host by its control socket.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/control_socket.hpp"
#include "cli/options.hpp"

namespace tickwork::host {
namespace {

// Of the services that run: /run/tickwork-SET/control.
std::vector<std::string> usual_sockets() {
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator{"/run", failed}) {
    const auto socket = entry.path() / "control";
    if (entry.path().filename().string().starts_with("tickwork") &&
        std::filesystem::exists(socket, failed))
      found.push_back(socket);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::string> socket_path(const CommandLine& line) {
  if (line.has("socket")) return line.text("socket");
  if (const char* path = std::getenv("TICKWORK_CONTROL"); path && *path) return std::string{path};
  const auto found = usual_sockets();
  if (found.size() == 1) return found[0];
  if (found.empty())
    return Failure{TW_E_NOT_FOUND,
                   "no control socket in /run/tickwork*; start the host with --control FILE and "
                   "name it with --socket FILE"};
  std::string all;
  for (const auto& path : found) all += " " + path;
  return Failure{TW_E_INVALID, "several hosts run; name one with --socket:" + all};
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

// The request's line. A file and what is set are left to the body.
std::string request_line(const CommandLine& line, const std::vector<std::string>& words) {
  const bool with_body = words[0] == "add" || words[0] == "set";
  const bool lists = words[0] == "list" || words[0] == "libraries";
  std::string text = words[0] + (lists && line.has("json") ? "-json" : "");
  for (size_t i = 1; i < (with_body ? 2 : words.size()); ++i) text += " " + words[i];
  for (const auto& replaced : line.list("replace")) text += " " + replaced;
  return text;
}

}  // namespace

CommandLine ctl_line() {
  CommandLine line{"ctl [OPTION...] COMMAND [ARGUMENT...]", "word"};
  line.add()("socket,s", one()->value_name("FILE"),
             "the control socket of the host (else TICKWORK_CONTROL, else /run/tickwork*/control)")(
      "json", "list, libraries: everything, as JSON")("replace", many()->value_name("INSTANCE"),
                                                      "add: in the place of these (repeatable)");
  line.say(
      "Commands:\n"
      "  list                the instances that run, with their counters and last errors\n"
      "  show INSTANCE       the options that it runs with, as TOML; credentials are masked\n"
      "  libraries           the plugin libraries in its process, replaced ones among them\n"
      "  add NAME FILE|-     run what these tables say as well, until \"restore NAME\"\n"
      "  remove INSTANCE...  stop instances, by their names in the list, until \"restore\"\n"
      "  set INSTANCE KEY=VALUE...\n"
      "                      change options of an instance, which is replaced, until \"restore\"\n"
      "  restore NAME...     undo an add, a remove, or what was set of an instance\n"
      "  changes             what was added, removed and set, as TOML to keep it\n"
      "  reload              read the configuration and the plugins again, as SIGHUP does\n"
      "  flush               write all outputs now, as SIGUSR1 does\n"
      "A VALUE is TOML: 10, true, '[\"a\", \"b\"]'; text and times may come without quotes.\n"
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
  if (words[0] == "set") {
    for (size_t i = 2; i < words.size(); ++i) {
      if (words[i].find('\n') != words[i].npos)
        return fail("ctl set: a value is one line; write \\n in a quoted string", exit_usage);
      body += words[i] + "\n";
    }
    if (body.empty()) return fail("ctl set needs an instance and KEY=VALUE", exit_usage);
  }
  const auto socket = socket_path(line);
  if (!socket) return fail(socket.failure().message);
  const auto answer = ask_host(*socket, request_line(line, words), body);
  if (!answer) return fail(answer.failure().message);
  fmt::print("{}", *answer);
  return exit_fine;
}

}  // namespace tickwork::host
