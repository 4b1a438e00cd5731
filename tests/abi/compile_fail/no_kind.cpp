// SPDX-License-Identifier: MIT
// expect: this class has no kind
#include <tickwork/tickwork.hpp>

struct Input {
  Input(tickwork::Host, tickwork::Config) {}
  void gather(tickwork::Sink) {}
};
struct Nothing {
  Nothing(tickwork::Host, tickwork::Config) {}
  void collect(tickwork::Sink) {}
};
[[maybe_unused]] constexpr tw_plugin good = tickwork::plugin<Input>("inputs.good", "Good");
#ifdef MISUSE
[[maybe_unused]] constexpr tw_plugin bad = tickwork::plugin<Nothing>("inputs.bad", "Bad");
#endif
