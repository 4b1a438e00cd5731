// SPDX-License-Identifier: MIT
// The other end of stand_in_data.cpp.
#pragma once

#include "isolate/objects.hpp"
#include "isolate/serve.hpp"

namespace tickwork::host {

bool is_data_method(Method method);

// Calls the target's storage, feed or query engine; what they give is kept in objects.
tw_status serve_data(Served& call, const Target& target, Objects& objects, Outcome& outcome,
                     tw_error* error);

}  // namespace tickwork::host
