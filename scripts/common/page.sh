# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Pages of Markdown that tell of tests. Sourced by common.sh.

# row CELL...: a row of a table; no cell has a bar in it.
row() {
    printf '|'
    printf ' %s |' "$@"
    printf '\n'
}

# junit_table FILE: what ctest --output-junit has written, a row for each test.
junit_table() {
    local test result

    row test result
    row --- ---
    sed -nE 's/.*<testcase name="([^"]*)".* status="([^"]*)".*/\1 \2/p' "$1" |
        while read -r test result; do
            case $result in
            run) result=passed ;;
            fail) result='**failed**' ;;
            notrun) result=skipped ;;
            *) result='**did not run**' ;;
            esac
            row "\`$test\`" "$result"
        done
}
