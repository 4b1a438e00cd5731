# Unity builds: several sources of a target are compiled as one, which halves a full build, since
# templates are instantiated and headers are read once for all of them. What a source keeps in its
# anonymous namespace must therefore differ from what its neighbours keep in theirs. The preset
# "debug" compiles every source by itself.
option(TICKWORK_UNITY "Compile several sources of a target as one" ON)

# Nobody waits for the others in a debug build: there one file is edited at a time.
if(TICKWORK_UNITY AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
  # A neighbour's names are no shadows, and a type in a source is in a "header" now.
  target_compile_options(tickwork_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-shadow>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()
