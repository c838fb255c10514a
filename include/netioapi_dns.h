/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What netioapi.h has of name resolution: settings of interfaces and of the host. A file of its own
 * because the DLL for Wine includes it beside mingw-w64's netioapi.h, which lacks it. Programs
 * include iphlpapi.h.
 */
#ifndef IPHLPAPI_NETIOAPI_DNS_H
#define IPHLPAPI_NETIOAPI_DNS_H

#ifdef _WIN32
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
#else
#include "netioapi.h"
#endif

/* ---- Types ------------------------------------------------------------------------------------
 */

#define DNS_SETTINGS_VERSION1 0x0001
#define DNS_SETTINGS_VERSION2 0x0002

#define DNS_INTERFACE_SETTINGS_VERSION1 0x0001
#define DNS_INTERFACE_SETTINGS_VERSION2 0x0002
#define DNS_INTERFACE_SETTINGS_VERSION3 0x0003
#define DNS_INTERFACE_SETTINGS_VERSION4 0x0004

/* Flags: which members count. */
#define DNS_SETTING_IPV6 0x0001
#define DNS_SETTING_NAMESERVER 0x0002
#define DNS_SETTING_SEARCHLIST 0x0004
#define DNS_SETTING_REGISTRATION_ENABLED 0x0008
#define DNS_SETTING_REGISTER_ADAPTER_NAME 0x0010
#define DNS_SETTING_DOMAIN 0x0020
#define DNS_SETTING_HOSTNAME 0x0040
#define DNS_SETTINGS_ENABLE_LLMNR 0x0080
#define DNS_SETTINGS_QUERY_ADAPTER_NAME 0x0100
#define DNS_SETTING_PROFILE_NAMESERVER 0x0200
#define DNS_SETTING_DISABLE_UNCONSTRAINED_QUERIES 0x0400
#define DNS_SETTING_SUPPLEMENTAL_SEARCH_LIST 0x0800
#define DNS_SETTING_DOH 0x1000
#define DNS_SETTING_DOH_PROFILE 0x2000
#define DNS_SETTING_ENCRYPTED_DNS_ADAPTER_FLAGS 0x4000
#define DNS_SETTING_DDR 0x8000
#define DNS_SETTING_DOT 0x10000
#define DNS_SETTING_DOT_PROFILE 0x20000

/* DNS_SETTINGS2.SettingFlags */
#define DNS_ENABLE_DOH 0x0001
#define DNS_DOH_POLICY_NOT_CONFIGURED 0x0004
#define DNS_DOH_POLICY_DISABLE 0x0008
#define DNS_DOH_POLICY_AUTO 0x0010
#define DNS_DOH_POLICY_REQUIRED 0x0020
#define DNS_ENCRYPTION_POLICY_NOT_CONFIGURED 0x0004
#define DNS_ENCRYPTION_POLICY_DISABLE 0x0008
#define DNS_ENCRYPTION_POLICY_AUTO 0x0010
#define DNS_ENCRYPTION_POLICY_REQUIRED 0x0020
#define DNS_ENABLE_DDR 0x0040
#define DNS_ENABLE_DOT 0x0080
#define DNS_DOT_POLICY_BLOCK 0x0100
#define DNS_DOH_POLICY_BLOCK 0x0200
#define DNS_ENABLE_DNR 0x0400

#define DNS_SERVER_PROPERTY_VERSION1 0x0001

/* DNS_DOH_SERVER_SETTINGS.Flags */
#define DNS_DOH_SERVER_SETTINGS_ENABLE_AUTO 0x0001
#define DNS_DOH_SERVER_SETTINGS_ENABLE 0x0002
#define DNS_DOH_SERVER_SETTINGS_FALLBACK_TO_UDP 0x0004
#define DNS_DOH_AUTO_UPGRADE_SERVER 0x0008
#define DNS_DOH_SERVER_SETTINGS_ENABLE_DDR 0x0010
#define DNS_DOH_SERVER_SETTINGS_MAKE_DDR_NON_BLOCKING 0x0020

/* DNS_DOT_SERVER_SETTINGS.Flags */
#define DNS_DOT_SERVER_SETTINGS_ENABLE 0x0001
#define DNS_DOT_SERVER_SETTINGS_FALLBACK_TO_UDP 0x0002
#define DNS_DOT_AUTO_UPGRADE_SERVER 0x0004
#define DNS_DOT_SERVER_SETTINGS_ENABLE_AUTO 0x0008
#define DNS_DOT_SERVER_SETTINGS_ENABLE_DDR 0x0010
#define DNS_DOT_SERVER_SETTINGS_MAKE_DDR_NON_BLOCKING 0x0020

/* DNS_INTERFACE_SETTINGS4.EncryptedDnsAdapterFlags */
#define DNS_DDR_ADAPTER_ENABLE_DOH 0x0001
#define DNS_DDR_ADAPTER_ENABLE 0x0001
#define DNS_DDR_ADAPTER_ENABLE_UDP_FALLBACK 0x0002
#define DNS_DDR_ADAPTER_MAKE_DDR_NON_BLOCKING 0x0004

