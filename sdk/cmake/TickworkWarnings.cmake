# One warning set for everything that is built here; third parties get none of it.
add_library(tickwork_warnings INTERFACE)
target_compile_options(tickwork_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
  # GCC 12 sees overlaps in string concatenation that are none (GCC bug 105651).
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  -Wno-missing-field-initializers)
