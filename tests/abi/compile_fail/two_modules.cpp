// SPDX-License-Identifier: MIT
// expect: redefinition
#include <tickwork/tickwork.hpp>

struct Input {
  Input(tickwork::Host, tickwork::Config) {}
  void gather(tickwork::Sink) {}
};
TICKWORK_MODULE("org.example.one", "1.0.0", "MIT", tickwork::plugin<Input>("inputs.one", "One"));
#ifdef MISUSE
TICKWORK_MODULE("org.example.two", "1.0.0", "MIT", tickwork::plugin<Input>("inputs.two", "Two"));
#endif
