/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packet filters of Windows 2000 and 2003 (fltdefs.h), which Windows' DLL still exports.
 *
 * Since Vista they do nothing: all sixteen have one and the same code there, and their pages say
 * that they return "ERROR_CALL_NOT_SUPPORTED". There is no code of that name; it is read as
 * ERROR_CALL_NOT_IMPLEMENTED, since the code differs from that of the functions which answer
 * ERROR_NOT_SUPPORTED (ResolveNeighbor). Wine's own say that some of them succeeded.
 *
 * Sources: Microsoft's pages "Packet Filtering Reference", PfCreateInterface and its neighbours.
 */
#include <stdint.h>
#include <windows.h>

/* Any argument of these functions is one machine word or less; none is looked at. */
#define WORD_UNREAD uintptr_t __attribute__((unused))

#define PARAMETERS_0 void
#define PARAMETERS_1 WORD_UNREAD a
#define PARAMETERS_2 PARAMETERS_1, WORD_UNREAD b
#define PARAMETERS_3 PARAMETERS_2, WORD_UNREAD c
#define PARAMETERS_4 PARAMETERS_3, WORD_UNREAD d
#define PARAMETERS_5 PARAMETERS_4, WORD_UNREAD e
#define PARAMETERS_6 PARAMETERS_5, WORD_UNREAD f
#define PARAMETERS_7 PARAMETERS_6, WORD_UNREAD g
#define PACKET_FILTER(arity, name)                                                                 \
    DWORD WINAPI name(PARAMETERS_##arity);                                                         \
    DWORD WINAPI name(PARAMETERS_##arity)                                                          \
    {                                                                                              \
        return ERROR_CALL_NOT_IMPLEMENTED;                                                         \
    }
#include "packet_filters.inc"
