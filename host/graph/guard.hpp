// SPDX-License-Identifier: MIT
// The boundary to a plugin: exceptions that it lets through become an error with their name. Best
// effort: a plugin that hides its C++ library ends the process instead.
#pragma once

#include <cxxabi.h>
#include <tickwork/abi.h>

#include <string>
#include <string_view>

#include "result.hpp"

namespace tickwork::host {

inline tw_error empty_error() {
  tw_error error{};
  error.size = sizeof error;
  return error;
}

// Writes the sentence as far as the caller's memory allows; error may be NULL. Returns status.
tw_status fail(tw_error* error, tw_status status, std::string_view sentence);
const char* status_name(tw_status status);
// The sentence, or the status' name.
std::string sentence_of(tw_status status, const tw_error& error);

// "threw std::runtime_error: boom", of the exception under way; call within a catch block.
std::string describe_exception();

// Runs call(); threw tells whether an exception was turned into TW_E_INTERNAL.
template <class Call>
tw_status guarded(tw_error* error, bool& threw, Call&& call) {
  threw = false;
  try {
    return call();
  } catch (const abi::__forced_unwind&) {
    throw;  // the thread is being cancelled
  } catch (...) {
    threw = true;
    return fail(error, TW_E_INTERNAL, describe_exception());
  }
}

}  // namespace tickwork::host
