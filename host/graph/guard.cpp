// SPDX-License-Identifier: MIT
#include "graph/guard.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>

namespace tickwork::host {

tw_status fail(tw_error* error, tw_status status, std::string_view sentence) {
  const size_t header = offsetof(tw_error, message);
  if (!error || error->size <= header) return status;
  error->status = status;
  const size_t room = std::min<size_t>(error->size, sizeof *error) - header;
  const size_t n = std::min(sentence.size(), room - 1);
  if (n > 0) std::memcpy(error->message, sentence.data(), n);
  error->message[n] = '\0';
  return status;
}

const char* status_name(tw_status status) {
  switch (status) {
    case TW_OK:
      return "ok";
    case TW_AGAIN:
      return "full for now";
    case TW_PARTIAL:
      return "partly refused";
    case TW_DONE:
      return "done";
    case TW_E_INVALID:
      return "invalid";
    case TW_E_IO:
      return "input/output error";
    case TW_E_NOT_FOUND:
      return "not found";
    case TW_E_UNSUPPORTED:
      return "not supported";
    case TW_E_CANCELLED:
      return "cancelled";
    case TW_E_NOMEM:
      return "out of memory";
    case TW_E_DENIED:
      return "denied";
    default:
      return "internal error";
  }
}

std::string sentence_of(tw_status status, const tw_error& error) {
  const std::string said{error.message, strnlen(error.message, sizeof error.message)};
  return said.empty() ? status_name(status) : said;
}

std::string describe_exception() {
  std::string text = "threw an exception";
  if (const std::type_info* type = abi::__cxa_current_exception_type()) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name{
        abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free};
    text = std::string{"threw "} + (name ? name.get() : type->name());
  }
  try {
    throw;
  } catch (const std::exception& exception) {
    return text + ": " + exception.what();
  } catch (...) {
    return text;
  }
}

}  // namespace tickwork::host
