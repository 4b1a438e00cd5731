// SPDX-License-Identifier: MIT
// In a program that links this, a thread that waits on a condition for up to a second waits a
// thousandth of that, and its steady clock is then ahead by the rest. So a thread that looks at the
// host's clock once a second keeps up with a test that moves it by weeks. pthread_cond_clockwait
// and clock_gettime are defined here, which the C++ library then calls.
#pragma once

#include <cstdint>

namespace tickwork::week {

// How many such waits have begun.
uint64_t quick_waits();

}  // namespace tickwork::week