typedef struct _DNS_SETTINGS {
    ULONG Version;
    ULONG64 Flags;
    PWSTR Hostname;
    PWSTR Domain;
    PWSTR SearchList;
} DNS_SETTINGS;

typedef struct _DNS_SETTINGS2 {
    ULONG Version;
    ULONG64 Flags;
    PWSTR Hostname;
    PWSTR Domain;
    PWSTR SearchList;
    ULONG64 SettingFlags;
} DNS_SETTINGS2;

typedef struct _DNS_DOH_SERVER_SETTINGS {
    PWSTR Template;
    ULONG64 Flags;
} DNS_DOH_SERVER_SETTINGS;

typedef struct _DNS_DOT_SERVER_SETTINGS {
    PWSTR Hostname;
    ULONG64 Flags;
    USHORT Port;
} DNS_DOT_SERVER_SETTINGS;

typedef enum _DNS_SERVER_PROPERTY_TYPE {
    DnsServerInvalidProperty = 0,
    DnsServerDohProperty = 1,
    DnsServerDotProperty = 2
} DNS_SERVER_PROPERTY_TYPE;

typedef union _DNS_SERVER_PROPERTY_TYPES {
    DNS_DOH_SERVER_SETTINGS *DohSettings;
    DNS_DOT_SERVER_SETTINGS *DotSettings;
} DNS_SERVER_PROPERTY_TYPES;

typedef struct _DNS_SERVER_PROPERTY {
    ULONG Version;
    ULONG ServerIndex;
    DNS_SERVER_PROPERTY_TYPE Type;
    DNS_SERVER_PROPERTY_TYPES Property;
} DNS_SERVER_PROPERTY;

typedef struct _DNS_INTERFACE_SETTINGS {
    ULONG Version;
    ULONG64 Flags;
    PWSTR Domain;
    PWSTR NameServer;
    PWSTR SearchList;
    ULONG RegistrationEnabled;
    ULONG RegisterAdapterName;
    ULONG EnableLLMNR;
    ULONG QueryAdapterName;
    PWSTR ProfileNameServer;
} DNS_INTERFACE_SETTINGS;

typedef struct _DNS_INTERFACE_SETTINGS_EX {
    DNS_INTERFACE_SETTINGS SettingsV1;
    ULONG DisableUnconstrainedQueries;
    PWSTR SupplementalSearchList;
} DNS_INTERFACE_SETTINGS_EX;

typedef struct _DNS_INTERFACE_SETTINGS3 {
    ULONG Version;
    ULONG64 Flags;
    PWSTR Domain;
    PWSTR NameServer;
    PWSTR SearchList;
    ULONG RegistrationEnabled;
    ULONG RegisterAdapterName;
    ULONG EnableLLMNR;
    ULONG QueryAdapterName;
    PWSTR ProfileNameServer;
    ULONG DisableUnconstrainedQueries;
    PWSTR SupplementalSearchList;
    ULONG cServerProperties;
    DNS_SERVER_PROPERTY *ServerProperties;
    ULONG cProfileServerProperties;
    DNS_SERVER_PROPERTY *ProfileServerProperties;
} DNS_INTERFACE_SETTINGS3;

typedef struct _DNS_INTERFACE_SETTINGS4 {
    ULONG Version;
    ULONG64 Flags;
    PWSTR Domain;
    PWSTR NameServer;
    PWSTR SearchList;
    ULONG RegistrationEnabled;
    ULONG RegisterAdapterName;
    ULONG EnableLLMNR;
    ULONG QueryAdapterName;
    PWSTR ProfileNameServer;
    ULONG DisableUnconstrainedQueries;
    PWSTR SupplementalSearchList;
    ULONG cServerProperties;
    DNS_SERVER_PROPERTY *ServerProperties;
    ULONG cProfileServerProperties;
    DNS_SERVER_PROPERTY *ProfileServerProperties;
    ULONG EncryptedDnsAdapterFlags;
} DNS_INTERFACE_SETTINGS4;

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Functions -------------------------------------------------------------------------------
 */

