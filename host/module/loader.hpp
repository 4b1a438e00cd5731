// SPDX-License-Identifier: MIT
// Takes a library into this process, for ever: nothing is unloaded, because code may still be
// reached by threads, thread-local destructors and release callbacks.
#pragma once

#include <tickwork/module.h>

#include <cstdint>
#include <string>

#include "result.hpp"

namespace tickwork::host {

// Runs the library's constructors. The failure is a phrase for behind the file's name.
Result<const tw_module*> load_library(const std::string& path);

// Loads a copy of the file's content, so that it comes beside an older library of the same path.
Result<const tw_module*> load_copy(const std::string& path);

// Bytes of the segments of the library (or program) around this address, whole pages.
uint64_t mapped_bytes(const void* address);

}  // namespace tickwork::host
