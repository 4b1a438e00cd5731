// SPDX-License-Identifier: MIT
// Answers that are read piece by piece, made of an object: the scanner of a storage and the results
// of a query. What the object throws becomes a status with its sentence.
#pragma once

#include <memory>

#include "../kind/query.h"
#include "../kind/storage.h"
#include "error.hpp"

namespace tickwork {

// Source has
//   void schema(ArrowSchema*)   of every array, the receiver releases it
//   bool next(tw_rows&)         fills tags, series and array; false: no more
// and lives until the scanner is released.
template <class Source>
void give_scanner(std::unique_ptr<Source> source, tw_scanner& out) {
  out.schema = [](tw_scanner* scanner, ArrowSchema* schema, tw_error* error) {
    return detail::guard(error, [&] { static_cast<Source*>(scanner->self)->schema(schema); });
  };
  out.next = [](tw_scanner* scanner, tw_rows* rows, tw_error* error) {
    return detail::guard(error, [&]() -> tw_status {
      return static_cast<Source*>(scanner->self)->next(*rows) ? TW_OK : TW_DONE;
    });
  };
  out.release = [](tw_scanner* scanner) {
    delete static_cast<Source*>(scanner->self);
    scanner->self = nullptr;
    scanner->release = nullptr;
  };
  out.self = source.release();
}

// Source has
//   bool next(tw_result&)       everything but size is empty before; false: no more
//   void cancel() noexcept      from another thread: a next that runs, or the coming one, throws
//                               TW_E_CANCELLED; leave it out if nothing takes long
// and lives until the results are released.
template <class Source>
void give_results(std::unique_ptr<Source> source, tw_results& out) {
  out.next = [](tw_results* results, tw_result* result, tw_error* error) {
    return detail::guard(error, [&]() -> tw_status {
      const auto size = result->size;
      *result = tw_result{};
      result->size = size;
      return static_cast<Source*>(results->self)->next(*result) ? TW_OK : TW_DONE;
    });
  };
  out.cancel = []([[maybe_unused]] tw_results* results) {
    if constexpr (requires(Source s) { s.cancel(); }) static_cast<Source*>(results->self)->cancel();
  };
  out.release = [](tw_results* results) {
    delete static_cast<Source*>(results->self);
    results->self = nullptr;
    results->release = nullptr;
  };
  out.self = source.release();
}

}  // namespace tickwork
