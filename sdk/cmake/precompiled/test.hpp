// SPDX-License-Identifier: MIT
// What most unit tests read. See TickworkPrecompile.cmake.
#include <gtest/gtest.h>

#include "plugin.hpp"
