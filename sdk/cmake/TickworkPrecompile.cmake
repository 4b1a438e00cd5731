# Precompiled headers: half of a compilation is reading the standard library again. A target that is
# compiled with the same options as one of these reuses what it read:
#   plugin   position independent, hidden, without unique symbols: plugins and kits
#   host     the host, with fmt
#   test     unit tests, with GoogleTest
# Headers still include what they use: a build with clang has none of these, since clang insists on
# equal macros.

# Tests run once for each time that they are compiled.
set(TICKWORK_TEST_OPTIONS $<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-O1>)
set(TICKWORK_PRECOMPILED ${CMAKE_CURRENT_LIST_DIR}/precompiled)

# tickwork_precompiled(<name> [PLUGIN] [LINK <library>...]): precompiled/<name>.hpp, for others to reuse.
function(tickwork_precompiled name)
  cmake_parse_arguments(arg "PLUGIN" "" "LINK" ${ARGN})
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}  // only here so that ${name}.hpp is compiled\n")
  if(name STREQUAL "test")
    add_executable(precompiled_${name} EXCLUDE_FROM_ALL ${source})
    target_compile_options(precompiled_${name} PRIVATE ${TICKWORK_TEST_OPTIONS})
  else()
    add_library(precompiled_${name} OBJECT ${source})
    set_target_properties(precompiled_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden
      VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  endif()
  if(arg_PLUGIN)
    target_compile_options(precompiled_${name} PRIVATE -fno-gnu-unique)
  endif()
  target_link_libraries(precompiled_${name} PRIVATE tickwork_warnings ${arg_LINK})
  target_compile_options(precompiled_${name} PRIVATE -fpch-preprocess)
  target_precompile_headers(precompiled_${name} PRIVATE ${TICKWORK_PRECOMPILED}/${name}.hpp)
endfunction()

# tickwork_reuse(<target> <name>): compile target with the precompiled header, if there is one.
function(tickwork_reuse target name)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  if(TARGET precompiled_${name} AND sources)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    target_precompile_headers(${target} REUSE_FROM precompiled_${name})
  endif()
  if(name STREQUAL "test")
    target_compile_options(${target} PRIVATE ${TICKWORK_TEST_OPTIONS})
  endif()
endfunction()
