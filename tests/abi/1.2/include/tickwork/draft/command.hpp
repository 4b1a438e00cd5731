// SPDX-License-Identifier: MIT
// Commands of a plugin in C++ (draft/command.h). A command is a function that takes its arguments
// and where to write; what it throws is told as its failure. A class has a table of them:
//
//   int32_t check(tickwork::CommandCall call) {
//     if (call.arguments.size() != 1) return call.usage("the folder is missing");
//     call.out("fine\n");
//     return TW_EXIT_FINE;
//   }
//   struct Store {
//     static constexpr tw_command commands[] = {
//         tickwork::command<check>("check", "DIR", "verify a store")};
//     ...
//
// and tickwork::plugin offers it. A plugin that writes its tables by hand names
// tickwork::command_table<Store> in them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../cpp/error.hpp"
#include "command.h"

namespace tickwork {

// One run of a command. Borrowed until it returns.
struct CommandCall {
  std::vector<std::string_view> arguments;
  const tw_writer* output = nullptr;
  const tw_writer* errors = nullptr;

  // Throws Error with TW_E_CANCELLED when nobody reads any more.
  void out(std::string_view text) const {
    if (output->write(output, str(text)) < 0) throw Error{TW_E_CANCELLED, "output is closed"};
  }
  void err(std::string_view text) const { errors->write(errors, str(text)); }
  int32_t fail(const std::string& why) const { return err(why + "\n"), TW_EXIT_FAILED; }
  int32_t usage(const std::string& why) const { return err(why + "\n"), TW_EXIT_USAGE; }
};

namespace detail {

template <int32_t (*Run)(CommandCall)>
int32_t run_command(int32_t argc, const char* const* argv, const tw_writer* out,
                    const tw_writer* err) noexcept {
  const auto told = [&](const char* why) {
    err->write(err, str(why));
    err->write(err, TW_STR("\n"));
    return int32_t{TW_EXIT_FAILED};
  };
  try {
    return Run(CommandCall{{argv, argv + argc}, out, err});
  } catch (const Error& error) {
    return error.status() == TW_E_CANCELLED ? int32_t{TW_EXIT_FAILED} : told(error.what());
  } catch (const std::exception& error) {
    return told(error.what());
  } catch (...) {
    return told("the command threw something that is no exception");
  }
}

template <class T>
concept HasCommands = requires {
  T::commands[0].run;
};

template <class T>
constexpr auto command_rows() {
  std::array<const tw_command*, std::size(T::commands)> rows{};
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = &T::commands[i];
  return rows;
}
template <class T>
inline constexpr auto commands = command_rows<T>();

}  // namespace detail

template <int32_t (*Run)(CommandCall)>
constexpr tw_command command(const char* name, const char* usage, const char* summary) {
  return {name, usage, summary, &detail::run_command<Run>};
}

// The table behind TW_COMMANDS of a class with a static member commands.
template <class T>
inline constexpr tw_commands command_table{sizeof(tw_commands), std::size(T::commands),
                                           detail::commands<T>.data()};

}  // namespace tickwork
