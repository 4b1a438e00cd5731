// SPDX-License-Identifier: MIT
#include "cli/options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>

#include "text/suggest.hpp"

namespace tickwork::host {
namespace {

namespace po = boost::program_options;

std::string name_of(const po::option_description& option) {
  const auto name = option.canonical_display_name(po::command_line_style::allow_long);
  return name;
}

}  // namespace

CommandLine::CommandLine(std::string usage, std::string positional)
    : usage_{std::move(usage)}, positional_{std::move(positional)} {}

std::optional<int> CommandLine::parse(const Arguments& arguments) {
  visible_.add_options()("help,h", "print this help");
  po::options_description all;
  all.add(visible_);
  po::positional_options_description bare;
  if (!positional_.empty()) {
    all.add_options()(positional_.c_str(), many());
    bare.add(positional_.c_str(), -1);
  }
  using namespace po::command_line_style;
  try {
    // -config is Go's spelling of --config; no guessing, so that new options break no script.
    po::store(po::command_line_parser{arguments}
                  .options(all)
                  .positional(bare)
                  .style((unix_style | allow_long_disguise) & ~allow_guessing)
                  .run(),
              values_);
    po::notify(values_);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> names;
    for (const auto& option : visible_.options()) names.push_back(name_of(*option));
    const auto name = error.get_option_name();
    fmt::print(stderr, "tickwork: unknown option {}{}\nUsage: tickwork {}\n", name,
               did_you_mean(name, names), usage_);
    return exit_usage;
  } catch (const po::error& error) {
    fmt::print(stderr, "tickwork: {}\nUsage: tickwork {}\n", error.what(), usage_);
    return exit_usage;
  }
  if (!has("help")) return {};
  print_help();
  return exit_fine;
}

std::vector<CommandLine::OptionText> CommandLine::options() const {
  using namespace po::command_line_style;
  std::vector<OptionText> texts;
  for (const auto& option : visible_.options()) {
    auto name = option->canonical_display_name(allow_long);
    const auto brief = option->canonical_display_name(allow_dash_for_short);
    if (brief != option->canonical_display_name(0)) name = brief + ", " + name;
    const auto parameter = option->format_parameter();
    if (!parameter.empty()) name += " " + parameter;
    texts.push_back({name, option->description()});
  }
  return texts;
}

std::vector<std::string> CommandLine::list(const char* name) const {
  return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

void CommandLine::print_help() const {
  std::ostringstream options;
  options << visible_;
  fmt::print("Usage: tickwork {}\n\n{}", usage_, options.str());
  if (!epilogue_.empty()) fmt::print("\n{}", epilogue_);
}

po::typed_value<std::string>* one() { return po::value<std::string>(); }
po::typed_value<std::vector<std::string>>* many() {
  return po::value<std::vector<std::string>>()->composing();
}

}  // namespace tickwork::host
