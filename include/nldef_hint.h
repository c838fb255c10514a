/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What nldef.h has of connectivity hints. A file of its own because the DLL for Wine includes it
 * beside mingw-w64's nldef.h, which lacks it. Programs include iphlpapi.h.
 */
#ifndef IPHLPAPI_NLDEF_HINT_H
#define IPHLPAPI_NLDEF_HINT_H

#ifndef _WIN32
#include "nldef.h"
#endif

/* How far packets get. */
typedef enum _NL_NETWORK_CONNECTIVITY_LEVEL_HINT {
    NetworkConnectivityLevelHintUnknown = 0,
    NetworkConnectivityLevelHintNone = 1,
    NetworkConnectivityLevelHintLocalAccess = 2,
    NetworkConnectivityLevelHintInternetAccess = 3,
    NetworkConnectivityLevelHintConstrainedInternetAccess = 4,
    NetworkConnectivityLevelHintHidden = 5
} NL_NETWORK_CONNECTIVITY_LEVEL_HINT;

/* Whether traffic is paid for by volume. */
typedef enum _NL_NETWORK_CONNECTIVITY_COST_HINT {
    NetworkConnectivityCostHintUnknown = 0,
    NetworkConnectivityCostHintUnrestricted = 1,
    NetworkConnectivityCostHintFixed = 2,
    NetworkConnectivityCostHintVariable = 3
} NL_NETWORK_CONNECTIVITY_COST_HINT;

typedef struct _NL_NETWORK_CONNECTIVITY_HINT {
    NL_NETWORK_CONNECTIVITY_LEVEL_HINT ConnectivityLevel;
    NL_NETWORK_CONNECTIVITY_COST_HINT ConnectivityCost;
    BOOLEAN ApproachingDataLimit;
    BOOLEAN OverDataLimit;
    BOOLEAN Roaming;
} NL_NETWORK_CONNECTIVITY_HINT;

#endif /* IPHLPAPI_NLDEF_HINT_H */
