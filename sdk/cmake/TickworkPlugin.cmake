# tickwork_plugin(<folder> [ID <kind.name>] [THREADS] [LINK <kit or library>...])
#
# Builds one plugin from every source in <folder>: <kind.name>.so with hidden symbols and one export,
# <kind.name>_test from *_test.cpp if there are any, the validator run as test check.<kind.name>, and
# the install rule. THREADS: its test also runs under ThreadSanitizer. The id is the folder's path with dots ("inputs/cpu" is inputs.cpu) unless given.
set(TICKWORK_MAP ${CMAKE_CURRENT_LIST_DIR}/tickwork.map)
# Clang leaves a sanitizer's functions to the program.
if(NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize"))
  set(TICKWORK_NO_UNDEFINED -Wl,-z,defs)
endif()

function(tickwork_plugin dir)
  cmake_parse_arguments(arg "THREADS" "ID" "LINK" ${ARGN})
  get_filename_component(path ${dir} ABSOLUTE)
  if(NOT arg_ID)
    string(REPLACE "/" "." arg_ID ${dir})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${path}/*.c ${path}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  add_library(${arg_ID}.objects OBJECT ${sources})
  set_target_properties(${arg_ID}.objects PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${arg_ID}.objects PRIVATE c_std_11 cxx_std_20)
  target_compile_options(${arg_ID}.objects PRIVATE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_libraries(${arg_ID}.objects PUBLIC Tickwork::sdk ${arg_LINK})
  if(TARGET tickwork_warnings)
    target_link_libraries(${arg_ID}.objects PRIVATE tickwork_warnings)
  endif()
  if(COMMAND tickwork_reuse) # in the project's own tree
    tickwork_reuse(${arg_ID}.objects plugin)
  endif()

  add_library(${arg_ID} MODULE)
  target_link_libraries(${arg_ID} PRIVATE ${arg_ID}.objects)
  set_target_properties(${arg_ID} PROPERTIES PREFIX "" SUFFIX .so LINKER_LANGUAGE CXX)
  if(TICKWORK_PLUGIN_OUTPUT_DIR)
    set_target_properties(${arg_ID} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${TICKWORK_PLUGIN_OUTPUT_DIR})
  endif()
  target_link_options(${arg_ID} PRIVATE
    -Wl,--version-script=${TICKWORK_MAP} ${TICKWORK_NO_UNDEFINED} -Wl,--build-id=sha1 -Wl,--as-needed
    -Wl,--exclude-libs,ALL)
  set_target_properties(${arg_ID} PROPERTIES LINK_DEPENDS ${TICKWORK_MAP})
  set_property(GLOBAL APPEND PROPERTY TICKWORK_PLUGINS ${arg_ID})
  install(TARGETS ${arg_ID} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/tickwork)

  if(tests AND (TICKWORK_TESTS OR NOT DEFINED TICKWORK_TESTS))
    find_package(GTest REQUIRED)
    add_executable(${arg_ID}_test ${tests})
    target_link_libraries(${arg_ID}_test PRIVATE
      ${arg_ID}.objects Tickwork::testing GTest::gtest_main)
    if(TARGET tickwork_warnings)
      target_link_libraries(${arg_ID}_test PRIVATE tickwork_warnings)
    endif()
    if(COMMAND tickwork_reuse)
      tickwork_reuse(${arg_ID}_test test)
    endif()
    add_test(NAME ${arg_ID} COMMAND ${arg_ID}_test WORKING_DIRECTORY ${path})
    set_tests_properties(${arg_ID} PROPERTIES TIMEOUT 600)
    if(arg_THREADS AND TARGET tsan_tests)
      set_tests_properties(${arg_ID} PROPERTIES LABELS threads)
      add_dependencies(tsan_tests ${arg_ID}_test)
    endif()
  endif()
  if(TARGET Tickwork::tickwork AND (TICKWORK_TESTS OR NOT DEFINED TICKWORK_TESTS))
    add_test(NAME check.${arg_ID} COMMAND Tickwork::tickwork check $<TARGET_FILE:${arg_ID}>)
    set_tests_properties(check.${arg_ID} PROPERTIES TIMEOUT 120 LABELS release-only)
  endif()
endfunction()
