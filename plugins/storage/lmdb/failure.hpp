// SPDX-License-Identifier: MIT
// What the layers of this plugin throw; lmdb.cpp turns it into a tw_status with its sentence.
#pragma once

#include <tickwork/abi.h>

#include <stdexcept>
#include <string>

namespace tickwork::lmdb {

struct Failure : std::runtime_error {
  Failure(tw_status status_, const std::string& what) : runtime_error(what), status(status_) {}
  tw_status status;
};

}  // namespace tickwork::lmdb
