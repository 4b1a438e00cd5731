// SPDX-License-Identifier: MIT
// What tw.services/1 hands out: a vtable of the host's and a Proxy as its instance. A call goes to
// whatever instance the callee's slot holds now, takes its turn where the callee's function is
// [work], and is guarded, counted and timed there.
#pragma once

#include <tickwork/host/services.h>

#include <memory>
#include <string>
#include <string_view>

#include "graph/instance.hpp"
#include "graph/registry.hpp"

namespace tickwork::host {

class Proxy {
 public:
  Proxy(SlotPtr callee, Instance& finder) : callee_{std::move(callee)}, finder_{finder} {}
  virtual ~Proxy() = default;
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  const SlotPtr& callee() const { return callee_; }
  Instance& finder() const { return finder_; }
  std::shared_ptr<Instance> target() const { return callee_->get(); }
  tw_status gone(tw_error* error) const {
    return fail(error, TW_E_NOT_FOUND, callee_->name() + " is gone");
  }
  // Takes back what the finder registered with the callee; its instance is about to be destroyed.
  virtual void forget() {}
  // The callee's instance was replaced: registers with the new one what the old one had.
  virtual void renew() {}

  static Proxy& of(tw_instance* self) { return *reinterpret_cast<Proxy*>(self); }
  tw_instance* as_instance() { return reinterpret_cast<tw_instance*>(this); }

 private:
  const SlotPtr callee_;
  Instance& finder_;
};

struct ProxyRef {
  std::unique_ptr<Proxy> proxy;
  const void* vtable = nullptr;
};

// The proxy for a known extension; for an unknown one the callee's own vtable and no proxy.
ProxyRef make_proxy(std::string_view ext, const SlotPtr& callee, Instance& finder);

}  // namespace tickwork::host
