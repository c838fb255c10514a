# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Messages on standard error, what was asked for on standard output or in files. Sourced by common.sh.

# relay: standard input goes to standard output for as long as somebody reads that, and then nowhere.
# Ctrl-C is for those who write: they may have something to say to it.
relay() {
    trap '' INT TERM HUP
    exec tee --output-error=warn-nopipe /dev/null 2>/dev/null
}

# outlive_readers
# A reader may go away while there is work to do, as head does. What this script runs would be ended by
# that (SIGPIPE), or take it for a failure, a package manager in the middle of an installation.
outlive_readers() {
    local output=/dev/fd/1 errors=/dev/fd/2

    if [[ -p $errors || -S $errors ]]; then
        if [[ $output -ef $errors ]]; then
            # One for both, which keeps the order of the lines.
            exec > >(relay) 2>&1
            return
        fi
        exec 2> >(relay >&2)
    fi
    if [[ -p $output || -S $output ]]; then
        exec > >(relay)
    fi
}

# shows_colours DESCRIPTOR
# The same choice as mibwatch's.
shows_colours() {
    [[ -t $1 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]
}

# Messages are about the work: it goes on without them.
message() {
    # shellcheck disable=SC2059 # the format is the caller's
    printf "$@" 2>/dev/null >&3 || :
} 3>&2

log() {
    if shows_colours 2; then
        message '\033[1m==> %s\033[0m\n' "$*"
    else
        message '==> %s\n' "$*"
    fi
}

fail() {
    message '%s: %s\n' "${0##*/}" "$*"
    exit 1
}

# wrong MESSAGE: of arguments.
wrong() {
    message '%s: %s; see --help\n' "${0##*/}" "$*"
    exit 2
}

# print: standard input goes to standard output, which is what was asked for.
print() {
    local why

    { why=$(cat 2>&1 >&3) || fail "cannot write: ${why##*: }"; } 3>&1
}

# check_output FILE: ends the script if the result cannot be put there. Before the work, which is long.
# None, or -, is nowhere.
check_output() {
    local folder

    [[ -n $1 && $1 != - ]] || return 0
    folder=$(dirname -- "$(realpath -m -- "$1")")
    if [[ -d $1 ]]; then
        fail "cannot write to $1: it is a folder"
    elif [[ ! -d $folder ]]; then
        fail "cannot write to $1: there is no folder $folder"
    elif [[ -e $1 && ! -w $1 ]]; then
        fail "cannot write to $1"
    elif [[ (! -e $1 || -f $1) && ! -w $folder ]]; then
        fail "cannot write to $1: the folder may not be written to"
    fi
}

# replace FILE: FILE becomes what standard input says, whole or not at all.
replace() {
    local file new why

    if [[ -e $1 && ! -f $1 ]]; then # a device, a pipe
        why=$({ cat >"$1"; } 2>&1) || fail "cannot write to $1: ${why##*: }"
        return
    fi
    file=$(realpath -m -- "$1")
    new=$file.new
    why=$({
        rm -f -- "$new" &&
            { [[ ! -e $file ]] || cp -p --attributes-only -- "$file" "$new"; } &&
            cat >"$new" && mv -f -- "$new" "$file"
    } 2>&1) || {
        rm -f -- "$new" 2>/dev/null || :
        fail "cannot write to $1: ${why##*: }"
    }
}

# write_result FILE: as replace, and says so; - is nowhere.
write_result() {
    [[ $1 != - ]] || return 0
    replace "$1"
    log "written: $1"
}

# temporary file|folder: makes one and prints its path.
temporary() {
    local options=()

    [[ $1 != folder ]] || options=(--directory)
    mktemp "${options[@]}" 2>/dev/null ||
        fail "cannot write to ${TMPDIR:-/tmp}; set TMPDIR to a folder for temporary files"
}
