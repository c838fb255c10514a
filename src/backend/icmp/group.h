/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Echoes that end together; and a socket that the next of them goes over, too. */
#ifndef SRC_BACKEND_ICMP_GROUP_H
#define SRC_BACKEND_ICMP_GROUP_H

#include "backend/icmp/socket.h"

/* These three are the verbs of MIB_QUERY_ECHO_CONTROL (mib/query/echo.h). */
int echo_group_open(uint8_t family, mib_echo_group *ret_group);
int echo_group_stop(mib_echo_group group);
int echo_group_close(mib_echo_group group);

struct echo_group;

/* Of this process, or none. */
bool echo_group_is_own(mib_echo_group group);

/* NULL: there is none. */
struct echo_group *echo_group_of(mib_echo_group group);

/* A descriptor that is readable from the moment on when the group ends. */
int echo_group_stopper(const struct echo_group *group);

/* A kept socket that the request may go over: it is the caller's then. False: there is none. */
bool echo_group_take(struct echo_group *group, const struct mib_echo *echo,
                     struct echo_socket *ret);

/* Takes it over: the last one that another request can go over is kept. */
void echo_group_keep(struct echo_group *group, const struct echo_socket *socket);

#endif
