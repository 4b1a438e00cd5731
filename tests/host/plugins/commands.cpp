// SPDX-License-Identifier: MIT
// Commands as a stranger would write them in C++; with SECOND_NAME="greet" a table that is refused.
#include <tickwork/tickwork.hpp>

namespace {

int32_t greet(tickwork::CommandCall call) {
  if (call.arguments.empty()) return call.usage("greet: whom?");
  for (const auto name : call.arguments) call.out("hello " + std::string(name) + "\n");
  return TW_EXIT_FINE;
}

int32_t stumble(tickwork::CommandCall) {
  throw tickwork::Error{TW_E_IO, "/nowhere: there is no such place; stay here"};
}

#ifndef SECOND_NAME
#define SECOND_NAME "stumble"
#endif

struct Greeter {
  Greeter(tickwork::Host, tickwork::Config) {}
  void gather(tickwork::Sink) {}
  static constexpr tw_command commands[] = {
      tickwork::command<greet>("greet", "NAME...", "greet by name"),
      tickwork::command<stumble>(SECOND_NAME, "", "fall over something")};
};

}  // namespace

TICKWORK_MODULE("org.example.commands", "1.0.0", "MIT",
                tickwork::plugin<Greeter>("greeters.polite", "Greets"));
