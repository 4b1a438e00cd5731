// SPDX-License-Identifier: MIT
// The proxies that wrap what passes through them.
#pragma once

#include "graph/proxy.hpp"

namespace tickwork::host {

ProxyRef storage_proxy(const SlotPtr& callee, Instance& finder);            // scanners, Arrow
ProxyRef storage_aggregate_proxy(const SlotPtr& callee, Instance& finder);  // as above
ProxyRef query_proxy(const SlotPtr& callee, Instance& finder);              // results, Arrow
ProxyRef feed_proxy(const SlotPtr& callee, Instance& finder);               // listeners
ProxyRef http_proxy(const SlotPtr& callee, Instance& finder);               // routes

}  // namespace tickwork::host
