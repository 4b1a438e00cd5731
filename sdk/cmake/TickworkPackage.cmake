# tickwork_package(<kind.name> MAINTAINER <"Name <address>">)
#
# Makes "cpack" build a Debian package of the plugin: the library in the folder where an installed
# Tickwork looks, and its man page, written by the program from the plugin's table. Version and
# summary are the project's.
#   cmake -B build && cmake --build build && cpack --config build/CPackConfig.cmake -B build
macro(tickwork_package id)
  cmake_parse_arguments(tickwork_package "" "MAINTAINER" "" ${ARGN})
  set(tickwork_package_man ${CMAKE_CURRENT_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${tickwork_package_man}/man7/tickwork-${id}.7
    COMMAND Tickwork::tickwork docs --man --dir ${tickwork_package_man} --plugin-path $<TARGET_FILE:${id}> ${id}
    DEPENDS ${id})
  add_custom_target(${id}.man ALL DEPENDS ${tickwork_package_man}/man7/tickwork-${id}.7)
  install(DIRECTORY ${tickwork_package_man} DESTINATION ${CMAKE_INSTALL_DATADIR})

  string(REGEX REPLACE "[._]" "-" CPACK_PACKAGE_NAME tickwork-${id})
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_CONTACT "${tickwork_package_MAINTAINER}")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION net)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS tickwork)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  include(CPack)
endmacro()
