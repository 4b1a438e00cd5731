// SPDX-License-Identifier: MIT
// The two services that lead to other instances (instances.cpp).
#pragma once

#include "world.hpp"

namespace tickwork::testing::detail {

const tw_services& services_table();
const tw_instances& instances_table();

}  // namespace tickwork::testing::detail
