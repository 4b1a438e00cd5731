# One warning set for everything that is built here; third parties get none of it.
add_library(tickwork_warnings INTERFACE)
# -Wno-restrict: GCC 12 warns of overlaps in std::string operator+ (GCC bug 105651).
target_compile_options(tickwork_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-missing-field-initializers>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  $<$<COMPILE_LANGUAGE:C>:-Wno-missing-field-initializers>)
