/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of ports that are reserved. Contracts: include/iphlpapi.h. */
#include "mib/query/ports.h"
#include "api/error.h"
#include "api/windows.h"
#include "backend/backend.h"

#include <errno.h>
#include <stdbool.h>

/* Made of the block, so that it is the same for each process. */
static ULONG64 token_of(const struct mib_ports *block)
{
    return (ULONG64)(block->udp ? IPPROTO_UDP : IPPROTO_TCP) << 32 | (ULONG64)block->start << 16 |
           block->count;
}

/* start is in network byte order. token: NULL where none is given. */
static DWORD ask(bool udp, enum mib_ports_verb verb, USHORT start, USHORT count, ULONG64 *token)
{
    const UCHAR *bytes = (const UCHAR *)&start;
    struct mib_ports block = {.verb = (uint8_t)verb,
                              .udp = udp,
                              .start = (uint16_t)(bytes[0] << 8 | bytes[1]),
                              .count = count};
    int r = backend_query(MIB_QUERY_PORTS, &block);

    if (r == 0 && token)
        *token = token_of(&block);
    return error_from(r);
}

ULONG NETIOAPI_API_ CreatePersistentTcpPortReservation(USHORT StartPort, USHORT NumberOfPorts,
                                                       ULONG64 *Token)
{
    return Token ? ask(false, MIB_PORTS_KEEP, StartPort, NumberOfPorts, Token)
                 : ERROR_INVALID_PARAMETER;
}

ULONG NETIOAPI_API_ CreatePersistentUdpPortReservation(USHORT StartPort, USHORT NumberOfPorts,
                                                       ULONG64 *Token)
{
    return Token ? ask(true, MIB_PORTS_KEEP, StartPort, NumberOfPorts, Token)
                 : ERROR_INVALID_PARAMETER;
}

ULONG NETIOAPI_API_ DeletePersistentTcpPortReservation(USHORT StartPort, USHORT NumberOfPorts)
{
    return ask(false, MIB_PORTS_GIVE_UP, StartPort, NumberOfPorts, NULL);
}

ULONG NETIOAPI_API_ DeletePersistentUdpPortReservation(USHORT StartPort, USHORT NumberOfPorts)
{
    return ask(true, MIB_PORTS_GIVE_UP, StartPort, NumberOfPorts, NULL);
}

ULONG NETIOAPI_API_ LookupPersistentTcpPortReservation(USHORT StartPort, USHORT NumberOfPorts,
                                                       ULONG64 *Token)
{
    return Token ? ask(false, MIB_PORTS_LOOK_UP, StartPort, NumberOfPorts, Token)
                 : ERROR_INVALID_PARAMETER;
}

ULONG NETIOAPI_API_ LookupPersistentUdpPortReservation(USHORT StartPort, USHORT NumberOfPorts,
                                                       ULONG64 *Token)
{
    return Token ? ask(true, MIB_PORTS_LOOK_UP, StartPort, NumberOfPorts, Token)
                 : ERROR_INVALID_PARAMETER;
}
