# SPDX-License-Identifier: LGPL-2.1-or-later
# One program of tests that change things in namespaces of their own; it exits with 77, having
# said why, where it cannot run.
function(add_namespace_test name label)
  set(target ${label}_${name})
  add_executable(${target} ${name}.c)
  target_link_libraries(${target} PRIVATE testsupport)
  add_test(NAME ${label}/${name} COMMAND ${target})
  set_tests_properties(${label}/${name} PROPERTIES LABELS ${label} TIMEOUT 300 SKIP_RETURN_CODE 77)
endfunction()

# The same program once more for each other sort of dispatchers: pooled, as the DLL has them, whose
# registrations share threads; called, as libiphlpapi.dll.so has them, which call on other threads.
function(add_dispatcher_tests name label)
  foreach(dispatchers IN ITEMS pooled called)
    set(test ${label}/${name}/${dispatchers})
    add_test(NAME ${test} COMMAND ${label}_${name})
    set(folder $<TARGET_FILE_DIR:iphlpapi_${dispatchers}>)
    set_tests_properties(
      ${test} PROPERTIES LABELS ${label} TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT
                         "IPHLPAPI_TEST_DISPATCHERS=${dispatchers};LD_LIBRARY_PATH=${folder}")
  endforeach()
endfunction()
