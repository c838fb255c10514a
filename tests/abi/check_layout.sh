#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compiles the headers whose structs cross from one binary to another, for each of the platforms
# that may be on either side: the layouts that they assert hold on all of them.
# Usage: check_layout.sh SOURCE COMPILER… -- HEADER…
set -euo pipefail

source=$1
shift
compilers=()
while [[ $1 != -- ]]; do
    compilers+=("$1")
    shift
done
shift

failed=0
for header in "$@"; do
    for compiler in "${compilers[@]}"; do
        # A compiler may have options. No C library is needed: the headers use none.
        # shellcheck disable=SC2086
        if ! $compiler -std=gnu11 -ffreestanding -fsyntax-only -Wall -Wextra -Werror -x c \
            -I "$source" -include "$source/$header" /dev/null; then
            echo "$header is not as it should be with $compiler" >&2
            failed=1
        fi
    done
done
exit "$failed"
