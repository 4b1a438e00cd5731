// SPDX-License-Identifier: MIT
// Listeners are wrapped: an exception of the listener does not reach the storage, and what a
// finder forgot to take back is taken back for it.
#include <tickwork/kind/storage.h>

#include <map>
#include <mutex>

#include "graph/forward.hpp"
#include "graph/proxy_kinds.hpp"

namespace tickwork::host {

template <>
struct ExtId<tw_feed> {
  static constexpr const char* value = TW_FEED;
};

namespace {

struct Listener {
  tw_listener outer;
  const tw_listener* inner;
  Instance* owner;
};

void written(const tw_listener* outer, tw_str database, tw_str retention, const tw_batch* batch) {
  const auto& listener = *static_cast<const Listener*>(outer->self);
  tw_error error = empty_error();
  bool threw = false;
  guarded(&error, threw, [&] {
    listener.inner->written(listener.inner, database, retention, batch);
    return TW_OK;
  });
  if (threw) listener.owner->log(TW_LOG_ERROR, error.message);
}

class FeedProxy : public Proxy {
 public:
  using Proxy::Proxy;

  tw_status listen(const tw_listener* inner, tw_error* error) {
    Listener* added = nullptr;
    {
      const std::lock_guard held{lock_};
      added = &listeners_[inner];
      *added = {{sizeof(tw_listener), added, written}, inner, &finder()};
    }
    const tw_status status = pass_on(*added, error);
    if (status < 0) drop(inner);
    return status;
  }

  void unlisten(const tw_listener* inner) {
    const tw_listener* outer = nullptr;
    {
      const std::lock_guard held{lock_};
      const auto at = listeners_.find(inner);
      if (at == listeners_.end()) return;
      outer = &at->second.outer;
    }
    with_callee(as_instance(), &tw_feed::unlisten, nullptr,
                [&](Instance& callee, const tw_feed& vtable) {
                  return callee.any(
                      TW_FEED, nullptr,
                      [&](tw_instance* i, tw_error*) {
                        vtable.unlisten(i, outer);
                        return TW_OK;
                      },
                      true);
                });
    drop(inner);
  }

  void renew() override {
    const std::lock_guard held{lock_};
    for (const auto& [inner, listener] : listeners_) pass_on(listener, nullptr);
  }

  void forget() override {
    while (const tw_listener* left = first()) unlisten(left);
  }

 private:
  tw_status pass_on(const Listener& listener, tw_error* error) {
    return with_callee(as_instance(), &tw_feed::listen, error,
                       [&](Instance& callee, const tw_feed& vtable) {
                         return callee.any(TW_FEED, error, [&](tw_instance* i, tw_error* own) {
                           return vtable.listen(i, &listener.outer, own);
                         });
                       });
  }
  void drop(const tw_listener* inner) {
    const std::lock_guard held{lock_};
    listeners_.erase(inner);
  }
  const tw_listener* first() {
    const std::lock_guard held{lock_};
    return listeners_.empty() ? nullptr : listeners_.begin()->first;
  }

  std::mutex lock_;
  std::map<const tw_listener*, Listener> listeners_;
};

FeedProxy& feed(tw_instance* self) { return static_cast<FeedProxy&>(Proxy::of(self)); }

tw_status listen(tw_instance* self, const tw_listener* listener, tw_error* error) {
  return feed(self).listen(listener, error);
}

void unlisten(tw_instance* self, const tw_listener* listener) { feed(self).unlisten(listener); }

constexpr tw_feed feed_vtable{sizeof feed_vtable, listen, unlisten};

}  // namespace

ProxyRef feed_proxy(const SlotPtr& callee, Instance& finder) {
  return {std::make_unique<FeedProxy>(callee, finder), &feed_vtable};
}

}  // namespace tickwork::host
