# SPDX-License-Identifier: LGPL-2.1-or-later
# The half of the DLL that runs on the host: loaded by Wine, not linked with it.

add_library(iphlpnl MODULE wine/host/server_connection.c wine/seam/unix_errors.c wine/host/unixlib.c wine/host/winelib.c
                           backend/netlink/watch/queue.c ${backend_sources})
set_target_properties(iphlpnl PROPERTIES PREFIX "")
target_include_directories(iphlpnl PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${SYSTEMD_INCLUDE_DIRS})
target_link_libraries(iphlpnl PRIVATE iphlpapi_options PkgConfig::NL Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(
  iphlpnl PRIVATE -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/wine/host/unixlib.map
  -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,--no-undefined)

install(TARGETS iphlpnl LIBRARY DESTINATION ${IPHLPAPI_WIDTH_unix} COMPONENT wine EXCLUDE_FROM_ALL)
