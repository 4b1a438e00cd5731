// SPDX-License-Identifier: MIT
// Error, the exception that becomes a status and a sentence at the boundary, and guard, which does
// that.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "../abi.h"

namespace tickwork {

inline std::string_view view(tw_str s) { return s.data ? std::string_view{s.data, s.len} : ""; }
inline std::string string(tw_str s) { return std::string{view(s)}; }
inline tw_str str(std::string_view s) { return {s.data(), s.size()}; }

// A failure (or TW_PARTIAL, TW_AGAIN) with its sentence: names the thing, the place, the remedy.
class Error : public std::runtime_error {
 public:
  Error(tw_status code, const std::string& message) : std::runtime_error{message}, status_{code} {}
  tw_status status() const { return status_; }

 private:
  tw_status status_;
};

inline tw_error empty_error() {
  tw_error error;
  error.size = sizeof error;
  error.status = TW_OK;
  error.message[0] = '\0';
  return error;
}

// Fills error (which may be NULL) and returns code. The message is cut at its size.
inline tw_status fail(tw_error* error, tw_status code, std::string_view message) noexcept {
  if (!error || error->size <= offsetof(tw_error, message)) return code;
  error->status = code;
  const size_t room =
      std::min(error->size, static_cast<uint32_t>(sizeof *error)) - offsetof(tw_error, message) - 1;
  const size_t n = std::min(room, message.size());
  if (n) std::memcpy(error->message, message.data(), n);
  error->message[n] = '\0';
  return code;
}

// Throws if a call failed; statuses of zero and above are returned.
inline tw_status check(tw_status code, const tw_error& error) {
  if (code < 0) throw Error{code, error.message};
  return code;
}

namespace detail {

// Runs f, which returns void or a tw_status, and turns every exception into a status.
template <class F>
tw_status guard(tw_error* error, F&& f) noexcept {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
      f();
      return TW_OK;
    } else {
      return f();
    }
  } catch (const Error& e) {
    return fail(error, e.status(), e.what());
  } catch (const std::bad_alloc&) {
    return fail(error, TW_E_NOMEM, "out of memory");
  } catch (const std::exception& e) {
    return fail(error, TW_E_INTERNAL, e.what());
  } catch (...) {
    return fail(error, TW_E_INTERNAL, "threw something that is no std::exception");
  }
}

}  // namespace detail
}  // namespace tickwork
