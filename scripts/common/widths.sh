# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The table of the widths of Windows programs, cmake/widths.txt. Sourced by common.sh.

# The names, and each row's values by "NAME COLUMN".
widths=()
declare -A widths_table=()

read_widths() {
    local values columns=() i

    while read -r -a values; do
        [[ ${values[0]-#} != \#* ]] || continue
        if ((${#columns[@]} == 0)); then
            columns=("${values[@]}")
            continue
        fi
        widths+=("${values[0]}")
        for i in "${!columns[@]}"; do
            widths_table["${values[0]} ${columns[i]}"]=${values[i]}
        done
    done <"${project_root:?}/cmake/widths.txt"
}

# widths_column COLUMN: the values of all widths.
widths_column() {
    local name

    for name in "${widths[@]}"; do
        printf '%s\n' "${widths_table["$name $1"]}"
    done
}

read_widths
