// SPDX-License-Identifier: MIT
// Reads the constant tables behind a module's symbol, and checks whatever a host must rely on.
#pragma once

#include <tickwork/module.h>

#include "module/catalogue.hpp"
#include "result.hpp"

namespace tickwork::host {

// file and build of the answer are left empty. The failure is a phrase for behind the file's name:
// "module.size is 0, expected at least 48".
Result<ModuleInfo> read_tables(const tw_module* module);

}  // namespace tickwork::host
