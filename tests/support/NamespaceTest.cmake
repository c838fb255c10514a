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

# The same program once more, on the library whose registrations share threads, as they do in the DLL.
function(add_pooled_test name label)
  add_test(NAME ${label}/${name}/pooled COMMAND ${label}_${name})
  set_tests_properties(
    ${label}/${name}/pooled
    PROPERTIES LABELS ${label} TIMEOUT 300 SKIP_RETURN_CODE 77
               ENVIRONMENT
               "IPHLPAPI_TEST_POOLED=1;LD_LIBRARY_PATH=$<TARGET_FILE_DIR:iphlpapi_pooled>")
endfunction()
