// SPDX-License-Identifier: MIT
// The commands of the program. Each is one file of this folder.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace tickwork::host {

using Arguments = std::vector<std::string>;

// What the program's exit code means.
enum ExitCode {
  exit_fine = 0,
  exit_failed = 1,  // the configuration is wrong, something could not start, a gather failed
  exit_usage = 2,   // the command line is wrong
  exit_stuck = 3,   // stopped, but an instance did not end in time and was abandoned
};

// Tells the user on stderr why the program ends, and returns the code to end with.
int fail(const std::string& text, int code = exit_failed);

class CommandLine;

// A command's options and help, before any argument is read.
using MakeLine = CommandLine (*)();

struct Command {
  const char *name, *summary;
  int (*run)(const Arguments&);
  std::array<MakeLine, 2> lines{};  // NULL behind the last
  bool hidden = false;
};

// Picks the command by the first argument. Arguments that begin with an option are Telegraf's way
// of saying "run".
int run_command(const Arguments& arguments);

std::span<const Command> commands();

int command_run(const Arguments&);
int command_ctl(const Arguments&);
int command_list(const Arguments&);
int command_show(const Arguments&);
int command_config(const Arguments&);
int command_new(const Arguments&);
int command_try(const Arguments&);
int command_docs(const Arguments&);
int command_probe(const Arguments&);
int command_run_plugin(const Arguments&);

CommandLine run_line();
CommandLine ctl_line();
CommandLine list_line();
CommandLine show_line();
CommandLine config_check_line();
CommandLine config_sample_line();
CommandLine docs_line();
CommandLine new_line();
CommandLine try_line();

}  // namespace tickwork::host
