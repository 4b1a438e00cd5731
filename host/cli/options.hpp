// SPDX-License-Identifier: MIT
// Reading a command's options: Boost.Program_options with one way of asking for help and of
// complaining.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace tickwork::host {

class CommandLine {
 public:
  // usage: "list [OPTION...] [KIND|ID...]"; positional: the option that bare arguments become.
  CommandLine(std::string usage, std::string positional = {});

  boost::program_options::options_description_easy_init add() { return visible_.add_options(); }

  // What the help tells, for reference pages.
  struct OptionText {
    std::string name, text;  // "-c, --config FILE|DIR"
  };
  const std::string& usage() const { return usage_; }
  const std::string& epilogue() const { return epilogue_; }
  std::vector<OptionText> options() const;

  // Text behind the options in the help.
  void say(std::string text) { epilogue_ = std::move(text); }

  // An exit code when there is nothing left to do: help was printed or the arguments are wrong.
  std::optional<int> parse(const Arguments& arguments);

  bool has(const char* name) const { return values_.count(name) != 0; }
  std::string text(const char* name) const {
    return has(name) ? values_[name].as<std::string>() : "";
  }
  std::vector<std::string> list(const char* name) const;

 private:
  void print_help() const;

  std::string usage_, positional_, epilogue_;
  boost::program_options::options_description visible_{"Options"};
  boost::program_options::variables_map values_;
};

// The value of an option, for CommandLine::add.
boost::program_options::typed_value<std::string>* one();
boost::program_options::typed_value<std::vector<std::string>>* many();

}  // namespace tickwork::host
