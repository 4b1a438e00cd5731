// SPDX-License-Identifier: MIT
// First meeting with a library: a child process loads it and tells what is inside. A library that
// crashes, hangs or cannot be linked does so there.
#pragma once

#include <chrono>
#include <string>

#include "module/description.hpp"

namespace tickwork::host {

// Reads the file without running it. Success: it exports this host's symbol.
Done preflight(const std::string& path);

// Runs "prober probe path" and reads its answer.
Description probe(const std::string& path, const std::string& prober,
                  std::chrono::milliseconds limit = std::chrono::seconds{5});

// The child's side: loads path in this process and writes the answer to descriptor out. Does not
// return, because the library's destructors are none of our business.
[[noreturn]] void answer_probe(const std::string& path, int out);

}  // namespace tickwork::host