/**
 * @brief Read what is configured of DNS for an interface.
 *
 * Servers are those of one family, IPv4's unless Flags has DNS_SETTING_IPV6. They are the ones that
 * GetAdaptersAddresses() has, whoever has set them: Linux does not keep apart what was set by hand
 * and what the network said. Domain is the connection's suffix, SearchList the domains that names
 * are searched in, of which the suffix is the first. Lists are separated by commas. What is not
 * there is NULL. RegistrationEnabled, RegisterAdapterName and QueryAdapterName are FALSE: on Linux
 * nothing is registered, and no name is made of an adapter's. EnableLLMNR is TRUE where
 * systemd-resolved answers to LLMNR or mDNS on the interface. Profiles, what is reserved and
 * encryption are NULL or 0.
 *
 * @param Interface the interface's GUID
 * @param Settings Version is set by the caller to that of the structure, which is one of
 *     DNS_INTERFACE_SETTINGS (VERSION1), …_EX (2), …3 (3), …4 (4); Flags to 0 or DNS_SETTING_IPV6.
 *     All else is written on success, with DNS_SETTING_… in Flags for each member that is set.
 *     Free what it holds with FreeInterfaceDnsSettings()
 *
 * Context: any thread, callbacks included. Services of the host are asked; one that does not answer
 * costs a second.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Settings is NULL, or its Version or Flags are others
 *  - ERROR_FILE_NOT_FOUND: no interface has that GUID
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetInterfaceDnsSettings
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetInterfaceDnsSettings(GUID Interface,
                                                          DNS_INTERFACE_SETTINGS *Settings);

/**
 * @brief Configure DNS for an interface.
 *
 * What Flags names is set, all or nothing: by systemd-resolved, by systemd-networkd for its links,
 * or by NetworkManager for a device that it manages, and only as long as that service has it (until
 * the link goes, or is configured anew).
 *
 *  - DNS_SETTING_NAMESERVER: the servers of one family, IPv4's, or IPv6's with DNS_SETTING_IPV6;
 *    those of the other stay. NULL or an empty list: none, or with NetworkManager the network's
 *  - DNS_SETTING_DOMAIN: the suffix, which is the first of the domains that names are searched in
 *  - DNS_SETTING_SEARCHLIST: these domains, after the suffix if that is set as well
 *  - DNS_SETTINGS_ENABLE_LLMNR: LLMNR and mDNS, which only systemd-resolved has
 *  - DNS_SETTING_REGISTRATION_ENABLED, DNS_SETTING_REGISTER_ADAPTER_NAME,
 *    DNS_SETTINGS_QUERY_ADAPTER_NAME: FALSE only, which it always is
 *
 * @param Interface the interface's GUID
 * @param Settings the structure of its Version. Addresses and domains are separated by commas or
 *     blanks; at most 32 addresses, 64 domains
 *
 * Context: any thread, callbacks included. Waits for the service, a second at most, and as long
 * again to take back what was done.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Settings is NULL, its Version is none, Flags has one that the Version
 *    or the function has not, a list has what is no address of the family or no domain
 *  - ERROR_FILE_NOT_FOUND: no interface has that GUID
 *  - ERROR_NOT_SUPPORTED: no service is there that owns the interface's DNS; or what is asked for
 *    Linux has not: profiles, what is reserved, DNS over HTTPS and over TLS, TRUE where only FALSE
 * is possible
 *  - ERROR_ACCESS_DENIED: the service does not allow it to the user (polkit)
 *  - ERROR_BUSY: another program has the interface's DNS
 *  - ERROR_TIMEOUT: the service does not answer
 *  - ERROR_GEN_FAILURE: the service refuses; why goes to the log
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page SetInterfaceDnsSettings
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetInterfaceDnsSettings(GUID Interface,
                                                          const DNS_INTERFACE_SETTINGS *Settings);

/**
 * @brief Free what GetInterfaceDnsSettings() has put into the structure, and not the structure.
 *
 * @param Settings as it was returned; NULL is fine. Its strings are NULL afterwards
 *
 * Context: any thread, callbacks included.
 * Source: Microsoft netioapi.h page FreeInterfaceDnsSettings
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ FreeInterfaceDnsSettings(DNS_INTERFACE_SETTINGS *Settings);

/**
 * @brief Read the host's name, and what /etc/resolv.conf has of domains.
 *
 * @param Settings Version is set by the caller: DNS_SETTINGS_VERSION1, or 2 for DNS_SETTINGS2;
 * Flags to 0. All else is written on success, with DNS_SETTING_… in Flags for each member that is
 * set. Hostname is without a domain; Domain the one in the host's name, else the resolver's;
 *     SearchList is separated by commas; SettingFlags is 0: Linux has no policy of encryption. Free
 *     what it holds with FreeDnsSettings()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Settings is NULL, or its Version or Flags are others
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetDnsSettings(DNS_SETTINGS *Settings);

/**
 * @brief Configure the host's name and domains: which nothing on Linux does for all interfaces.
 *
 * systemd-resolved and NetworkManager have no such call, and the files are others'; what they have
 * is set for an interface, by SetInterfaceDnsSettings(). The host's name is no part of DNS there.
 *
 * @param Settings the structure of its Version
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR if Flags names nothing, or
 *  - ERROR_INVALID_PARAMETER: Settings is NULL, its Version is none, or Flags has others than
 *    DNS_SETTING_HOSTNAME, DNS_SETTING_DOMAIN, DNS_SETTING_SEARCHLIST, and with VERSION2
 *    DNS_SETTING_DOH and DNS_SETTING_DDR
 *  - ERROR_NOT_SUPPORTED: anything is to be set
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetDnsSettings(const DNS_SETTINGS *Settings);

/**
 * @brief Free what GetDnsSettings() has put into the structure, and not the structure.
 *
 * @param Settings as it was returned; NULL is fine. Its strings are NULL afterwards
 *
 * Context: any thread, callbacks included.
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ FreeDnsSettings(DNS_SETTINGS *Settings);

#ifdef __cplusplus
}
#endif

#endif
