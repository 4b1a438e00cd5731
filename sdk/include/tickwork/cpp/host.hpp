// SPDX-License-Identifier: MIT
// Host: what the host offers an instance, and Ref, another instance to call. A Host is a pointer:
// copy it freely; it is valid until the instance's destructor has run.
#pragma once

#include <string>
#include <string_view>

#include "../draft/changes.h"
#include "../draft/libraries.h"
#include "../host.h"
#include "../host/delivery.h"
#include "../host/emit.h"
#include "../host/inspect.h"
#include "../host/services.h"
#include "../host/state.h"
#include "../host/timer.h"
#include "../kind/handler.h"
#include "../kind/http.h"
#include "../kind/output.h"
#include "../kind/parser.h"
#include "../kind/query.h"
#include "../kind/serializer.h"
#include "../kind/storage.h"
#include "../kind/storage_aggregate.h"
#include "../kind/stream.h"
#include "error.hpp"

namespace tickwork {

namespace detail {
template <class V>
inline constexpr const char* ext_id = nullptr;
template <>
inline constexpr const char* ext_id<tw_handler> = TW_HANDLER;
template <>
inline constexpr const char* ext_id<tw_http_server> = TW_HTTP_SERVER;
template <>
inline constexpr const char* ext_id<tw_output> = TW_OUTPUT;
template <>
inline constexpr const char* ext_id<tw_parser> = TW_PARSER;
template <>
inline constexpr const char* ext_id<tw_query> = TW_QUERY;
template <>
inline constexpr const char* ext_id<tw_serializer> = TW_SERIALIZER;
template <>
inline constexpr const char* ext_id<tw_storage> = TW_STORAGE;
template <>
inline constexpr const char* ext_id<tw_storage_aggregate> = TW_STORAGE_AGGREGATE;
template <>
inline constexpr const char* ext_id<tw_feed> = TW_FEED;
template <>
inline constexpr const char* ext_id<tw_stream> = TW_STREAM;
template <>
inline constexpr const char* ext_id<tw_emit> = TW_EMIT;
template <>
inline constexpr const char* ext_id<tw_state> = TW_STATE;
template <>
inline constexpr const char* ext_id<tw_services> = TW_SERVICES;
template <>
inline constexpr const char* ext_id<tw_instances> = TW_INSTANCES;
template <>
inline constexpr const char* ext_id<tw_timer> = TW_TIMER;
template <>
inline constexpr const char* ext_id<tw_delivery> = TW_DELIVERY;
template <>
inline constexpr const char* ext_id<tw_inspect> = TW_INSPECT;
template <>
inline constexpr const char* ext_id<tw_libraries> = TW_LIBRARIES;
template <>
inline constexpr const char* ext_id<tw_changes> = TW_CHANGES;
}  // namespace detail

// An instance to call through its vtable V, e.g.
//   auto storage = host.find<tw_storage>("main");
//   storage.call(&tw_storage::write, str(db), str(rp), &batch);
template <class V>
class Ref {
 public:
  Ref() = default;
  explicit Ref(const tw_ref& raw) : raw_{raw} {}
  explicit operator bool() const { return raw_.vtable != nullptr; }
  const V& vtable() const { return *static_cast<const V*>(raw_.vtable); }
  tw_instance* self() const { return raw_.self; }
  const tw_ref& raw() const { return raw_; }

  // Calls a member with (self, args..., error); throws Error on a negative status. message, if
  // given, receives the sentence of a positive one.
  template <class F, class... A>
  tw_status call(F V::*member, A... args) const {
    tw_error error = empty_error();
    return check((vtable().*member)(raw_.self, args..., &error), error);
  }

 private:
  tw_ref raw_{};
};

class Host {
 public:
  explicit Host(const tw_host* raw) : raw_{raw} {}

  std::string_view name() const { return raw_->name; }
  std::string_view version() const { return raw_->version; }
  int64_t now() const { return raw_->now(raw_); }
  int64_t ticks() const { return raw_->ticks(raw_); }
  bool stopping() const { return raw_->stopping(raw_); }

  void log(int level, std::string_view line) const { raw_->log(raw_, level, str(line)); }
  void error(std::string_view line) const { log(TW_LOG_ERROR, line); }
  void warn(std::string_view line) const { log(TW_LOG_WARN, line); }
  void info(std::string_view line) const { log(TW_LOG_INFO, line); }
  void debug(std::string_view line) const { log(TW_LOG_DEBUG, line); }

  // A host service, NULL if this host has none: if (auto* t = host.service<tw_timer>()) ...
  template <class S>
  const S* service() const {
    return static_cast<const S*>(raw_->ext(raw_, detail::ext_id<S>));
  }
  // The same, but throws TW_E_UNSUPPORTED.
  template <class S>
  const S& need() const {
    if (const S* s = service<S>()) return *s;
    throw Error{TW_E_UNSUPPORTED, std::string{"this host has no "} + detail::ext_id<S>};
  }

  // Another configured instance by extension and name (empty: the only one); throws.
  template <class V>
  Ref<V> find(std::string_view instance = {}) const {
    return find_ext<V>(detail::ext_id<V>, instance);
  }
  template <class V>
  Ref<V> find_ext(const char* ext, std::string_view instance) const {
    tw_error error = empty_error();
    tw_ref ref{};
    check(need<tw_services>().find(raw_, ext, str(instance), &ref, &error), error);
    return Ref<V>{ref};
  }

  // An instance of its own, made and started now; throws. Dropped with drop or with its maker.
  template <class V>
  Ref<V> make(std::string_view plugin, const tw_field* options = nullptr, size_t n_options = 0,
              uint32_t flags = 0, std::string_view instance = {}) const {
    tw_error error = empty_error();
    tw_ref ref{};
    const tw_making making{sizeof making, flags,     str(plugin),      str(instance),
                           options,       n_options, detail::ext_id<V>};
    check(need<tw_instances>().make(raw_, &making, &ref, &error), error);
    return Ref<V>{ref};
  }
  template <class V>
  void drop(const Ref<V>& ref) const {
    need<tw_instances>().drop(raw_, &ref.raw());
  }

  // Points outside of gather; TW_AGAIN when downstream is full.
  tw_status emit(const tw_point* points, size_t n) const {
    return need<tw_emit>().emit(raw_, points, n);
  }

  const tw_host* raw() const { return raw_; }

 private:
  const tw_host* raw_;
};

}  // namespace tickwork
