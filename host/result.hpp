// SPDX-License-Identifier: MIT
// Errors as values across the host's layers: a status and a sentence that begins with its subject.
#pragma once

#include <tickwork/abi.h>

#include <string>
#include <utility>
#include <variant>

namespace tickwork::host {

struct Failure {
  tw_status status = TW_E_INTERNAL;
  std::string message;  // "cannot open /x: Permission denied", no trailing period
};

// A value or a failure.
template <class T>
class Result {
 public:
  Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
  Result(Failure failure) : state_{std::in_place_index<1>, std::move(failure)} {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Failure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

using Done = Result<std::monostate>;

}  // namespace tickwork::host
