# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads iphlpapi.spec, the one list of exports.

# The names in the list, sorted as they stand.
function(export_list_names spec result)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  file(STRINGS ${spec} lines REGEX "^@")
  set(names)
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "^@ +(stdcall|cdecl) +([A-Za-z0-9_]+)\\(")
      message(FATAL_ERROR "${spec}: not understood: ${line}")
    endif()
    list(APPEND names ${CMAKE_MATCH_2})
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# Writes the ELF version script that exports just those names, under one version.
function(export_list_version_script spec version file)
  export_list_names(${spec} names)
  list(JOIN names ";\n        " body)
  file(GENERATE OUTPUT ${file}
       CONTENT "${version} {\n    global:\n        ${body};\n    local:\n        *;\n};\n")
endfunction()
