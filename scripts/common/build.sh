# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The build. Sourced by common.sh.

# Configures what is no preset: optimised, without the tests.
# shellcheck disable=SC2034 # for the scripts
lean_build=(-DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_TESTING=OFF)

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

# bench_build DIRECTORY: the benchmarks.
bench_build() {
    cmake_build "$1" "${lean_build[@]}" -DIPHLPAPI_BENCH=ON -- --target iphlpapi-bench
}
