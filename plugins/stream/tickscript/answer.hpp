// SPDX-License-Identifier: MIT
// Answers of query engines as series: from Arrow streams in process, from InfluxDB's JSON.
#pragma once

#include <tickwork/tickwork.hpp>

#include <string>
#include <vector>

#include "task.hpp"

namespace tickwork::stream {

/// Asks an engine in this process; throws Error.
std::vector<Series> ask_engine(Host host, const Ref<tw_query>& engine, const std::string& text);
/// Asks a remote server over HTTP; throws Error.
std::vector<Series> ask_server(const std::string& url, const std::string& text);

}  // namespace tickwork::stream
