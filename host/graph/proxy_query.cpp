// SPDX-License-Identifier: MIT
#include <tickwork/kind/query.h>

#include <utility>

#include "graph/arrow_hold.hpp"
#include "graph/forward.hpp"
#include "graph/proxy_kinds.hpp"

namespace tickwork::host {

template <>
struct ExtId<tw_query> {
  static constexpr const char* value = TW_QUERY;
};

namespace {

// An answer under way; holds the engine until its release.
struct HeldResults {
  tw_results original;
  std::shared_ptr<Instance> engine;

  static HeldResults& of(tw_results* results) { return *static_cast<HeldResults*>(results->self); }
};

tw_status results_next(tw_results* results, tw_result* out, tw_error* error) {
  auto& held = HeldResults::of(results);
  const tw_status status = held.engine->any("query", error, [&](tw_instance*, tw_error* own) {
    return held.original.next(&held.original, out, own);
  });
  if (status == TW_OK) hold_stream(out->rows, held.engine);
  return status;
}

void results_cancel(tw_results* results) {
  auto& held = HeldResults::of(results);
  bool threw = false;
  guarded(nullptr, threw, [&] {
    held.original.cancel(&held.original);
    return TW_OK;
  });
}

void results_release(tw_results* results) {
  auto* held = &HeldResults::of(results);
  bool threw = false;
  guarded(nullptr, threw, [&] {
    held->original.release(&held->original);
    return TW_OK;
  });
  const auto engine = std::move(held->engine);
  delete held;
  results->self = nullptr;
  results->release = nullptr;
  engine->let_go();
}

tw_status run(tw_instance* self, const tw_request* request, tw_results* out, tw_error* error) {
  return with_callee(self, &tw_query::run, error, [&](Instance& callee, const tw_query& vtable) {
    tw_results original{};
    original.size = sizeof original;
    const tw_status status = callee.any(TW_QUERY, error, [&](tw_instance* i, tw_error* own) {
      return vtable.run(i, request, &original, own);
    });
    if (status < 0) return status;
    callee.hold();
    *out = {sizeof *out, new HeldResults{original, callee.shared_from_this()}, results_next,
            results_cancel, results_release};
    return status;
  });
}

// The vtable tells the callee's language, so each proxy has its own.
class QueryProxy : public Proxy {
 public:
  QueryProxy(const SlotPtr& callee, Instance& finder) : Proxy{callee, finder} {
    const auto target = callee->get();
    const auto* theirs = target ? target->ext_as<tw_query>(TW_QUERY) : nullptr;
    vtable_ = {sizeof vtable_, theirs ? theirs->language : "", run,
               TW_HAS(theirs, example) ? theirs->example : nullptr};
  }
  const tw_query* vtable() const { return &vtable_; }

 private:
  tw_query vtable_{};
};

}  // namespace

ProxyRef query_proxy(const SlotPtr& callee, Instance& finder) {
  auto proxy = std::make_unique<QueryProxy>(callee, finder);
  const void* vtable = proxy->vtable();
  return {std::move(proxy), vtable};
}

}  // namespace tickwork::host
