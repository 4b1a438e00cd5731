// SPDX-License-Identifier: MIT
// SHOW STATS and SHOW DIAGNOSTICS: what the engine knows of itself, its storage and its process.
#pragma once

#include "statement.hpp"

namespace tickwork::query {

// `module`: only that one; empty: all.
Tables show_stats(Session& session, const std::string& module);
Tables show_diagnostics(Session& session, const std::string& module);

}  // namespace tickwork::query
