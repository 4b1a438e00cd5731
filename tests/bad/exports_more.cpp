// SPDX-License-Identifier: MIT
// Built without the version script: exports whatever it has, with GNU unique symbols among it.
#include <string>

#include "sin.h"

struct Registry {
  std::string last;
};
template <class T>
struct TW_EXPORT Holder {
  static Registry& get() {
    static Registry registry;
    return registry;
  }
};
TW_EXPORT const char* parse(const char* text);
const char* parse(const char* text) { return Holder<int>::get().last.assign(text).c_str(); }
PLAIN_INPUT("inputs.exports_more");
