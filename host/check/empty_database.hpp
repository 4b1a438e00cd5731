// SPDX-License-Identifier: MIT
// A storage, a feed and a query engine without any data, for plugins that need one to be there.
#pragma once

#include <string_view>
#include <tickwork/testing.hpp>

namespace tickwork::host::check {

// Under every name. What they answer is valid and empty; writes are taken and forgotten.
void provide_empty_database(testing::Host& host);

}  // namespace tickwork::host::check
