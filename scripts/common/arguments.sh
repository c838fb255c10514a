# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Arguments of the scripts. Sourced by common.sh.

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

# read_arguments KIND... -- ARGUMENT...
# Sets a variable for each option that is given, --like-this the variable like_this; --help prints the
# help and ends the script. What is allowed:
#   --NAME          without a value; the variable becomes true
#   --NAME=text     --NAME VALUE or --NAME=VALUE; any value but none
#   --NAME=path     made absolute
#   --NAME=number   from 1
#   --NAME=seconds  from 0
#   --NAME=list     any number of times: the variable is an array, to which the value is added
#   operands        what is no option, which goes into the array operands
#   command         likewise, but after the first of them there are no options any more
read_arguments() {
    local name kind value
    local -A kinds=()

    while [[ $1 != -- ]]; do
        kind=${1#*=}
        [[ $1 != --* || $1 == *=* ]] || kind=flag
        kinds[${1%%=*}]=$kind
        shift
    done
    shift
    operands=()
    while (($# > 0)); do
        if [[ $1 != -* ]]; then
            [[ ${kinds[operands]-}${kinds[command]-} ]] || wrong "no such argument: $1"
            if [[ ${kinds[command]-} ]]; then
                operands=("$@")
                return
            fi
            operands+=("$1")
            shift
            continue
        fi
        if [[ $1 == --help ]]; then
            print_help
            exit 0
        fi
        name=${1%%=*}
        kind=${kinds[$name]-}
        [[ $kind && ($kind != flag || $1 == "$name") ]] || wrong "no such option: $1"
        if [[ $kind == flag ]]; then
            value=true
        elif [[ $1 == "$name" ]]; then
            value=${2-}
            (($# == 1)) || shift
        else
            value=${1#*=}
        fi
        shift
        check_value "$name" "$kind" "$value"
        [[ $kind != path ]] || value=$(realpath -m -- "$value")
        name=${name#--}
        name=${name//-/_}
        if [[ $kind == list ]]; then
            local -n list=$name
            list+=("$value")
            local +n list
        else
            printf -v "$name" '%s' "$value"
        fi
    done
}

# check_value NAME KIND VALUE: ends the script if the option cannot have that value.
check_value() {
    case $2 in
    number) [[ $3 =~ ^[1-9][0-9]{0,17}$ ]] || wrong "$1 wants a number" ;;
    seconds) [[ $3 =~ ^[0-9]+$ ]] || wrong "$1 wants a number of seconds" ;;
    *) [[ $3 ]] || wrong "$1 wants a value" ;;
    esac
}

# is_in WORD LIST...
is_in() {
    local word

    for word in "${@:2}"; do
        [[ $word != "$1" ]] || return 0
    done
    return 1
}

# choose_steps STEP... -- CHOSEN...
# Sets steps: those chosen, or all if none is.
choose_steps() {
    local step all=()

    while [[ $1 != -- ]]; do
        all+=("$1")
        shift
    done
    shift
    for step in "$@"; do
        is_in "$step" "${all[@]}" || wrong "no such step: $step"
    done
    steps=("$@")
    ((${#steps[@]} > 0)) || steps=("${all[@]}")
}
