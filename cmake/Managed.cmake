# SPDX-License-Identifier: LGPL-2.1-or-later
# libiphlpapi.dll.so: the library for programs that were written for Windows and run on a runtime of
# the host (.NET, Mono, Python). It is made of the objects of libiphlpapi.so, and linked with Windows'
# values (src/platform/posix/values.h).

# What runtimes look for, beside the file itself: the library without ".dll", in other spellings, and
# the DLL that had the echo functions before. docs/MANAGED.md tells who looks for which.
set(IPHLPAPI_MANAGED_NAMES
    iphlpapi                # Mono, for "iphlpapi"
    iphlpapi.so             # .NET, for "iphlpapi"
    libIPHLPAPI.DLL.so
    libIPHLPAPI.dll.so
    libIpHlpApi.dll.so
    libIphlpapi.dll.so
    libicmp.dll.so)

# Symbol versions of its own: no program that is linked with libiphlpapi.so is bound to this one, and
# neither library to the other.
set(managed_script ${CMAKE_CURRENT_BINARY_DIR}/iphlpapi_dll.map)
export_list_version_script(${PROJECT_SOURCE_DIR}/iphlpapi.spec IPHLPAPI_DLL ${managed_script})

add_library(
  iphlpapi_managed SHARED
  $<FILTER:$<TARGET_OBJECTS:iphlpapi_objects>,EXCLUDE,values_host> platform/posix/values_windows.c)
target_include_directories(iphlpapi_managed PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
set_target_properties(
  iphlpapi_managed PROPERTIES OUTPUT_NAME iphlpapi SUFFIX .dll.so LINK_DEPENDS ${managed_script})
target_link_libraries(iphlpapi_managed PRIVATE iphlpapi_options PkgConfig::NL Threads::Threads
                                               ${CMAKE_DL_LIBS})
target_link_options(
  iphlpapi_managed PRIVATE -Wl,--version-script=${managed_script} -Wl,-Bsymbolic -Wl,-z,nodelete
  -Wl,-z,relro -Wl,-z,now)
if(NOT IPHLPAPI_SANITIZE)
  target_link_options(iphlpapi_managed PRIVATE -Wl,--no-undefined)
endif()

install(TARGETS iphlpapi_managed LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT managed)
foreach(name IN LISTS IPHLPAPI_MANAGED_NAMES)
  file(CREATE_LINK libiphlpapi.dll.so ${CMAKE_CURRENT_BINARY_DIR}/${name} SYMBOLIC)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name} DESTINATION ${CMAKE_INSTALL_LIBDIR}
          COMPONENT managed)
endforeach()
