// SPDX-License-Identifier: MIT
// The arguments of this plugin's commands: options with and without value, then bare ones.
#pragma once

#include <tickwork/draft/command.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::lmdb {

// Wrong arguments, or a wish for help; ends the command.
struct UsageError {
  std::string why;
};
struct HelpWanted {};

class CommandLine {
 public:
  // valued, flags: "--out". n_bare: how many arguments without a name there must be. An option may
  // be written with one dash, as influx_inspect has it, and with "=". Throws UsageError,
  // HelpWanted.
  CommandLine(const std::vector<std::string_view>& arguments,
              std::initializer_list<std::string_view> valued,
              std::initializer_list<std::string_view> flags, size_t n_bare);

  bool has(std::string_view option) const { return given_.contains(option); }
  std::string text(std::string_view option) const;  // empty: not given
  const std::string& bare(size_t i) const { return bare_[i]; }

 private:
  std::map<std::string, std::string, std::less<>> given_;
  std::vector<std::string> bare_;
};

// "2024-01-31T12:00:00Z", also with fractions and "+01:00", to ns; throws UsageError.
int64_t parse_time(const std::string& option, const std::string& text);
// In UTC, to the second.
std::string format_time(int64_t ns);

// Runs the body; help and mistakes are told with the usage.
template <class Body>
int32_t run_with_usage(const CommandCall& call, const char* usage, Body body) {
  try {
    return body();
  } catch (const HelpWanted&) {
    call.out(std::string("Usage: tickwork storage ") + usage);
    return TW_EXIT_FINE;
  } catch (const UsageError& wrong) {
    return call.usage(wrong.why + "\nUsage: tickwork storage " + usage);
  }
}

}  // namespace tickwork::lmdb
