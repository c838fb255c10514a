/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loaded before Miredo: lets it run where there is no other user to become, as in a user
 * namespace that an ordinary user made. Miredo insists on another one than root; where the
 * kernel knows of none, it is told that it became that one, and stays who it is.
 */
#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

/* The function of the C library, whatever its type. */
#define REAL(name)                                                                                 \
    __typeof__(&(name)) real;                                                                      \
    void *symbol = dlsym(RTLD_NEXT, #name);                                                        \
    memcpy(&real, &symbol, sizeof(real))

/* EINVAL: no such user here. EPERM: groups may not be given up in such a namespace. */
static int forgive(int rc)
{
    return rc < 0 && (errno == EINVAL || errno == EPERM) ? 0 : rc;
}

int setuid(uid_t uid)
{
    REAL(setuid);
    return forgive(real(uid));
}

int setgid(gid_t gid)
{
    REAL(setgid);
    return forgive(real(gid));
}

int initgroups(const char *user, gid_t group)
{
    REAL(initgroups);
    return forgive(real(user, group));
}
