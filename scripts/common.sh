# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the scripts share: arguments, messages, output, packages, the build, namespaces. Sourced, not
# run.
#
# The exit status of a script tells whether its work was done: 0 it was, 1 it was not, 2 the arguments
# were wrong. That nobody reads what is printed is no failure, and nothing is said of it. What was
# asked for and finds no room is one, with a line that says so.
#
# The script that sources this file has set -euo pipefail, and finds here:
#   project_root        absolute path of the source tree
#   base_packages       the Debian packages that it takes to build and to run mibwatch
#   shows_colours       whether a descriptor is a terminal on which colours are wanted
#   log, fail, wrong    messages on standard error
#   print, print_help   what was asked for, on standard output
#   need_value          refuses an option without its value
#   outlive_readers     goes on when nobody reads the output any more
#   check_output, replace, write_result
#                       a file that is made anew, whole or not at all
#   temporary           a temporary file or folder
#   need_packages       install what is missing, or say what is
#   need_miredo         install Teredo's programs, without starting them
#   build_dir           choose and create a build directory
#   cmake_build         configure and build
#   find_namespace      how to start a program in network namespaces of its own
#   find_namespace_for_bench
#                       likewise, with root's receive buffers
#   debian_mirror       where this machine has Debian's packages from
#   junit_rows          the results of a ctest run as rows of a Markdown table

project_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# shellcheck disable=SC2034 # for the scripts that source this file
base_packages=(build-essential cmake ninja-build pkg-config libnl-3-dev libnl-route-3-dev
    iproute2 util-linux procps)

# ip is not in an ordinary user's path.
PATH=$PATH:/usr/sbin:/sbin

# What is closed from the beginning is /dev/null: its descriptor would be given to some file, and
# messages be written there.
[[ -e /dev/fd/0 ]] || exec </dev/null
[[ -e /dev/fd/1 ]] || exec >/dev/null
[[ -e /dev/fd/2 ]] || exec 2>/dev/null

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

# need_value OPTION [VALUE...]: what is left of the arguments.
need_value() {
    [[ -n ${2-} ]] || wrong "$1 wants a value"
}

# print: standard input goes to standard output, which is what was asked for.
print() {
    local why

    { why=$(cat 2>&1 >&3) || fail "cannot write: ${why##*: }"; } 3>&1
}

# print_help: the script's own, by its function usage.
print_help() {
    {
        usage
        cat <<'END'

Exit status: 0 the work was done, 1 it was not, 2 the arguments were wrong. It does not matter whether
anybody reads what is printed; but if there is no room for that, it is 1.
END
    } | print
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

package_installed() {
    # shellcheck disable=SC2016 # the field is dpkg-query's
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# need_packages PACKAGE...
# As root, installs those Debian packages that are missing; as an ordinary user, says which and ends.
need_packages() {
    local package missing=()

    if ! command -v dpkg-query >/dev/null; then
        log "not a Debian system: taking what these packages have for granted: $*"
        return
    fi
    for package in "$@"; do
        package_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ((EUID != 0)); then
        if [[ " ${missing[*]} " == *' miredo'* ]]; then
            log "apt-get would start miredo, a Teredo client, now and at boot; scripts/test as root does not"
        fi
        fail "packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
    log "installing ${missing[*]}"
    apt-get update -q >&2 || fail "apt-get update failed"
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}" >&2 ||
        fail "apt-get install failed"
}

# need_miredo
# Teredo's client and server, for tests: as packages they would be started when they are installed,
# and at every boot. Where they are not installed yet they are kept from both.
need_miredo() {
    local policy=/usr/sbin/policy-rc.d daemon missing=()

    for daemon in miredo miredo-server; do
        package_installed "$daemon" || missing+=("$daemon")
    done
    if ((EUID == 0 && ${#missing[@]} > 0)) && command -v dpkg-query >/dev/null; then
        # In a subshell, with a trap: however this ends, Ctrl-C included, the policy must not stay.
        (
            if [[ ! -e $policy ]]; then
                trap 'rm -f -- "$policy"' EXIT
                printf '#!/bin/sh\nexit 101\n' >"$policy"
                chmod 755 "$policy"
            fi
            need_packages miredo miredo-server
        ) || exit 1
        for daemon in "${missing[@]}"; do
            update-rc.d "$daemon" disable >&2 || fail "$daemon cannot be kept from starting at boot"
        done
    else
        need_packages miredo miredo-server
    fi
}

# build_dir NAME [DIRECTORY]
# Prints the absolute path of the build directory: DIRECTORY if given, else build/NAME.
build_dir() {
    local directory=${2:-$project_root/build/$1} why

    why=$(mkdir -p -- "$directory" 2>&1) ||
        fail "cannot write to $directory: ${why##*: }; choose another build directory with --build"
    [[ -w $directory ]] ||
        fail "cannot write to $directory; choose another build directory with --build"
    (cd -- "$directory" && pwd -P)
}

# cmake_build DIRECTORY [CONFIGURE_ARGUMENT...] [-- BUILD_ARGUMENT...]
cmake_build() {
    local directory=$1 configure=()

    shift
    while (($# > 0)) && [[ $1 != -- ]]; do
        configure+=("$1")
        shift
    done
    if (($# > 0)); then
        shift
    fi
    log "building in $directory"
    cmake -S "$project_root" -B "$directory" -G Ninja "${configure[@]}" >&2 ||
        fail "cmake could not configure the build"
    cmake --build "$directory" "$@" >&2 || fail "the build failed"
}

# find_namespace
# Sets namespace to the command that runs another in user and network namespaces of its own.
find_namespace() {
    if unshare -Urn true 2>/dev/null; then
        namespace=(unshare -Urn)
    elif ((EUID == 0)) && unshare -n true 2>/dev/null; then
        # Root may do without a user namespace, where those are switched off.
        # shellcheck disable=SC2034 # for the scripts that source this file
        namespace=(unshare -n)
    elif ((EUID != 0)); then
        fail "ordinary users may not make network namespaces here (unshare -Urn); root may do without"
    else
        fail "this system does not allow network namespaces (unshare -n)"
    fi
}

# debian_mirror
# Prints the address of Debian's main archive, as apt has it here.
debian_mirror() {
    # shellcheck disable=SC2016 # the fields are apt's
    apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F '|' '$1 == "Debian" && $2 !~ /-/ && !found {print $3; found = 1}'
}

# junit_rows FILE
# Prints "| test | result |" for each test in what ctest --output-junit has written.
junit_rows() {
    sed -nE 's/.*<testcase name="([^"]*)".* status="([^"]*)".*/\1 \2/p' "$1" |
        while read -r test result; do
            case $result in
            run) result=passed ;;
            fail) result='**failed**' ;;
            notrun) result=skipped ;;
            *) result='**did not run**' ;;
            esac
            # shellcheck disable=SC2016 # Markdown
            printf '| `%s` | %s |\n' "$test" "$result"
        done
}

# find_namespace_for_bench
# The same; but within a user namespace nobody may exceed the system's limit for receive buffers, so
# root goes without one.
find_namespace_for_bench() {
    if ((EUID == 0)) && unshare -n true 2>/dev/null; then
        # shellcheck disable=SC2034 # for the scripts that source this file
        namespace=(unshare -n)
    else
        find_namespace
    fi
}
