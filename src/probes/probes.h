/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Static probes (USDT) of the provider "iphlpapi", by which bpftrace, perf, SystemTap and gdb can
 * look into a running program: PROBE_name(…) is one nop, and a note in the file that says where its
 * arguments are. So an argument is a variable or a member that is there anyway: nothing is computed
 * for a probe. docs/WHY.md tells what to ask them.
 *
 * Without <sys/sdt.h>, and in the DLL, a probe is nothing.
 */
#ifndef SRC_PROBES_PROBES_H
#define SRC_PROBES_PROBES_H

/* In the place of a change's type: calls that tell no change. */
enum {
    PROBE_CALL_INITIAL = 3, /* the initial one, as MibInitialNotification */
    PROBE_CALL_SETTLED =
        4, /* after the changes of a message: of the table, of the port, of the hint */
};

#ifdef IPHLPAPI_PROBES

#ifdef __clang__
/* Given the choice of memory, clang takes it, and stores what is in a register. */
#define STAP_SDT_ARG_CONSTRAINT nr
#endif
#include <sys/sdt.h>

#define PROBE_1(name, a) DTRACE_PROBE1(iphlpapi, name, a)
#define PROBE_2(name, a, b) DTRACE_PROBE2(iphlpapi, name, a, b)
#define PROBE_3(name, a, b, c) DTRACE_PROBE3(iphlpapi, name, a, b, c)
#define PROBE_4(name, a, b, c, d) DTRACE_PROBE4(iphlpapi, name, a, b, c, d)
#define PROBE_5(name, a, b, c, d, e) DTRACE_PROBE5(iphlpapi, name, a, b, c, d, e)

#else

/* The arguments count as used. */
#define PROBE_1(name, a) ((void)(a))
#define PROBE_2(name, a, b) (PROBE_1(name, a), (void)(b))
#define PROBE_3(name, a, b, c) (PROBE_2(name, a, b), (void)(c))
#define PROBE_4(name, a, b, c, d) (PROBE_3(name, a, b, c), (void)(d))
#define PROBE_5(name, a, b, c, d, e) (PROBE_4(name, a, b, c, d), (void)(e))

#endif

/*
 * Watches are told by their addresses, registrations by their handles; `table` is an enum
 * mib_table, `type` an enum mib_change_type or one of PROBE_CALL_….
 */

/* A message of the kernel that is no answer, before anything is done about it. */
#define PROBE_event(watch, table, nlmsg_type, length)                                              \
    PROBE_4(event, watch, table, nlmsg_type, length)

/* A change is found and will be given; queued: those found and not yet given, with this one. */
#define PROBE_change(watch, table, type, queued) PROBE_4(change, watch, table, type, queued)

/* A dump is to be taken; causes: a bit for each enum resync_cause. */
#define PROBE_resync_begin(watch, table, scope, causes)                                            \
    PROBE_4(resync_begin, watch, table, scope, causes)

/*
 * It is taken and judged. Result: 0 it was not valid, and nothing comes of it; 1 it was valid, and
 * its changes come next; 2 it was valid, and none come; or a negative errno.
 */
#define PROBE_resync_end(watch, table, scope, result)                                              \
    PROBE_4(resync_end, watch, table, scope, result)

/* Around each call to the program; function: by which it registered, a string. */
#define PROBE_callback_begin(handle, watch, function, type)                                        \
    PROBE_4(callback_begin, handle, watch, function, type)
#define PROBE_callback_end(handle, watch, function, type)                                          \
    PROBE_4(callback_end, handle, watch, function, type)

/* Around CancelMibChangeNotify2; result: 0 or a negative errno. */
#define PROBE_cancel_begin(handle) PROBE_1(cancel_begin, handle)
#define PROBE_cancel_end(handle, result) PROBE_2(cancel_end, handle, result)

#endif
