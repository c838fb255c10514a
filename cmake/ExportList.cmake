# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads iphlpapi.spec, the one list of exports.

# Sets in the caller, in the order of the list:
#   <prefix>_OWN          the names of the library's own functions
#   <prefix>_RELAYS       "EXPORT(number of arguments, name)" for those of its own that the DLL may
#                         have to hand to Wine's own
#   <prefix>_DEFINITIONS  the lines of a .def file for all that the DLL exports, forwards included
function(export_list_read spec prefix)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  file(STRINGS ${spec} lines REGEX "^@")
  set(own)
  set(relays)
  set(definitions)
  foreach(line IN LISTS lines)
    if(line MATCHES "^@ stdcall (-norelay )?([A-Za-z0-9_]+)\\(([a-z0-9 ]*)\\)$")
      set(is_function_itself ${CMAKE_MATCH_1})
      set(name ${CMAKE_MATCH_2})
      string(REGEX MATCHALL "[a-z0-9]+" arguments "${CMAKE_MATCH_3}")
      list(LENGTH arguments count)
      list(APPEND own ${name})
      if(is_function_itself)
        list(APPEND definitions ${name})
      else()
        list(APPEND relays "EXPORT(${count}, ${name})")
        list(APPEND definitions "${name} = export_${name}")
      endif()
    elseif(line MATCHES "^@ (stdcall|stub) (-arch=win64 )?([A-Za-z0-9_@]+)(\\([a-z0-9 ]*\\))? ([a-z_]+)\\.([A-Za-z0-9_@]+)$")
      if(NOT CMAKE_MATCH_2 OR CMAKE_SIZEOF_VOID_P EQUAL 8)
        list(APPEND definitions "\"${CMAKE_MATCH_3}\" = \"${CMAKE_MATCH_5}.${CMAKE_MATCH_6}\"")
      endif()
    else()
      message(FATAL_ERROR "${spec}: not understood: ${line}")
    endif()
  endforeach()
  set(${prefix}_OWN ${own} PARENT_SCOPE)
  set(${prefix}_RELAYS ${relays} PARENT_SCOPE)
  set(${prefix}_DEFINITIONS ${definitions} PARENT_SCOPE)
endfunction()

# Writes the ELF version script that exports just the library's own functions, under one version.
function(export_list_version_script spec version file)
  export_list_read(${spec} list)
  list(JOIN list_OWN ";\n        " body)
  file(GENERATE OUTPUT ${file}
       CONTENT "${version} {\n    global:\n        ${body};\n    local:\n        *;\n};\n")
endfunction()

# Writes the .def file of the DLL, and the list of relays that src/wine/dll/exports.c makes functions of.
function(export_list_definition spec library file relays_file)
  export_list_read(${spec} list)
  list(JOIN list_DEFINITIONS "\n    " definitions)
  list(JOIN list_RELAYS "\n" relays)
  file(CONFIGURE OUTPUT ${file} CONTENT "LIBRARY ${library}\nEXPORTS\n    ${definitions}\n" @ONLY)
  file(CONFIGURE OUTPUT ${relays_file} CONTENT "${relays}\n" @ONLY)
endfunction()
