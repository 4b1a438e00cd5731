// SPDX-License-Identifier: MIT
// A proxy's functions made from the members of an extension's vtable: work<&tw_output::write> is a
// function of the same type that forwards to the proxy's callee.
#pragma once

#include <tuple>
#include <utility>

#include "graph/proxy.hpp"

namespace tickwork::host {

template <class Vtable>
struct ExtId;  // static constexpr const char* value

enum class Role { work, any };

// Like TW_HAS, for a pointer to member.
template <class Vtable, class Function>
bool offers(const Vtable* vtable, Function Vtable::*member) {
  if (!vtable) return false;
  const auto* end = reinterpret_cast<const char*>(&(vtable->*member)) + sizeof(Function);
  return static_cast<size_t>(end - reinterpret_cast<const char*>(vtable)) <= vtable->size &&
         vtable->*member != nullptr;
}

// Calls use(callee, vtable) if the callee is there and offers the member.
template <class Vtable, class Function, class Use>
tw_status with_callee(tw_instance* self, Function Vtable::*member, tw_error* error, Use&& use) {
  const Proxy& proxy = Proxy::of(self);
  const std::shared_ptr<Instance> callee = proxy.target();
  if (!callee) return proxy.gone(error);
  const auto* vtable = callee->ext_as<Vtable>(ExtId<Vtable>::value);
  if (!offers(vtable, member)) {
    return fail(error, TW_E_UNSUPPORTED,
                callee->name() + " does not offer this function of " + ExtId<Vtable>::value);
  }
  return use(*callee, *vtable);
}

template <auto Member, Role role>
struct Forward;

template <class Vtable, class... Args, tw_status (*Vtable::*Member)(tw_instance*, Args...),
          Role role>
struct Forward<Member, role> {
  static tw_status call(tw_instance* self, Args... args) {
    return forward(self, std::make_index_sequence<sizeof...(Args) - 1>{},
                   std::forward_as_tuple(args...));
  }

 private:
  // The last argument is the error, which the guard replaces by its own.
  template <size_t... I, class Tuple>
  static tw_status forward(tw_instance* self, std::index_sequence<I...>, Tuple&& args) {
    tw_error* error = std::get<sizeof...(I)>(args);
    return with_callee(self, Member, error, [&](Instance& callee, const Vtable& vtable) {
      const auto run = [&](tw_instance* instance, tw_error* own) {
        return (vtable.*Member)(instance, std::get<I>(args)..., own);
      };
      return role == Role::work ? callee.work(ExtId<Vtable>::value, error, run)
                                : callee.any(ExtId<Vtable>::value, error, run);
    });
  }
};

template <auto Member>
inline constexpr auto work = Forward<Member, Role::work>::call;
template <auto Member>
inline constexpr auto any = Forward<Member, Role::any>::call;

}  // namespace tickwork::host
