// SPDX-License-Identifier: MIT
// The plugins that configuration tests know: tables without a life of their own.
#pragma once

#include "module/catalogue.hpp"

namespace tickwork::host {

Catalogue plugins_for_tests();

}  // namespace tickwork::host
