#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compiles our headers in every way that a program may include them; warnings are errors.
#
# usage: check_headers.sh c|c++ compiler include-dir "standard..."
set -u

language=$1 compiler=$2 include=$3 standards=$4
here=$(cd "$(dirname "$0")" && pwd)
host='sys/socket.h netinet/in.h net/if.h arpa/inet.h'
warnings='-Wall -Wextra -Wshadow -Wundef -pedantic -pedantic-errors -Werror'
if [ "$language" = c ]; then
    warnings="$warnings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition"
fi
failures=0 compiled=0

# compile <what> <program> <option...>
compile() {
    what=$1 program=$2
    shift 2
    compiled=$((compiled + 1))
    if ! echo "$program" |
            "$compiler" $warnings -fsyntax-only -I"$include" -I"$here" -x "$language" "$@" -; then
        echo "FAILED: $what, $*"
        failures=$((failures + 1))
    fi
}

includes() {
    for header; do
        echo "#include <$header>"
    done
}

for standard in $standards; do
    for path in "$include"/*.h; do
        header=$(basename "$path")
        compile "$header alone" "$(includes "$header")" -std="$standard"
        compile "$header after the host's" "$(includes $host "$header" "$header")" -std="$standard"
        compile "$header before the host's" "$(includes "$header" $host)" -std="$standard"
    done
    compile "a program" "$(includes compile/program.inc)" -std="$standard"
    compile "a program" "$(includes compile/program.inc)" -std="$standard" -DBEFORE
    compile "a port" "$(includes compile/port.inc)" -std="$standard"

    # A port whose types have other sizes must not compile: its calls would go wrong.
    compiled=$((compiled + 1))
    if message=$(includes compile/port.inc | "$compiler" -fsyntax-only -I"$include" -I"$here" \
            -x "$language" -std="$standard" -DWRONG_ULONG - 2>&1); then
        echo "FAILED: a port with a 64-bit ULONG compiles, -std=$standard"
        failures=$((failures + 1))
    elif ! echo "$message" | grep -q 'ULONG'; then
        echo "FAILED: a port with a 64-bit ULONG is refused, but for another reason: $message"
        failures=$((failures + 1))
    fi
done

echo "$compiled compilations, $failures failed"
[ "$compiled" -gt 0 ] && [ "$failures" -eq 0 ]
