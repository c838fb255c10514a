# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads iphlpapi.spec, the one list of exports.

# Sets in the caller, in the order of the list:
#   <prefix>_RELEASES     the releases that brought functions of the library's own, oldest first
#   <prefix>_OWN_<release>
#                         the names of the functions that came with that release
#   <prefix>_RELAYS       "EXPORT(number of arguments, name)" for those of its own that the DLL may
#                         have to hand to Wine's own
#   <prefix>_DEFINITIONS  the lines of a .def file for all that the DLL of IPHLPAPI_WIDTH exports,
#                         forwards included
function(export_list_read spec prefix)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  file(STRINGS ${spec} lines REGEX "^@")
  set(releases)
  set(relays)
  set(definitions)
  foreach(line IN LISTS lines)
    if(line MATCHES "^@ stdcall (-norelay )?([A-Za-z0-9_]+)\\(([a-z0-9 ]*)\\) # ([0-9]+\\.[0-9]+)(, in the DLL only)?$")
      if(CMAKE_MATCH_5 AND NOT WIN32)
        continue()
      endif()
      set(is_function_itself ${CMAKE_MATCH_1})
      set(name ${CMAKE_MATCH_2})
      set(release ${CMAKE_MATCH_4})
      string(REGEX MATCHALL "[a-z0-9]+" arguments "${CMAKE_MATCH_3}")
      list(LENGTH arguments count)
      list(APPEND releases ${release})
      list(APPEND own_${release} ${name})
      if(is_function_itself)
        list(APPEND definitions ${name})
      else()
        list(APPEND relays "EXPORT(${count}, ${name})")
        list(APPEND definitions "${name} = export_${name}")
      endif()
    elseif(line MATCHES "^@ (stdcall|stub) (-arch=(win32|win64) )?([A-Za-z0-9_@]+)(\\([a-z0-9 ]*\\))? ([a-z_]+)\\.([A-Za-z0-9_@]+)$")
      if(NOT CMAKE_MATCH_2 OR CMAKE_MATCH_3 STREQUAL IPHLPAPI_WIDTH)
        list(APPEND definitions "\"${CMAKE_MATCH_4}\" = \"${CMAKE_MATCH_6}.${CMAKE_MATCH_7}\"")
      endif()
    else()
      message(FATAL_ERROR "${spec}: not understood: ${line}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES releases)
  list(SORT releases COMPARE NATURAL)
  set(${prefix}_RELEASES ${releases} PARENT_SCOPE)
  foreach(release IN LISTS releases)
    set(${prefix}_OWN_${release} ${own_${release}} PARENT_SCOPE)
  endforeach()
  set(${prefix}_RELAYS ${relays} PARENT_SCOPE)
  set(${prefix}_DEFINITIONS ${definitions} PARENT_SCOPE)
endfunction()

# Writes the ELF version script that exports just the library's own functions: a version node for each
# release, each inheriting the one before.
function(export_list_version_script spec file)
  export_list_read(${spec} list)
  set(nodes)
  set(parent)
  set(rest "    local:\n        *;\n")
  foreach(release IN LISTS list_RELEASES)
    list(JOIN list_OWN_${release} ";\n        " names)
    string(APPEND nodes "IPHLPAPI_${release} {\n    global:\n        ${names};\n${rest}}${parent};\n")
    set(parent " IPHLPAPI_${release}")
    set(rest)
  endforeach()
  file(GENERATE OUTPUT ${file} CONTENT "${nodes}")
endfunction()

# Writes the .def file of the DLL, and the list of relays that src/wine/dll/exports.c makes functions of.
function(export_list_definition spec library file relays_file)
  export_list_read(${spec} list)
  list(JOIN list_DEFINITIONS "\n    " definitions)
  list(JOIN list_RELAYS "\n" relays)
  file(CONFIGURE OUTPUT ${file} CONTENT "LIBRARY ${library}\nEXPORTS\n    ${definitions}\n" @ONLY)
  file(CONFIGURE OUTPUT ${relays_file} CONTENT "${relays}\n" @ONLY)
endfunction()

# Writes what the conformance tests look functions up by: API_FUNCTION(name) for each of the library's
# own, and that its name means the member of `api` that is called so.
function(export_list_api spec functions_file names_file)
  export_list_read(${spec} list)
  set(functions)
  set(names)
  foreach(release IN LISTS list_RELEASES)
    foreach(name IN LISTS list_OWN_${release})
      string(APPEND functions "API_FUNCTION(${name})\n")
      string(APPEND names "#define ${name} api.${name}\n")
    endforeach()
  endforeach()
  file(CONFIGURE OUTPUT ${functions_file} CONTENT "${functions}#undef API_FUNCTION\n" @ONLY)
  file(CONFIGURE OUTPUT ${names_file} CONTENT "${names}" @ONLY)
endfunction()
