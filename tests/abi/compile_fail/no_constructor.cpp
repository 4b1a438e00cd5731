// SPDX-License-Identifier: MIT
// expect: a plugin class needs a constructor (tickwork::Host, tickwork::Config)
#include <tickwork/tickwork.hpp>

struct Good {
  Good(tickwork::Host, tickwork::Config) {}
  void gather(tickwork::Sink) {}
};
struct Bad {
  void gather(tickwork::Sink) {}
};
[[maybe_unused]] constexpr tw_plugin good = tickwork::plugin<Good>("inputs.good", "Good");
#ifdef MISUSE
[[maybe_unused]] constexpr tw_plugin bad = tickwork::plugin<Bad>("inputs.bad", "Bad");
#endif
