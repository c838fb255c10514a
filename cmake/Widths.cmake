# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads widths.txt, the table of the widths of Windows programs.

set(IPHLPAPI_WIDTH win64 CACHE STRING "Width of the Windows programs, a name in cmake/widths.txt")

# Sets in the caller <prefix>_<column> for each column of the row that has this name.
function(width_read name prefix)
  set(table ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/widths.txt)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
  file(STRINGS ${table} rows REGEX "^[^#]")
  list(POP_FRONT rows columns)
  separate_arguments(columns UNIX_COMMAND "${columns}")
  foreach(row IN LISTS rows)
    separate_arguments(row UNIX_COMMAND "${row}")
    list(GET row 0 row_name)
    if(row_name STREQUAL name)
      foreach(column value IN ZIP_LISTS columns row)
        set(${prefix}_${column} ${value} PARENT_SCOPE)
      endforeach()
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${table}: there is no ${name}")
endfunction()
