/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors as they cross from the host to the DLL. The two sides number errno differently (the DLL
 * is built with Windows' C library), so neither side's numbers cross.
 */
#ifndef SRC_WINE_SEAM_UNIX_ERRORS_H
#define SRC_WINE_SEAM_UNIX_ERRORS_H

#include <stdint.h>

/* 0 or a negative errno of the calling side, and the number that stands for it on the way. */
int32_t unix_error_from_errno(int result);
int unix_error_to_errno(int32_t error);

#endif
