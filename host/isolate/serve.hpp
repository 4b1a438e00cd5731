// SPDX-License-Identifier: MIT
// The other end of stand_in.cpp: does what a call asks of an instance on this side.
#pragma once

#include <functional>

#include "isolate/served.hpp"

namespace tickwork::host {

// An instance on this side that can be called.
struct Target {
  std::function<const void*(const char* ext)> ext;
  tw_instance* self = nullptr;
};

class Objects;

// Calls the target, guarded; scanners and the like that it gives are kept in objects, and calls of
// those go there. A method that is no extension's is TW_E_UNSUPPORTED.
Outcome serve(Served& call, const Target& target, Objects& objects);
Outcome serve_object(Served& call, Objects& objects);

}  // namespace tickwork::host
