// SPDX-License-Identifier: MIT
// The storage's lists as rows of text, and a list of names as a table of an answer.
#pragma once

#include <tickwork/tickwork.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tickwork::influxdb_api {

// Texts and booleans ("true", "false"); numbers are left empty.
std::vector<std::vector<std::string>> read_rows(ArrowArrayStream& stream);
std::vector<std::vector<std::string>> read_list(const Ref<tw_storage>& storage, uint32_t what);

// The same names without those that are not to be seen. Takes `stream`.
ArrowArrayStream only(ArrowArrayStream& stream,
                      const std::function<bool(const std::string&)>& visible);

}  // namespace tickwork::influxdb_api
