# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads iphlpapi.spec, the one list of exports.

# Sets in the caller, for arguments as the spec has them:
#   <prefix>_COUNT       the words of the stack that they take; in 64 bits each is one, because what is
#                        larger is handed over by its address
#   <prefix>_DECORATION  what 32-bit stdcall adds to a name: the bytes that the function takes off the
#                        stack; nothing in 64 bits
function(export_list_arguments arguments prefix)
  string(REGEX MATCHALL "[a-z0-9]+" arguments "${arguments}")
  list(LENGTH arguments count)
  set(decoration)
  if(CMAKE_SIZEOF_VOID_P EQUAL 4)
    foreach(argument IN LISTS arguments)
      if(argument STREQUAL "int64")
        math(EXPR count "${count} + 1")
      elseif(argument STREQUAL "int128")
        math(EXPR count "${count} + 3")
      endif()
    endforeach()
    math(EXPR bytes "4 * ${count}")
    set(decoration "@${bytes}")
  endif()
  set(${prefix}_COUNT ${count} PARENT_SCOPE)
  set(${prefix}_DECORATION "${decoration}" PARENT_SCOPE)
endfunction()

# Sets in the caller, in the order of the list:
#   <prefix>_RELEASES     the releases that brought functions of the library's own, oldest first
#   <prefix>_OWN_<release>
#                         the names of the functions that came with that release
#   <prefix>_RELAYS       "EXPORT(words of arguments, name)" for those of its own that the DLL may
#                         have to hand to Wine's own
#   <prefix>_ABSENT       "ABSENT(name)" for those that the DLL exports and nobody implements
#   <prefix>_FILTERS      "PACKET_FILTER(words of arguments, name)" for the Pf... functions
#   <prefix>_DEFINITIONS  the lines of a .def file for all that the DLL of IPHLPAPI_WIDTH exports.
#                         The names are plain; what they stand for has 32-bit stdcall's decoration, so
#                         that a function with other arguments than the spec says does not link
#   <prefix>_IMPORTS      the lines of one by which programs are linked with it: names as they use them
function(export_list_read spec prefix)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  file(STRINGS ${spec} lines REGEX "^@")
  set(releases)
  set(relays)
  set(absent)
  set(filters)
  set(definitions)
  set(imports)
  foreach(line IN LISTS lines)
    if(line MATCHES "^@ stdcall (-norelay )?([A-Za-z0-9_]+)\\(([a-z0-9 ]*)\\) # ([0-9]+\\.[0-9]+)(, in the DLL only)?$")
      if(CMAKE_MATCH_5 AND NOT WIN32)
        continue()
      endif()
      set(is_function_itself ${CMAKE_MATCH_1})
      set(name ${CMAKE_MATCH_2})
      set(release ${CMAKE_MATCH_4})
      export_list_arguments("${CMAKE_MATCH_3}" words)
      list(APPEND releases ${release})
      list(APPEND own_${release} ${name})
      list(APPEND imports ${name}${words_DECORATION})
      if(is_function_itself)
        list(APPEND definitions "${name} = ${name}${words_DECORATION}")
      else()
        list(APPEND relays "EXPORT(${words_COUNT}, ${name})")
        list(APPEND definitions "${name} = export_${name}${words_DECORATION}")
      endif()
    elseif(line MATCHES "^@ stub ([A-Za-z0-9_]+) # [0-9]+\\.[0-9]+, in the DLL only$")
      list(APPEND absent "ABSENT(${CMAKE_MATCH_1})")
      list(APPEND definitions "${CMAKE_MATCH_1} = absent_${CMAKE_MATCH_1}")
      list(APPEND imports ${CMAKE_MATCH_1})
    elseif(line MATCHES "^@ stdcall -norelay -arch=(win32|win64) (Pf[A-Za-z0-9]+)\\(([a-z0-9 ]*)\\) # [0-9]+\\.[0-9]+, in the DLL only$")
      set(name ${CMAKE_MATCH_2})
      set(has_plain_name OFF)
      if(CMAKE_MATCH_1 STREQUAL IPHLPAPI_WIDTH)
        set(has_plain_name ON)
      endif()
      export_list_arguments("${CMAKE_MATCH_3}" words)
      list(APPEND filters "PACKET_FILTER(${words_COUNT}, ${name})")
      if(has_plain_name)
        list(APPEND definitions "${name} = ${name}${words_DECORATION}")
        list(APPEND imports ${name}${words_DECORATION})
      endif()
    elseif(line MATCHES "^@ stdcall -norelay (_Pf[A-Za-z0-9]+@[0-9]+)\\(([a-z0-9 ]*)\\) (Pf[A-Za-z0-9]+) # [0-9]+\\.[0-9]+, in the DLL only$")
      # The plain name, or in 32 bits what programs use it by.
      set(export ${CMAKE_MATCH_1})
      set(name ${CMAKE_MATCH_3})
      export_list_arguments("${CMAKE_MATCH_2}" words)
      list(APPEND definitions "\"${export}\" = ${name}${words_DECORATION}")
      if(words_DECORATION)
        list(APPEND imports "\"${name}${words_DECORATION}\" == \"${export}\"")
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
  set(${prefix}_ABSENT ${absent} PARENT_SCOPE)
  set(${prefix}_FILTERS ${filters} PARENT_SCOPE)
  set(${prefix}_DEFINITIONS ${definitions} PARENT_SCOPE)
  set(${prefix}_IMPORTS ${imports} PARENT_SCOPE)
endfunction()

# Writes the ELF version script that exports just the library's own functions: a version node for each
# release, each inheriting the one before. The nodes are called <family>_<release>. The native library has
# one more, IPHLPAPI_PRIVATE, of what is only for this project's tools.
function(export_list_version_script spec family file)
  export_list_read(${spec} list)
  file(STRINGS ${spec} private REGEX "^# private: ")
  list(TRANSFORM private REPLACE "^# private: " "")
  set(nodes)
  set(parent)
  set(rest "    local:\n        *;\n")
  foreach(release IN LISTS list_RELEASES)
    list(JOIN list_OWN_${release} ";\n        " names)
    string(APPEND nodes "${family}_${release} {\n    global:\n        ${names};\n${rest}}${parent};\n")
    set(parent " ${family}_${release}")
    set(rest)
  endforeach()
  if(private AND family STREQUAL "IPHLPAPI")
    list(JOIN private ";\n        " names)
    string(APPEND nodes "IPHLPAPI_PRIVATE {\n    global:\n        ${names};\n};\n")
  endif()
  file(GENERATE OUTPUT ${file} CONTENT "${nodes}")
endfunction()

# Writes into a folder <name>.def of the DLL, <name>_imports.def of its import library (for dlltool
# --kill-at), and the lists that functions are made of: relays.inc by src/wine/dll/exports.c, absent.inc
# by absent.c, packet_filters.inc by packet_filters.c.
function(export_list_definition spec name folder)
  export_list_read(${spec} list)
  list(JOIN list_DEFINITIONS "\n    " definitions)
  list(JOIN list_IMPORTS "\n    " imports)
  list(JOIN list_RELAYS "\n" relays)
  list(JOIN list_ABSENT "\n" absent)
  list(JOIN list_FILTERS "\n" filters)
  set(head "LIBRARY ${name}.dll\nEXPORTS\n    ")
  file(CONFIGURE OUTPUT ${folder}/${name}.def CONTENT "${head}${definitions}\n" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/${name}_imports.def CONTENT "${head}${imports}\n" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/relays.inc CONTENT "${relays}\n" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/absent.inc CONTENT "${absent}\n" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/packet_filters.inc CONTENT "${filters}\n" @ONLY)
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
