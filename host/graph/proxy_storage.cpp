// SPDX-License-Identifier: MIT
#include <tickwork/kind/storage_aggregate.h>

#include <utility>

#include "graph/arrow_hold.hpp"
#include "graph/forward.hpp"
#include "graph/proxy_kinds.hpp"

namespace tickwork::host {

template <>
struct ExtId<tw_storage> {
  static constexpr const char* value = TW_STORAGE;
};
template <>
struct ExtId<tw_storage_aggregate> {
  static constexpr const char* value = TW_STORAGE_AGGREGATE;
};

namespace {

// A scan under way; holds the storage until its release.
struct HeldScanner {
  tw_scanner original;
  std::shared_ptr<Instance> storage;

  static HeldScanner& of(tw_scanner* scanner) { return *static_cast<HeldScanner*>(scanner->self); }
};

tw_status scanner_schema(tw_scanner* scanner, ArrowSchema* out, tw_error* error) {
  auto& held = HeldScanner::of(scanner);
  return held.storage->any("scan", error, [&](tw_instance*, tw_error* own) {
    return held.original.schema(&held.original, out, own);
  });
}

tw_status scanner_next(tw_scanner* scanner, tw_rows* rows, tw_error* error) {
  auto& held = HeldScanner::of(scanner);
  const tw_status status = held.storage->any("scan", error, [&](tw_instance*, tw_error* own) {
    return held.original.next(&held.original, rows, own);
  });
  if (status == TW_OK) hold_array(rows->array, held.storage);
  return status;
}

void scanner_release(tw_scanner* scanner) {
  auto* held = &HeldScanner::of(scanner);
  bool threw = false;
  guarded(nullptr, threw, [&] {
    held->original.release(&held->original);
    return TW_OK;
  });
  const auto storage = std::move(held->storage);
  delete held;
  scanner->self = nullptr;
  scanner->release = nullptr;
  storage->let_go();
}

// Calls begin(instance, scanner, error) of the callee, and hands out its scanner wrapped.
template <class Begin>
tw_status hold_scanner(Instance& callee, const char* ext, tw_scanner* out, tw_error* error,
                       Begin&& begin) {
  tw_scanner original{};
  original.size = sizeof original;
  const tw_status status = callee.any(
      ext, error, [&](tw_instance* i, tw_error* own) { return begin(i, &original, own); });
  if (status < 0) return status;
  callee.hold();
  *out = {sizeof *out, new HeldScanner{original, callee.shared_from_this()}, scanner_schema,
          scanner_next, scanner_release};
  return status;
}

tw_status scan(tw_instance* self, const tw_scan* wanted, tw_scanner* out, tw_error* error) {
  return with_callee(self, &tw_storage::scan, error,
                     [&](Instance& callee, const tw_storage& vtable) {
                       return hold_scanner(callee, TW_STORAGE, out, error,
                                           [&](tw_instance* i, tw_scanner* scanner, tw_error* own) {
                                             return vtable.scan(i, wanted, scanner, own);
                                           });
                     });
}

tw_status aggregate(tw_instance* self, const tw_aggregation* wanted, tw_scanner* out,
                    tw_error* error) {
  return with_callee(self, &tw_storage_aggregate::aggregate, error,
                     [&](Instance& callee, const tw_storage_aggregate& vtable) {
                       return hold_scanner(callee, TW_STORAGE_AGGREGATE, out, error,
                                           [&](tw_instance* i, tw_scanner* scanner, tw_error* own) {
                                             return vtable.aggregate(i, wanted, scanner, own);
                                           });
                     });
}

tw_status list(tw_instance* self, uint32_t what, const tw_scan* wanted, ArrowArrayStream* out,
               tw_error* error) {
  return with_callee(
      self, &tw_storage::list, error, [&](Instance& callee, const tw_storage& vtable) {
        const tw_status status = callee.any(TW_STORAGE, error, [&](tw_instance* i, tw_error* own) {
          return vtable.list(i, what, wanted, out, own);
        });
        if (status >= 0) hold_stream(*out, callee.shared_from_this());
        return status;
      });
}

constexpr tw_storage storage{sizeof storage, work<&tw_storage::write>, scan,
                             list,           any<&tw_storage::define>, any<&tw_storage::drop>};

constexpr tw_storage_aggregate storage_aggregate{sizeof storage_aggregate, aggregate};

}  // namespace

ProxyRef storage_proxy(const SlotPtr& callee, Instance& finder) {
  return {std::make_unique<Proxy>(callee, finder), &storage};
}

ProxyRef storage_aggregate_proxy(const SlotPtr& callee, Instance& finder) {
  return {std::make_unique<Proxy>(callee, finder), &storage_aggregate};
}

}  // namespace tickwork::host
