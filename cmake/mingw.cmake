# SPDX-License-Identifier: LGPL-2.1-or-later
# Toolchain: Windows programs of the width IPHLPAPI_WIDTH, by mingw-w64, on another system.

include(${CMAKE_CURRENT_LIST_DIR}/Widths.cmake)
# CMake's own test projects are built for the same.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES IPHLPAPI_WIDTH)
width_read(${IPHLPAPI_WIDTH} width)

set(CMAKE_SYSTEM_NAME Windows)
string(REGEX MATCH "^[^-]+" CMAKE_SYSTEM_PROCESSOR ${width_compiler})
set(CMAKE_C_COMPILER ${width_compiler}-gcc)
set(CMAKE_RC_COMPILER ${width_compiler}-windres)

# The environment's flags are for the host's compiler.
unset(ENV{CFLAGS})
unset(ENV{LDFLAGS})
# The same source gives the same file.
foreach(kind EXE SHARED)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT -Wl,--no-insert-timestamp)
endforeach()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
