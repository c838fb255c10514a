# SPDX-License-Identifier: LGPL-2.1-or-later
# The DLL for Windows programs, and its companion through which it reaches the host.

export_list_definition(${PROJECT_SOURCE_DIR}/iphlpapi.spec iphlpapi ${CMAKE_CURRENT_BINARY_DIR})

add_library(iphlpapi SHARED ${api_sources} ${mib_sources} notify/dispatch_pool.c
                            platform/wait_unknown.c platform/win32/event.c platform/win32/platform.c
                            wine/dll/backend_wine.c
                            wine/dll/by_path.c wine/dll/dll.c wine/dll/exports.c wine/dll/host.c wine/dll/iftypes.c wine/dll/owners.c wine/seam/unix_errors.c
                            wine/dll/absent.c wine/dll/packet_filters.c
                            wine/dll/wines_own.c ${CMAKE_CURRENT_BINARY_DIR}/iphlpapi.def)
add_library(iphlpapi::iphlpapi ALIAS iphlpapi)
target_include_directories(
  iphlpapi PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/platform/win32
                   ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(iphlpapi PRIVATE iphlpapi_options ntdll)

# The linker's import library has the names as they are exported, and 32-bit programs ask for decorated ones.
set(imports ${CMAKE_CURRENT_BINARY_DIR}/iphlpapi_imports.def)
add_custom_command(
  TARGET iphlpapi POST_BUILD
  COMMAND ${CMAKE_DLLTOOL} --kill-at --input-def ${imports} --output-lib $<TARGET_LINKER_FILE:iphlpapi>
  VERBATIM)
set_target_properties(iphlpapi PROPERTIES LINK_DEPENDS ${imports})

# Wine loads a builtin module only where its sections begin on pages of their own.
add_library(iphlpnl SHARED wine/dll/iphlpnl.c wine/dll/iphlpnl.def)
target_include_directories(iphlpnl PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(iphlpnl PRIVATE iphlpapi_options ntdll)
target_link_options(iphlpnl PRIVATE -Wl,--section-alignment=0x1000 -Wl,--file-alignment=0x1000
                                    -Wl,--enable-stdcall-fixup)

foreach(target iphlpapi iphlpnl)
  set_target_properties(${target} PROPERTIES PREFIX "")
  target_link_options(${target} PRIVATE -static-libgcc)
endforeach()

install(TARGETS iphlpapi RUNTIME DESTINATION ${IPHLPAPI_WIDTH_stage} COMPONENT wine)
install(TARGETS iphlpnl RUNTIME DESTINATION ${IPHLPAPI_WIDTH_windows} COMPONENT wine)
