/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings of a link: the files /proc/sys/net/{ipv4,ipv6}/conf/NAME/SETTING. */
#ifndef SRC_BACKEND_PROC_LINK_SETTING_H
#define SRC_BACKEND_PROC_LINK_SETTING_H

#include <stdint.h>

struct link_setting {
    const char *family; /* "ipv4", "ipv6" */
    const char *name;   /* "forwarding", … */
    const char *folder; /* "all" or "default", of no link; NULL: that of the link */
    uint32_t ifindex;
};

/*
 * Whatever the link is called meanwhile, it is this one whose setting is read or written. Errors of
 * all three: -ENODEV: there is no such link. -ENOENT: there is no such setting, or the link does
 * not have the family. -EACCES, -EPERM, -EROFS: one may not. -EMFILE, …
 */
int link_setting_read(const struct link_setting *setting, int32_t *ret);

/* Whether one may write it. Nothing is written. */
int link_setting_check(const struct link_setting *setting);

/* -EINVAL: it cannot have that value. */
int link_setting_write(const struct link_setting *setting, int32_t value);

#endif
