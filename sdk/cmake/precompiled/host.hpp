// SPDX-License-Identifier: MIT
// What most sources of the host read. See TickworkPrecompile.cmake.
#include <fmt/format.h>

#include "plugin.hpp"
