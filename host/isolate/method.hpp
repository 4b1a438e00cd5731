// SPDX-License-Identifier: MIT
// What one side can ask of the other.
#pragma once

#include <cstdint>

namespace tickwork::host {

enum class Method : uint32_t {
  none = 0,
  // The host to the process, about its instance (target 0).
  create,
  start,
  stop,
  destroy,
  stopping,  // told
  fire,      // a timer is due
  done,      // told: what became of a token
  // Either side about an instance of the other: target 0, or what find or make gave.
  wake,
  gather,
  write,
  process,
  add,
  push,
  parse,
  serialize,
  handle,
  points,
  open,
  close,
  save,
  load,
  store,  // tw_storage.write
  scan,
  list,
  define,
  remove,  // tw_storage.drop
  listen,
  unlisten,
  run,
  aggregate,
  // Objects that a call gave: scanners, streams and results.
  next,
  cancel,
  release,
  // The process to the host, which it is an instance of.
  log,  // told
  emit,
  watch,
  state_get,
  state_put,
  state_del,
  timer_set,
  timer_cancel,
  find,
  make,
  drop,
  written,  // to a listener
};

const char* name_of(Method method);  // "gather"

// What a part or the end of a reply carries: what a call gives to the sink or writer that it was
// called with, or (replies only) what describes an object or comes out of one.
enum class Flow : uint32_t { nothing = 0, points, bytes, object };

}  // namespace tickwork::host
