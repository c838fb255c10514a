# SPDX-License-Identifier: LGPL-2.1-or-later
# The half of the DLL that runs on the host: loaded by Wine, not linked with it.

add_library(iphlpnl MODULE wine/host/debug_channel.c wine/host/server_connection.c wine/seam/unix_errors.c wine/host/unixlib.c wine/host/winelib.c
                           backend/netlink/watch/queue.c ${backend_sources})
set_target_properties(iphlpnl PROPERTIES PREFIX "")
target_include_directories(iphlpnl PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${SYSTEMD_INCLUDE_DIRS})
target_link_libraries(iphlpnl PRIVATE iphlpapi_options Threads::Threads ${CMAKE_DL_LIBS})
if(IPHLPAPI_STATIC_NL)
  # Their headers, and their archives in the place of their libraries.
  target_include_directories(iphlpnl PRIVATE ${NL_INCLUDE_DIRS})
  foreach(name IN ITEMS nl-route-3 nl-3)
    find_library(IPHLPAPI_ARCHIVE_${name} lib${name}.a HINTS ${NL_LIBRARY_DIRS} REQUIRED)
    target_link_libraries(iphlpnl PRIVATE ${IPHLPAPI_ARCHIVE_${name}})
  endforeach()
else()
  target_link_libraries(iphlpnl PRIVATE PkgConfig::NL)
endif()
target_link_options(
  iphlpnl PRIVATE -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/wine/host/unixlib.map
  -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,--no-undefined)

install(TARGETS iphlpnl LIBRARY DESTINATION ${IPHLPAPI_WIDTH_unix} COMPONENT wine EXCLUDE_FROM_ALL)
