/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watch of the Teredo client knows beside its row. */
#ifndef SRC_BACKEND_NETLINK_WATCH_TEREDO_H
#define SRC_BACKEND_NETLINK_WATCH_TEREDO_H

#include "backend/backend.h"

/* Whether there is a client whose port is not known yet. */
bool watch_teredo_is_starting(const struct backend_watch *watch);

#endif
