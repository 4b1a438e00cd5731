// SPDX-License-Identifier: MIT
// What the layers of this plugin throw, which lmdb.cpp turns into a tw_status with its sentence;
// and whom they tell of damage.
#pragma once

#include <tickwork/abi.h>

#include <functional>
#include <stdexcept>
#include <string>

namespace tickwork::lmdb {

struct Failure : std::runtime_error {
  Failure(tw_status status_, const std::string& what) : runtime_error(what), status(status_) {}
  tw_status status;
};

// Told of damage, a sentence each time.
using Report = std::function<void(const std::string&)>;

}  // namespace tickwork::lmdb
