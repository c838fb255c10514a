# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Which Wine runs Windows programs. Sourced by common.sh.

# find_wine [PROGRAM]
# The Wine of all that the script starts: PROGRAM, else $WINE, else wine. Exports WINE, and WINESERVER if
# that is not set: the server beside it. Tests and benchmarks read both, and Wine reads the latter. Fails
# if there is no such program.
find_wine() {
    local folder

    WINE=$(type -P -- "${1:-${WINE:-wine}}") || return
    WINE=$(realpath -s -- "$WINE")
    export WINE
    if [[ -z ${WINESERVER-} ]]; then
        for folder in "$(dirname -- "$(realpath -- "$WINE")")" "${WINE%/*}"; do
            if [[ -x $folder/wineserver ]]; then
                WINESERVER=$folder/wineserver
                break
            fi
        done
    fi
    export WINESERVER=${WINESERVER:-wineserver}
}

# need_wine PROGRAM PACKAGE...
# Likewise, and needs these packages; Debian's Wine, too, if neither PROGRAM (which may be empty) nor $WINE
# names another.
need_wine() {
    local wine=${1:-${WINE-}}

    shift
    if [[ $wine ]]; then
        need_packages "$@"
    else
        need_packages wine wine64 "$@"
    fi
    find_wine "$wine" || fail "no Wine: there is no program ${wine:-wine}"
}
