# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Debian packages. Sourced by common.sh.

# shellcheck disable=SC2034 # for the scripts
{
    # To build, and to run mibwatch.
    base_packages=(build-essential cmake ninja-build pkg-config libnl-3-dev libnl-route-3-dev
        libsystemd-dev nettle-dev systemtap-sdt-dev iproute2 util-linux procps)

    # The compilers for Windows.
    mapfile -t mingw_packages < <(widths_column package)

    # To build the half on an i386 host, which Wine has where it runs 32-bit programs in 32-bit processes.
    # For a script to install them the architecture would have to be added to the system.
    i386_packages=(gcc-multilib libnl-3-dev:i386 libnl-route-3-dev:i386 libsystemd-dev:i386
        nettle-dev:i386)

    # Beside those: for the tests on the host. They compare layouts with Windows'.
    test_packages=("${mingw_packages[@]}" g++ libcmocka-dev python3 dbus-daemon dnsmasq-base
        libpcap0.8 mono-mcs mono-runtime)

    # For the sanitizers and the fuzzer.
    clang_packages=(clang libclang-rt-14-dev llvm)

    # To build for Wine, and to run there; without Wine itself, which is need_wine's.
    wine_packages=("${mingw_packages[@]}" wine64-tools python3)

    # For the tests there. cmocka's source is compressed by xz.
    wine_test_packages=("${wine_packages[@]}" xz-utils dbus-daemon dbus-bin mount)

    # A root in which both are done in 32 bit. The compiler there is that of 64 bits, with an option.
    i386_root_packages=("${base_packages[@]}" "${test_packages[@]}" "${wine_test_packages[@]}"
        "${i386_packages[@]}" g++-multilib libcmocka-dev:i386 miredo miredo-server wine wine64 wine32:i386)
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

# need_resolved
# systemd-resolved, for a test that starts its own. As a package it would take over the machine's name
# resolution when it is installed, so it is only unpacked, below build/. Sets IPHLPAPI_TEST_RESOLVED, which
# the test reads; without it, or without apt, the test is skipped.
need_resolved() {
    # shellcheck disable=SC2154 # of common.sh
    local folder=$project_root/build/systemd-resolved

    [[ ! -x /lib/systemd/systemd-resolved ]] || return 0
    if [[ ! -x $folder/lib/systemd/systemd-resolved ]]; then
        command -v apt-get >/dev/null || return 0
        mkdir -p -- "$folder"
        (
            cd -- "$folder"
            apt-get download -qq systemd-resolved && dpkg-deb -x systemd-resolved_*.deb .
        ) >/dev/null 2>&1 || {
            log "systemd-resolved cannot be fetched: its test is skipped"
            return 0
        }
    fi
    export IPHLPAPI_TEST_RESOLVED=$folder/lib/systemd/systemd-resolved
}

# need_network_manager
# NetworkManager, for a test that starts its own. As a package it would take over the machine's network when
# it is installed, so it is only unpacked, below build/, with those of its libraries that are missing. Sets
# IPHLPAPI_TEST_NETWORK_MANAGER, which the test reads; without it, or without apt, the test is skipped.
need_network_manager() {
    # shellcheck disable=SC2154 # of common.sh
    local folder=$project_root/build/network-manager

    [[ ! -x /usr/sbin/NetworkManager ]] || return 0
    if [[ ! -x $folder/usr/sbin/NetworkManager ]]; then
        command -v apt-get >/dev/null || return 0
        mkdir -p -- "$folder"
        (
            cd -- "$folder"
            mapfile -t missing < <(apt-get install -s --no-install-recommends network-manager |
                awk '$1 == "Inst" {print $2}')
            apt-get download -qq "${missing[@]}"
            for archive in *.deb; do
                dpkg-deb -x "$archive" .
            done
        ) >/dev/null 2>&1 || {
            log "NetworkManager cannot be fetched: its test is skipped"
            return 0
        }
    fi
    export IPHLPAPI_TEST_NETWORK_MANAGER=$folder
}

# debian_mirror [ADDRESS]
# Prints the address, or else that of Debian's main archive, as apt has it here.
debian_mirror() {
    local mirror=${1-}

    if [[ -z $mirror ]]; then
        # shellcheck disable=SC2016 # the fields are apt's
        mirror=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
            awk -F '|' '$1 == "Debian" && $2 !~ /-/ && !found {print $3; found = 1}')
    fi
    [[ -n $mirror ]] || fail "apt does not say where Debian's packages are; say it by --mirror"
    printf '%s\n' "$mirror"
}
