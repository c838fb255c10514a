#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compiles our headers in every way that a program may include them; warnings are errors.
#
# usage: check_headers.sh c|c++ "compiler option..." include-dir "standard..."
set -u

language=$1 compiler=$2 include=$3 standards=$4
here=$(cd "$(dirname "$0")" && pwd)
host='sys/socket.h netinet/in.h net/if.h arpa/inet.h'
# What a program on Linux may need beside them. (linux/in.h goes with no other header of sockets.)
neighbours="$host ifaddrs.h netdb.h net/ethernet.h net/if_arp.h net/route.h netinet/icmp6.h
    netinet/ip.h netinet/ip6.h netinet/tcp.h netpacket/packet.h sys/ioctl.h uchar.h wchar.h
    linux/if.h linux/if_addr.h linux/if_link.h linux/if_tun.h linux/in6.h linux/ipv6.h
    linux/neighbour.h linux/netlink.h linux/rtnetlink.h linux/wireless.h"
warnings='-Wall -Wextra -Wshadow -Wundef -Wconversion -pedantic -pedantic-errors -Werror'
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
            $compiler $warnings -fsyntax-only -I"$include" -I"$here" -x "$language" "$@" -; then
        echo "FAILED: $what, $*"
        failures=$((failures + 1))
    fi
}

# refuse <what> <what the message names> <program> <option...>
refuse() {
    what=$1 named=$2 program=$3
    shift 3
    compiled=$((compiled + 1))
    if message=$(echo "$program" |
            $compiler -fsyntax-only -I"$include" -I"$here" -x "$language" "$@" - 2>&1); then
        echo "FAILED: $what compiles, $*"
        failures=$((failures + 1))
    elif ! echo "$message" | grep -q "$named"; then
        echo "FAILED: $what is refused, but for another reason: $message"
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

    compile "a Windows source" "$(includes compile/windows_source.inc)" -std="$standard" \
        -I"$here/compile/windows" -Wno-missing-field-initializers -Wno-missing-braces

    # The wide literals of Windows' programs: L"" is UTF-16 then.
    compile "a program with short wchar_t" "$(includes compile/program.inc)" -std="$standard" \
        -fshort-wchar

    # Calls of such a program would go wrong.
    refuse "a port with a 64-bit ULONG" ULONG "$(includes compile/port.inc)" -std="$standard" \
        -DWRONG_ULONG
    refuse "a port with a ULONG64 aligned to 4" ULONG64 "$(includes compile/port.inc)" \
        -std="$standard" -DWRONG_ALIGNMENT
    refuse "a program with short enumerations" MIB_NOTIFICATION_TYPE "$(includes iphlpapi.h)" \
        -std="$standard" -fshort-enums
    refuse "a program that packs rows" 'MIB_.*_TABLE\|LARGE_INTEGER' \
        "$(echo '#pragma pack(4)'; includes iphlpapi.h)" -std="$standard"
done

# One header at a time, in the oldest standard; $standard is the newest.
for header in $neighbours; do
    for order in "$header iphlpapi.h" "iphlpapi.h $header"; do
        compile "$order" "$(includes $order)" -std="${standards%% *}"
        compile "$order" "$(includes $order)" -std="$standard" -D_GNU_SOURCE
    done
done

echo "$compiled compilations, $failures failed"
[ "$compiled" -gt 0 ] && [ "$failures" -eq 0 ]
