/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where errno becomes a Win32 error code. */
#ifndef SRC_API_ERROR_H
#define SRC_API_ERROR_H

#include "api/windows.h"

/* result: 0 or a negative errno. What is not in the map is ERROR_GEN_FAILURE. */
DWORD error_from(int result);

#endif
