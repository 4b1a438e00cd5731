// SPDX-License-Identifier: MIT
// The command: which files, which tests, which report.
#include "check/check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <regex>

#include "check/report.hpp"
#include "check/sandbox.hpp"
#include "cli/options.hpp"

namespace tickwork::host {
namespace {

using namespace check;

struct Plan {
  std::vector<std::string> files;
  std::vector<Test> tests;
  Subject subject;
  std::string format;
  bool in_process = false, verbose = false;
};

constexpr const char* epilogue =
    "Every test runs in a process of its own and has 10 seconds (2 after the first that hung). "
    "Options are made up from the\n"
    "plugin's table; a plugin that needs a server is not failed for saying so.\n"
    "Exit codes: 0 no errors, 1 a test failed, 2 could not run.\n";

std::vector<Test> chosen(const std::string& only) {
  std::vector<Test> some;
  const std::regex wanted{only.empty() ? ".*" : only};
  for (const Test& t : all_tests())
    if (std::regex_search(t.name, wanted)) some.push_back(t);
  return some;
}

// A plugin that hangs once does so again: the tests behind have less time for it.
std::chrono::milliseconds limit_after(bool late) { return std::chrono::seconds{late ? 2 : 10}; }

// A gate that fails ends the file's run: what stands behind it would only crash.
FileReport check_file(const Plan& plan, const std::string& path) {
  FileReport report{path, {}};
  Subject subject = plan.subject;
  subject.path = std::filesystem::absolute(path).string();
  bool open = true, late = false;
  for (const Test& t : plan.tests) {
    Outcome o = !open             ? Outcome{t, {}, {}, false}
                : plan.in_process ? run_here(t, subject)
                                  : run_sandboxed(t, subject, limit_after(late));
    late |= o.late;
    if (t.gate && o.has(Severity::error)) open = false;
    report.outcomes.push_back(std::move(o));
  }
  return report;
}

int run_plan(const Plan& plan) {
  std::vector<FileReport> reports;
  bool failed = false;
  for (const std::string& path : plan.files) {
    reports.push_back(check_file(plan, path));
    failed |= reports.back().failed();
    if (plan.format == "text") fmt::print("{}", text_report(reports.back(), plan.verbose));
    std::fflush(stdout);
  }
  if (plan.format == "json") fmt::print("{}", json_report(reports));
  if (plan.format == "junit") fmt::print("{}", junit_report(reports));
  return failed ? exit_failed : exit_fine;
}

int complain(const std::string& what) {
  fmt::print(stderr, "tickwork check: {}\n", what);
  return exit_usage;
}

int list_tests() {
  for (const Test& t : all_tests()) fmt::print("{:>2} {}\n", t.number, t.name);
  return exit_fine;
}

}  // namespace

CommandLine check_line() {
  CommandLine line{"check [OPTION...] FILE.so...", "file"};
  line.say(epilogue);
  auto add = line.add();
  add("only", one(), "run the tests whose name fits this regular expression");
  add("format", one(), "text (default), json or junit");
  add("options", one(), "TOML with the plugin's options, instead of made-up ones");
  add("seed", one(), "where random tests begin, default 1");
  add("in-process", "no child processes, for debuggers");
  add("verbose,v", "print notes and passed tests");
  add("list", "print the tests' names");
  return line;
}

int run_check(const std::vector<std::string>& args) {
  auto line = check_line();
  if (const auto code = line.parse(args)) return *code;
  if (line.has("list")) return list_tests();
  Plan plan;
  try {
    plan.files = line.list("file");
    plan.tests = chosen(line.text("only"));
    plan.subject.options = line.text("options");
    if (line.has("seed")) plan.subject.seed = std::stoull(line.text("seed"));
  } catch (const std::regex_error&) {
    return complain("--only is not a regular expression");
  } catch (const std::exception&) {
    return complain("--seed is not a number");
  }
  plan.format = line.has("format") ? line.text("format") : "text";
  plan.in_process = line.has("in-process");
  plan.verbose = line.has("verbose");
  if (plan.files.empty()) return complain("no file; try \"tickwork check --help\"");
  if (plan.format != "text" && plan.format != "json" && plan.format != "junit")
    return complain(fmt::format("format \"{}\" is none of text, json, junit", plan.format));
  if (plan.tests.empty()) return complain("--only fits no test; --list prints them");
  for (const std::string& path : plan.files)
    if (access(path.c_str(), R_OK) != 0) return complain(fmt::format("cannot read {}", path));
  return run_plan(plan);
}

}  // namespace tickwork::host
