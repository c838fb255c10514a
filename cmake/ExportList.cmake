# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads iphlpapi.spec, the one list of exports.

# The names of the library's own functions, as they stand, and, in a list beside them, the lines
# of a .def file for what is forwarded.
function(export_list_read spec ret_names ret_forwards)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  file(STRINGS ${spec} lines REGEX "^@")
  set(names)
  set(forwards)
  foreach(line IN LISTS lines)
    if(line MATCHES "^@ stdcall ([A-Za-z0-9_]+)\\([a-z0-9 ]*\\)$")
      list(APPEND names ${CMAKE_MATCH_1})
    elseif(line MATCHES "^@ (stdcall|stub) (-arch=win64 )?([A-Za-z0-9_@]+)(\\([a-z0-9 ]*\\))? ([a-z_]+)\\.([A-Za-z0-9_@]+)$")
      if(NOT CMAKE_MATCH_2 OR CMAKE_SIZEOF_VOID_P EQUAL 8)
        list(APPEND forwards "\"${CMAKE_MATCH_3}\" = \"${CMAKE_MATCH_5}.${CMAKE_MATCH_6}\"")
      endif()
    else()
      message(FATAL_ERROR "${spec}: not understood: ${line}")
    endif()
  endforeach()
  set(${ret_names} ${names} PARENT_SCOPE)
  set(${ret_forwards} ${forwards} PARENT_SCOPE)
endfunction()

# Writes the ELF version script that exports just the library's own functions, under one version.
function(export_list_version_script spec version file)
  export_list_read(${spec} names forwards)
  list(JOIN names ";\n        " body)
  file(GENERATE OUTPUT ${file}
       CONTENT "${version} {\n    global:\n        ${body};\n    local:\n        *;\n};\n")
endfunction()

# Writes the .def file of the DLL, forwards included.
function(export_list_definition spec library file)
  export_list_read(${spec} names forwards)
  list(JOIN names "\n    " own)
  list(JOIN forwards "\n    " forwarded)
  file(CONFIGURE OUTPUT ${file}
       CONTENT "LIBRARY ${library}\nEXPORTS\n    ${own}\n    ${forwarded}\n" @ONLY)
endfunction()
