/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file as README.md tells ports to make it. */
#include <iphlpapi.h>
