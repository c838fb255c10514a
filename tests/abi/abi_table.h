/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The layout of a table of sizes, offsets and values, one number for each fact that abi.def and
 * abi_newer.def list. The table is compiled for Windows and for the host, and compared.
 */
#ifndef ABI_TABLE_H
#define ABI_TABLE_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <ws2ipdef.h>
#include <windns.h>
#include <iphlpapi.h>
#include <netioapi.h>
#include <rtinfo.h>
/* Types that mingw-w64 10.0.0 has by their other name only. */
typedef NET_LUID NET_LUID_LH, *PNET_LUID_LH;
typedef MIB_IPNETROW MIB_IPNETROW_LH, *PMIB_IPNETROW_LH;
typedef MIB_IPNETROW MIB_IPNETROW_W2K, *PMIB_IPNETROW_W2K;
typedef MIB_IPADDRROW MIB_IPADDRROW_XP, *PMIB_IPADDRROW_XP;
typedef MIB_IPSTATS MIB_IPSTATS_W2K, *PMIB_IPSTATS_W2K;
typedef MIBICMPSTATS_EX MIBICMPSTATS_EX_XPSP1, *PMIBICMPSTATS_EX_XPSP1;
typedef MIB_ICMP_EX MIB_ICMP_EX_XPSP1, *PMIB_ICMP_EX_XPSP1;
typedef MIB_IPMCAST_OIF MIB_IPMCAST_OIF_XP, *PMIB_IPMCAST_OIF_XP;
typedef MIB_IPMCAST_OIF_STATS MIB_IPMCAST_OIF_STATS_LH, *PMIB_IPMCAST_OIF_STATS_LH;
typedef MIB_IPMCAST_MFE_STATS_EX MIB_IPMCAST_MFE_STATS_EX_XP, *PMIB_IPMCAST_MFE_STATS_EX_XP;
typedef MIB_TCPSTATS MIB_TCPSTATS_LH, *PMIB_TCPSTATS_LH;
typedef MIB_TCPSTATS MIB_TCPSTATS_W2K, *PMIB_TCPSTATS_W2K;
typedef MIB_TCPROW MIB_TCPROW_W2K, *PMIB_TCPROW_W2K;
typedef FIXED_INFO FIXED_INFO_W2KSP1, *PFIXED_INFO_W2KSP1;
typedef IP_PER_ADAPTER_INFO IP_PER_ADAPTER_INFO_W2KSP1, *PIP_PER_ADAPTER_INFO_W2KSP1;
typedef IP_INTERFACE_NAME_INFO IP_INTERFACE_NAME_INFO_W2KSP1, *PIP_INTERFACE_NAME_INFO_W2KSP1;
typedef SOCKADDR_IN6 SOCKADDR_IN6_LH, *PSOCKADDR_IN6_LH;
#else
#include <iphlpapi.h>
#endif

/* What a field is, besides its size and place. Enumerations are integers, arrays pointers. */
enum abi_kind {
    ABI_OTHER, /* a structure, or a pointer to one */
    ABI_UNSIGNED,
    ABI_SIGNED,
    ABI_UTF16,
    ABI_BYTES,
    ABI_ULONGS,
    ABI_POINTER /* to anything */
};

/* clang-format off */
#define ABI_KIND(T, field)                                                                         \
    _Generic(((T *)0)->field,                                                                      \
        unsigned char: ABI_UNSIGNED, unsigned short: ABI_UNSIGNED, unsigned: ABI_UNSIGNED,         \
        unsigned long: ABI_UNSIGNED, unsigned long long: ABI_UNSIGNED,                             \
        char: ABI_SIGNED, signed char: ABI_SIGNED, short: ABI_SIGNED, int: ABI_SIGNED,             \
        long: ABI_SIGNED, long long: ABI_SIGNED,                                                   \
        uint16_t *: ABI_UTF16, unsigned char *: ABI_BYTES, ULONG *: ABI_ULONGS,                    \
        void *: ABI_POINTER, default: ABI_OTHER)
/* clang-format on */

#define ABI_JOIN(a, b) ABI_JOIN_(a, b)
#define ABI_JOIN_(a, b) a##b

/* One for each number; an entry of the lists makes one, two or three. */
enum abi_number {
#define ABI_TYPE(T) ABI_JOIN(ABI_A_, __LINE__), ABI_JOIN(ABI_B_, __LINE__),
#define ABI_INT(T) ABI_TYPE(T) ABI_JOIN(ABI_C_, __LINE__),
#define ABI_PTR(T) ABI_TYPE(T)
#define ABI_FIELD(T, field) ABI_INT(T)
#define ABI_HOST_FIELD(T, field) ABI_TYPE(T)
#define ABI_CONST(name) ABI_JOIN(ABI_A_, __LINE__),
#define ABI_CALL(name, ...) ABI_CONST(name)
#include "abi.def"
    ABI_NUMBERS
};

/* Constants that mingw-w64's headers have with another value than Windows. */
enum abi_differing {
#define ABI_DIFFERS(name, value, mingw_value) ABI_JOIN(ABI_D_, __LINE__),
#include "abi_newer.def"
    ABI_DIFFERING
};

/* For each bit field an object of which just that field is set, to all ones. */
struct abi_bits {
#define ABI_BITS(T, field)                                                                         \
    union {                                                                                        \
        T value;                                                                                   \
        _Alignas(8) char raw[sizeof(T)];                                                           \
    } ABI_JOIN(bits_, __LINE__);
#include "abi.def"
};

struct abi_table {
    uint64_t counts[2]; /* ABI_NUMBERS, sizeof(struct abi_bits): to recognise another list */
    uint64_t numbers[ABI_NUMBERS];
    uint64_t differing[ABI_DIFFERING];
    struct abi_bits bits;
};

extern const struct abi_table abi_table;

#endif /* ABI_TABLE_H */
