// SPDX-License-Identifier: MIT
// Templates come with scripts over HTTP: any text must parse or be refused, and render or fail.
#include <cstdint>

#include "kit/gotemplate/gotemplate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tickwork::gotemplate;
  auto parsed = Template::parse("fuzz", {reinterpret_cast<const char*>(data), size});
  if (!parsed.value) return 0;
  auto value = Value::map(Missing::error, {{"ID", Value::of(std::string{"id"})},
                                           {"Time", Value::time(1)},
                                           {"Duration", Value::duration(1)},
                                           {"Tags", Value::map(Missing::empty)}});
  std::string out, error;
  parsed.value->render(value, Escape::html, out, error);
  return 0;
}
