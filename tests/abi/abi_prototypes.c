/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The types of functions and callbacks, written out as Microsoft documents them. Compiled, never
 * linked, against our headers and against mingw-w64's: it compiles against both or they differ.
 */
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <ws2ipdef.h>
#include <windns.h>
#include <iphlpapi.h>
#include <netioapi.h>
#include <winternl.h>
#define PIO_APC_ROUTINE_DEFINED
#include <icmpapi.h>
#define CONVENTION WINAPI
#else
#include <icmpapi.h>
#include <iphlpapi.h>
#define CONVENTION
#endif

/* NOLINTBEGIN(bugprone-macro-parentheses): types do not go in parentheses */
#define SAME(name, result, parameters)                                                             \
    extern result(CONVENTION *const check_##name) parameters;                                      \
    result(CONVENTION *const check_##name) parameters = (name)
/* NOLINTEND(bugprone-macro-parentheses) */

SAME(NotifyIpInterfaceChange, DWORD,
     (USHORT, void(CONVENTION *)(void *, MIB_IPINTERFACE_ROW *, MIB_NOTIFICATION_TYPE), void *,
      BOOLEAN, HANDLE *));
SAME(NotifyUnicastIpAddressChange, DWORD,
     (USHORT, void(CONVENTION *)(void *, MIB_UNICASTIPADDRESS_ROW *, MIB_NOTIFICATION_TYPE), void *,
      BOOLEAN, HANDLE *));
SAME(NotifyRouteChange2, DWORD,
     (USHORT, void(CONVENTION *)(void *, MIB_IPFORWARD_ROW2 *, MIB_NOTIFICATION_TYPE), void *,
      BOOLEAN, HANDLE *));
SAME(NotifyStableUnicastIpAddressTable, DWORD,
     (USHORT, MIB_UNICASTIPADDRESS_TABLE **,
      void(CONVENTION *)(void *, MIB_UNICASTIPADDRESS_TABLE *), void *, HANDLE *));
SAME(NotifyTeredoPortChange, DWORD,
     (void(CONVENTION *)(void *, USHORT, MIB_NOTIFICATION_TYPE), void *, BOOLEAN, HANDLE *));
SAME(CancelMibChangeNotify2, DWORD, (HANDLE));

SAME(GetIpInterfaceTable, DWORD, (USHORT, MIB_IPINTERFACE_TABLE **));
SAME(GetIpInterfaceEntry, DWORD, (MIB_IPINTERFACE_ROW *));
SAME(InitializeIpInterfaceEntry, void, (MIB_IPINTERFACE_ROW *));
SAME(SetIpInterfaceEntry, DWORD, (MIB_IPINTERFACE_ROW *));
SAME(GetUnicastIpAddressTable, DWORD, (USHORT, MIB_UNICASTIPADDRESS_TABLE **));
SAME(GetUnicastIpAddressEntry, DWORD, (MIB_UNICASTIPADDRESS_ROW *));
SAME(InitializeUnicastIpAddressEntry, void, (MIB_UNICASTIPADDRESS_ROW *));
SAME(CreateUnicastIpAddressEntry, DWORD, (const MIB_UNICASTIPADDRESS_ROW *));
SAME(SetUnicastIpAddressEntry, DWORD, (const MIB_UNICASTIPADDRESS_ROW *));
SAME(DeleteUnicastIpAddressEntry, DWORD, (const MIB_UNICASTIPADDRESS_ROW *));
SAME(GetMulticastIpAddressTable, DWORD, (USHORT, MIB_MULTICASTIPADDRESS_TABLE **));
SAME(GetMulticastIpAddressEntry, DWORD, (MIB_MULTICASTIPADDRESS_ROW *));
SAME(GetAnycastIpAddressTable, DWORD, (USHORT, MIB_ANYCASTIPADDRESS_TABLE **));
SAME(GetAnycastIpAddressEntry, DWORD, (MIB_ANYCASTIPADDRESS_ROW *));
SAME(CreateAnycastIpAddressEntry, DWORD, (const MIB_ANYCASTIPADDRESS_ROW *));
SAME(DeleteAnycastIpAddressEntry, DWORD, (const MIB_ANYCASTIPADDRESS_ROW *));
SAME(GetIpForwardTable2, DWORD, (USHORT, MIB_IPFORWARD_TABLE2 **));
SAME(GetIpForwardEntry2, DWORD, (MIB_IPFORWARD_ROW2 *));
SAME(InitializeIpForwardEntry, void, (MIB_IPFORWARD_ROW2 *));
SAME(CreateIpForwardEntry2, DWORD, (const MIB_IPFORWARD_ROW2 *));
SAME(SetIpForwardEntry2, DWORD, (const MIB_IPFORWARD_ROW2 *));
SAME(DeleteIpForwardEntry2, DWORD, (const MIB_IPFORWARD_ROW2 *));
SAME(GetIpNetTable2, DWORD, (USHORT, MIB_IPNET_TABLE2 **));
SAME(GetIpNetEntry2, DWORD, (MIB_IPNET_ROW2 *));
SAME(GetBestRoute2, DWORD,
     (NET_LUID *, ULONG, const SOCKADDR_INET *, const SOCKADDR_INET *, ULONG, MIB_IPFORWARD_ROW2 *,
      SOCKADDR_INET *));
SAME(GetBestRoute, DWORD, (DWORD, DWORD, MIB_IPFORWARDROW *));
SAME(GetIpForwardTable, DWORD, (MIB_IPFORWARDTABLE *, ULONG *, BOOL));
SAME(CreateIpForwardEntry, DWORD, (MIB_IPFORWARDROW *));
SAME(SetIpForwardEntry, DWORD, (MIB_IPFORWARDROW *));
SAME(GetAdapterOrderMap, IP_ADAPTER_ORDER_MAP *, (void));
SAME(IcmpCreateFile, HANDLE, (void));
SAME(Icmp6CreateFile, HANDLE, (void));
SAME(IcmpCloseHandle, BOOL, (HANDLE));
SAME(IcmpSendEcho, DWORD,
     (HANDLE, ULONG, void *, USHORT, IP_OPTION_INFORMATION *, void *, DWORD, DWORD));
SAME(IcmpSendEcho2, DWORD,
     (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, ULONG, void *, USHORT, IP_OPTION_INFORMATION *,
      void *, DWORD, DWORD));
SAME(NhpAllocateAndGetInterfaceInfoFromStack, DWORD,
     (IP_INTERFACE_NAME_INFO **, DWORD *, BOOL, HANDLE, DWORD));
SAME(ParseNetworkString, DWORD, (const WCHAR *, DWORD, NET_ADDRESS_INFO *, USHORT *, UCHAR *));
SAME(GetIpErrorString, DWORD, (IP_STATUS, WCHAR *, DWORD *));
#ifndef _WIN32 /* in no header of mingw-w64's */
SAME(IcmpSendEcho2Ex, DWORD,
     (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, ULONG, ULONG, void *, USHORT,
      IP_OPTION_INFORMATION *, void *, DWORD, DWORD));
#endif
SAME(Icmp6SendEcho2, DWORD,
     (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, struct sockaddr_in6 *, struct sockaddr_in6 *, void *,
      USHORT, IP_OPTION_INFORMATION *, void *, DWORD, DWORD));
SAME(IcmpParseReplies, DWORD, (void *, DWORD));
SAME(Icmp6ParseReplies, DWORD, (void *, DWORD));
SAME(GetRTTAndHopCount, BOOL, (ULONG, ULONG *, ULONG, ULONG *));
SAME(DeleteIpForwardEntry, DWORD, (MIB_IPFORWARDROW *));
SAME(GetIpPathTable, DWORD, (USHORT, MIB_IPPATH_TABLE **));
SAME(GetIpPathEntry, DWORD, (MIB_IPPATH_ROW *));
SAME(FlushIpPathTable, DWORD, (USHORT));
SAME(GetBestInterface, DWORD, (IPAddr, DWORD *));
SAME(GetBestInterfaceEx, DWORD, (struct sockaddr *, DWORD *));
SAME(CreateIpNetEntry2, DWORD, (const MIB_IPNET_ROW2 *));
SAME(SetIpNetEntry2, DWORD, (MIB_IPNET_ROW2 *));
SAME(DeleteIpNetEntry2, DWORD, (const MIB_IPNET_ROW2 *));
SAME(FlushIpNetTable2, DWORD, (USHORT, ULONG));
SAME(ResolveIpNetEntry2, DWORD, (MIB_IPNET_ROW2 *, const SOCKADDR_INET *));
SAME(GetIpNetTable, ULONG, (MIB_IPNETTABLE *, ULONG *, BOOL));
SAME(CreateIpNetEntry, DWORD, (MIB_IPNETROW *));
SAME(SetIpNetEntry, DWORD, (MIB_IPNETROW *));
SAME(DeleteIpNetEntry, DWORD, (MIB_IPNETROW *));
SAME(FlushIpNetTable, DWORD, (DWORD));
SAME(CreateProxyArpEntry, DWORD, (DWORD, DWORD, DWORD));
SAME(DeleteProxyArpEntry, DWORD, (DWORD, DWORD, DWORD));
SAME(SendARP, DWORD, (ULONG, ULONG, void *, ULONG *));
SAME(ResolveNeighbor, ULONG, (SOCKADDR *, void *, ULONG *));
SAME(GetIpAddrTable, DWORD, (MIB_IPADDRTABLE *, ULONG *, BOOL));
SAME(AddIPAddress, DWORD, (ULONG, ULONG, DWORD, ULONG *, ULONG *));
SAME(DeleteIPAddress, DWORD, (ULONG));
SAME(GetIfTable2, DWORD, (MIB_IF_TABLE2 **));
SAME(GetIfTable2Ex, DWORD, (MIB_IF_TABLE_LEVEL, MIB_IF_TABLE2 **));
SAME(GetIfEntry2, DWORD, (MIB_IF_ROW2 *));
#ifndef _WIN32 /* in no header of mingw-w64's */
SAME(GetIfEntry2Ex, DWORD, (MIB_IF_ENTRY_LEVEL, MIB_IF_ROW2 *));
#endif
SAME(GetIfStackTable, DWORD, (MIB_IFSTACK_TABLE **));
SAME(GetInvertedIfStackTable, DWORD, (MIB_INVERTEDIFSTACK_TABLE **));
SAME(GetIfTable, DWORD, (MIB_IFTABLE *, ULONG *, BOOL));
SAME(GetIfEntry, DWORD, (MIB_IFROW *));
SAME(SetIfEntry, DWORD, (MIB_IFROW *));
SAME(GetNumberOfInterfaces, DWORD, (DWORD *));
SAME(GetInterfaceInfo, DWORD, (IP_INTERFACE_INFO *, ULONG *));
SAME(GetAdapterIndex, DWORD, (WCHAR *, ULONG *));
SAME(IpRenewAddress, DWORD, (IP_ADAPTER_INDEX_MAP *));
SAME(IpReleaseAddress, DWORD, (IP_ADAPTER_INDEX_MAP *));
SAME(CreatePersistentTcpPortReservation, ULONG, (USHORT, USHORT, ULONG64 *));
SAME(DeletePersistentTcpPortReservation, ULONG, (USHORT, USHORT));
SAME(LookupPersistentTcpPortReservation, ULONG, (USHORT, USHORT, ULONG64 *));
SAME(CreatePersistentUdpPortReservation, ULONG, (USHORT, USHORT, ULONG64 *));
SAME(DeletePersistentUdpPortReservation, ULONG, (USHORT, USHORT));
SAME(LookupPersistentUdpPortReservation, ULONG, (USHORT, USHORT, ULONG64 *));
SAME(DisableMediaSense, DWORD, (HANDLE *, OVERLAPPED *));
SAME(RestoreMediaSense, DWORD, (OVERLAPPED *, DWORD *));
SAME(GetAdaptersAddresses, ULONG, (ULONG, ULONG, void *, IP_ADAPTER_ADDRESSES *, ULONG *));
SAME(GetAdaptersInfo, DWORD, (IP_ADAPTER_INFO *, ULONG *));
SAME(GetPerAdapterInfo, DWORD, (ULONG, IP_PER_ADAPTER_INFO *, ULONG *));
SAME(GetNetworkParams, DWORD, (FIXED_INFO *, ULONG *));
SAME(GetIpStatistics, ULONG, (MIB_IPSTATS *));
SAME(GetIpStatisticsEx, ULONG, (MIB_IPSTATS *, ULONG));
SAME(GetTcpStatistics, ULONG, (MIB_TCPSTATS *));
SAME(GetTcpStatisticsEx, ULONG, (MIB_TCPSTATS *, ULONG));
SAME(GetUdpStatistics, ULONG, (MIB_UDPSTATS *));
SAME(GetUdpStatisticsEx, ULONG, (MIB_UDPSTATS *, ULONG));
SAME(GetIcmpStatistics, ULONG, (MIB_ICMP *));
SAME(GetIcmpStatisticsEx, ULONG, (MIB_ICMP_EX *, ULONG));
SAME(SetIpStatistics, DWORD, (MIB_IPSTATS *));
SAME(SetIpStatisticsEx, ULONG, (MIB_IPSTATS *, ULONG));
SAME(SetIpTTL, DWORD, (UINT));
SAME(EnableRouter, DWORD, (HANDLE *, OVERLAPPED *));
SAME(NotifyAddrChange, DWORD, (HANDLE *, OVERLAPPED *));
SAME(NotifyRouteChange, DWORD, (HANDLE *, OVERLAPPED *));
SAME(CancelIPChangeNotify, BOOL, (OVERLAPPED *));
SAME(UnenableRouter, DWORD, (OVERLAPPED *, DWORD *));
#ifndef _WIN32 /* in no header of mingw-w64's */
SAME(GetTcpStatisticsEx2, ULONG, (MIB_TCPSTATS2 *, ULONG));
SAME(GetUdpStatisticsEx2, ULONG, (MIB_UDPSTATS2 *, ULONG));
#endif
SAME(GetTcpTable, ULONG, (MIB_TCPTABLE *, ULONG *, BOOL));
SAME(GetTcpTable2, ULONG, (MIB_TCPTABLE2 *, ULONG *, BOOL));
SAME(GetTcp6Table, ULONG, (MIB_TCP6TABLE *, ULONG *, BOOL));
SAME(GetTcp6Table2, ULONG, (MIB_TCP6TABLE2 *, ULONG *, BOOL));
SAME(GetExtendedTcpTable, DWORD, (void *, DWORD *, BOOL, ULONG, TCP_TABLE_CLASS, ULONG));
SAME(GetOwnerModuleFromTcpEntry, DWORD,
     (MIB_TCPROW_OWNER_MODULE *, TCPIP_OWNER_MODULE_INFO_CLASS, void *, DWORD *));
SAME(GetOwnerModuleFromTcp6Entry, DWORD,
     (MIB_TCP6ROW_OWNER_MODULE *, TCPIP_OWNER_MODULE_INFO_CLASS, void *, DWORD *));
SAME(GetOwnerModuleFromUdpEntry, DWORD,
     (MIB_UDPROW_OWNER_MODULE *, TCPIP_OWNER_MODULE_INFO_CLASS, void *, DWORD *));
SAME(GetOwnerModuleFromUdp6Entry, DWORD,
     (MIB_UDP6ROW_OWNER_MODULE *, TCPIP_OWNER_MODULE_INFO_CLASS, void *, DWORD *));
#ifndef _WIN32 /* mingw-w64 has it without a calling convention */
SAME(GetOwnerModuleFromPidAndInfo, DWORD,
     (ULONG, ULONG64 *, TCPIP_OWNER_MODULE_INFO_CLASS, void *, DWORD *));
#endif
SAME(SetTcpEntry, DWORD, (MIB_TCPROW *));
SAME(GetPerTcpConnectionEStats, ULONG,
     (MIB_TCPROW *, TCP_ESTATS_TYPE, UCHAR *, ULONG, ULONG, UCHAR *, ULONG, ULONG, UCHAR *, ULONG,
      ULONG));
SAME(GetPerTcp6ConnectionEStats, ULONG,
     (MIB_TCP6ROW *, TCP_ESTATS_TYPE, UCHAR *, ULONG, ULONG, UCHAR *, ULONG, ULONG, UCHAR *, ULONG,
      ULONG));
SAME(SetPerTcpConnectionEStats, ULONG,
     (MIB_TCPROW *, TCP_ESTATS_TYPE, UCHAR *, ULONG, ULONG, ULONG));
SAME(SetPerTcp6ConnectionEStats, ULONG,
     (MIB_TCP6ROW *, TCP_ESTATS_TYPE, UCHAR *, ULONG, ULONG, ULONG));
SAME(GetUdpTable, ULONG, (MIB_UDPTABLE *, ULONG *, BOOL));
SAME(GetUdp6Table, ULONG, (MIB_UDP6TABLE *, ULONG *, BOOL));
SAME(GetExtendedUdpTable, DWORD, (void *, DWORD *, BOOL, ULONG, UDP_TABLE_CLASS, ULONG));
#ifndef _WIN32 /* in no header of mingw-w64's, or without a calling convention */
SAME(AllocateAndGetTcpTableFromStack, DWORD, (MIB_TCPTABLE **, BOOL, HANDLE, DWORD));
SAME(AllocateAndGetTcpExTableFromStack, DWORD, (void **, BOOL, HANDLE, DWORD, DWORD));
SAME(AllocateAndGetTcpExTable2FromStack, DWORD,
     (void **, BOOL, HANDLE, DWORD, DWORD, TCP_TABLE_CLASS));
SAME(AllocateAndGetUdpTableFromStack, DWORD, (MIB_UDPTABLE **, BOOL, HANDLE, DWORD));
SAME(AllocateAndGetUdpExTableFromStack, DWORD, (void **, BOOL, HANDLE, DWORD, DWORD));
SAME(AllocateAndGetUdpExTable2FromStack, DWORD,
     (void **, BOOL, HANDLE, DWORD, DWORD, UDP_TABLE_CLASS));
SAME(AllocateAndGetIfTableFromStack, DWORD, (MIB_IFTABLE **, BOOL, HANDLE, DWORD));
SAME(AllocateAndGetIpAddrTableFromStack, DWORD, (MIB_IPADDRTABLE **, BOOL, HANDLE, DWORD));
SAME(AllocateAndGetIpForwardTableFromStack, DWORD, (MIB_IPFORWARDTABLE **, BOOL, HANDLE, DWORD));
SAME(AllocateAndGetIpNetTableFromStack, DWORD, (MIB_IPNETTABLE **, BOOL, HANDLE, DWORD));
SAME(InternalGetTcpTable, DWORD, (MIB_TCPTABLE **, HANDLE, DWORD));
SAME(InternalGetTcpTable2, DWORD, (MIB_TCPTABLE2 **, HANDLE, DWORD));
SAME(InternalGetTcp6Table2, DWORD, (MIB_TCP6TABLE2 **, HANDLE, DWORD));
SAME(InternalGetTcpTableWithOwnerPid, DWORD, (MIB_TCPTABLE_OWNER_PID **, HANDLE, DWORD));
SAME(InternalGetTcp6TableWithOwnerPid, DWORD, (MIB_TCP6TABLE_OWNER_PID **, HANDLE, DWORD));
SAME(InternalGetTcpTableWithOwnerModule, DWORD, (MIB_TCPTABLE_OWNER_MODULE **, HANDLE, DWORD));
SAME(InternalGetTcp6TableWithOwnerModule, DWORD, (MIB_TCP6TABLE_OWNER_MODULE **, HANDLE, DWORD));
SAME(InternalGetUdpTable, DWORD, (MIB_UDPTABLE **, HANDLE, DWORD));
SAME(InternalGetUdpTableWithOwnerPid, DWORD, (MIB_UDPTABLE_OWNER_PID **, HANDLE, DWORD));
SAME(InternalGetUdp6TableWithOwnerPid, DWORD, (MIB_UDP6TABLE_OWNER_PID **, HANDLE, DWORD));
SAME(InternalGetUdpTableWithOwnerModule, DWORD, (MIB_UDPTABLE_OWNER_MODULE **, HANDLE, DWORD));
SAME(InternalGetUdp6TableWithOwnerModule, DWORD, (MIB_UDP6TABLE_OWNER_MODULE **, HANDLE, DWORD));
SAME(InternalGetBoundTcpEndpointTable, DWORD, (MIB_TCPTABLE2 **, HANDLE, DWORD));
SAME(InternalGetBoundTcp6EndpointTable, DWORD, (MIB_TCP6TABLE2 **, HANDLE, DWORD));
#endif
SAME(GetFriendlyIfIndex, DWORD, (DWORD));
SAME(GetUniDirectionalAdapterInfo, DWORD, (IP_UNIDIRECTIONAL_ADAPTER_ADDRESS *, ULONG *));
SAME(GetTeredoPort, DWORD, (USHORT *));
SAME(FreeMibTable, void, (void *));

SAME(ConvertInterfaceIndexToLuid, DWORD, (ULONG, NET_LUID *));
SAME(ConvertInterfaceLuidToIndex, DWORD, (const NET_LUID *, ULONG *));
SAME(ConvertInterfaceLuidToAlias, DWORD, (const NET_LUID *, WCHAR *, SIZE_T));
SAME(ConvertInterfaceAliasToLuid, DWORD, (const WCHAR *, NET_LUID *));
SAME(GetIpNetworkConnectionBandwidthEstimates, DWORD,
     (ULONG, USHORT, MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES *));
SAME(CreateSortedAddressPairs, DWORD,
     (SOCKADDR_IN6 *, ULONG, SOCKADDR_IN6 *, ULONG, ULONG, SOCKADDR_IN6_PAIR **, ULONG *));
SAME(ConvertInterfaceGuidToLuid, DWORD, (const GUID *, NET_LUID *));
SAME(ConvertInterfaceLuidToGuid, DWORD, (const NET_LUID *, GUID *));
SAME(ConvertInterfaceLuidToNameA, DWORD, (const NET_LUID *, char *, SIZE_T));
SAME(ConvertInterfaceLuidToNameW, DWORD, (const NET_LUID *, WCHAR *, SIZE_T));
SAME(ConvertInterfaceNameToLuidA, DWORD, (const char *, NET_LUID *));
SAME(ConvertInterfaceNameToLuidW, DWORD, (const WCHAR *, NET_LUID *));
SAME(GetCurrentThreadCompartmentId, UINT32, (void));
SAME(SetCurrentThreadCompartmentId, DWORD, (UINT32));
SAME(GetSessionCompartmentId, UINT32, (ULONG));
SAME(SetSessionCompartmentId, DWORD, (ULONG, UINT32));
SAME(GetNetworkInformation, DWORD, (const GUID *, UINT32 *, ULONG *, WCHAR *, ULONG));
SAME(SetNetworkInformation, DWORD, (const GUID *, UINT32, const WCHAR *));
SAME(ConvertIpv4MaskToLength, DWORD, (ULONG, UINT8 *));
SAME(ConvertLengthToIpv4Mask, DWORD, (ULONG, ULONG *));
#ifndef _WIN32 /* in no header of mingw-w64's */
SAME(ConvertGuidToStringA, DWORD, (const GUID *, char *, ULONG));
SAME(ConvertGuidToStringW, DWORD, (const GUID *, WCHAR *, ULONG));
SAME(ConvertStringToGuidA, DWORD, (const char *, GUID *));
SAME(ConvertStringToGuidW, DWORD, (const WCHAR *, GUID *));
SAME(GetDefaultCompartmentId, UINT32, (void));
SAME(GetCurrentThreadCompartmentScope, void, (UINT32 *, UINT32 *));
SAME(SetCurrentThreadCompartmentScope, DWORD, (UINT32));
SAME(GetJobCompartmentId, UINT32, (HANDLE));
SAME(SetJobCompartmentId, DWORD, (HANDLE, UINT32));
SAME(ConvertCompartmentGuidToId, DWORD, (const GUID *, UINT32 *));
SAME(ConvertCompartmentIdToGuid, DWORD, (UINT32, GUID *));
SAME(InitializeFlVirtualInterfaceEntry, void, (MIB_FL_VIRTUAL_INTERFACE_ROW *));
SAME(CreateFlVirtualInterface, DWORD, (const MIB_FL_VIRTUAL_INTERFACE_ROW *));
SAME(DeleteFlVirtualInterface, DWORD, (const MIB_FL_VIRTUAL_INTERFACE_ROW *));
SAME(SetFlVirtualInterface, DWORD, (const MIB_FL_VIRTUAL_INTERFACE_ROW *));
SAME(GetFlVirtualInterface, DWORD, (MIB_FL_VIRTUAL_INTERFACE_ROW *));
SAME(GetFlVirtualInterfaceTable, DWORD, (USHORT, MIB_FL_VIRTUAL_INTERFACE_TABLE **));
SAME(GetInterfaceSupportedTimestampCapabilities, DWORD,
     (const NET_LUID *, INTERFACE_TIMESTAMP_CAPABILITIES *));
SAME(GetInterfaceActiveTimestampCapabilities, DWORD,
     (const NET_LUID *, INTERFACE_TIMESTAMP_CAPABILITIES *));
SAME(GetInterfaceCurrentTimestampCapabilities, DWORD,
     (const NET_LUID *, INTERFACE_TIMESTAMP_CAPABILITIES *));
SAME(GetInterfaceHardwareTimestampCapabilities, DWORD,
     (const NET_LUID *, INTERFACE_TIMESTAMP_CAPABILITIES *));
SAME(CaptureInterfaceHardwareCrossTimestamp, DWORD,
     (const NET_LUID *, INTERFACE_HARDWARE_CROSSTIMESTAMP *));
SAME(RegisterInterfaceTimestampConfigChange, DWORD,
     (PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK, void *, HIFTIMESTAMPCHANGE *));
SAME(UnregisterInterfaceTimestampConfigChange, void, (HIFTIMESTAMPCHANGE));
SAME(NotifyIfTimestampConfigChange, DWORD,
     (void *, PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK, HIFTIMESTAMPCHANGE *));
SAME(CancelIfTimestampConfigChange, void, (HIFTIMESTAMPCHANGE));
SAME(IphlpapiGetWatchStatistics, DWORD, (HANDLE, IPHLPAPI_WATCH_STATISTICS *));
SAME(IphlpapiGetNextWatchStatistics, DWORD, (HANDLE, IPHLPAPI_WATCH_STATISTICS *));
SAME(IphlpapiTimeCallbacks, void, (BOOL));
SAME(GetInterfaceDnsSettings, DWORD, (GUID, DNS_INTERFACE_SETTINGS *));
SAME(SetInterfaceDnsSettings, DWORD, (GUID, const DNS_INTERFACE_SETTINGS *));
SAME(FreeInterfaceDnsSettings, void, (DNS_INTERFACE_SETTINGS *));
SAME(GetDnsSettings, DWORD, (DNS_SETTINGS *));
SAME(SetDnsSettings, DWORD, (const DNS_SETTINGS *));
SAME(FreeDnsSettings, void, (DNS_SETTINGS *));
SAME(GetNetworkConnectivityHint, DWORD, (NL_NETWORK_CONNECTIVITY_HINT *));
SAME(GetNetworkConnectivityHintForInterface, DWORD, (ULONG, NL_NETWORK_CONNECTIVITY_HINT *));
SAME(NotifyNetworkConnectivityHintChange, DWORD,
     (void(CONVENTION *)(void *, NL_NETWORK_CONNECTIVITY_HINT), void *, BOOLEAN, HANDLE *));
#endif

extern const PIPINTERFACE_CHANGE_CALLBACK check_interface;
extern void CONVENTION on_interface(PVOID, PMIB_IPINTERFACE_ROW, MIB_NOTIFICATION_TYPE);
const PIPINTERFACE_CHANGE_CALLBACK check_interface = on_interface;

extern const PUNICAST_IPADDRESS_CHANGE_CALLBACK check_address;
extern void CONVENTION on_address(PVOID, PMIB_UNICASTIPADDRESS_ROW, MIB_NOTIFICATION_TYPE);
const PUNICAST_IPADDRESS_CHANGE_CALLBACK check_address = on_address;

extern const PIPFORWARD_CHANGE_CALLBACK check_route;
extern void CONVENTION on_route(PVOID, PMIB_IPFORWARD_ROW2, MIB_NOTIFICATION_TYPE);
const PIPFORWARD_CHANGE_CALLBACK check_route = on_route;

extern const PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK check_stable;
extern void CONVENTION on_stable(PVOID, PMIB_UNICASTIPADDRESS_TABLE);
const PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK check_stable = on_stable;

extern const PTEREDO_PORT_CHANGE_CALLBACK check_port;
extern void CONVENTION on_port(PVOID, USHORT, MIB_NOTIFICATION_TYPE);
const PTEREDO_PORT_CHANGE_CALLBACK check_port = on_port;

extern const PIO_APC_ROUTINE check_echo;
extern void CONVENTION on_echo(PVOID, PIO_STATUS_BLOCK, ULONG);
const PIO_APC_ROUTINE check_echo = on_echo;
#ifndef _WIN32 /* in no header of mingw-w64's */
extern const PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK check_timestamps;
extern void CONVENTION on_timestamps(PVOID);
const PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK check_timestamps = on_timestamps;
#endif

#ifndef _WIN32 /* mingw-w64 10.0.0 does not have it */
extern const PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK check_hint;
extern void CONVENTION on_hint(PVOID, NL_NETWORK_CONNECTIVITY_HINT);
const PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK check_hint = on_hint;
#endif

/* What the newer structures point to; abi_newer.def has their sizes. */
#ifndef _WIN32
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define POINTS_TO(type, field, target)                                                             \
    _Static_assert(_Generic(((type *)0)->field, target * : 1, default : 0), #type "." #field)
/* NOLINTEND(bugprone-macro-parentheses) */

POINTS_TO(DNS_SERVER_PROPERTY_TYPES, DohSettings, DNS_DOH_SERVER_SETTINGS);
POINTS_TO(DNS_SERVER_PROPERTY_TYPES, DotSettings, DNS_DOT_SERVER_SETTINGS);
POINTS_TO(DNS_INTERFACE_SETTINGS3, ServerProperties, DNS_SERVER_PROPERTY);
POINTS_TO(DNS_INTERFACE_SETTINGS3, ProfileServerProperties, DNS_SERVER_PROPERTY);
POINTS_TO(DNS_INTERFACE_SETTINGS4, ServerProperties, DNS_SERVER_PROPERTY);
POINTS_TO(DNS_INTERFACE_SETTINGS4, ProfileServerProperties, DNS_SERVER_PROPERTY);
#endif

/* The macros, in the way that a port which declares functions of its own uses them. */
extern NETIOAPI_API check_declaration(NETIO_STATUS status);
NETIOAPI_API check_declaration(NETIO_STATUS status)
{
    return NETIO_SUCCESS(status) ? NO_ERROR : status;
}
_Static_assert(NETIO_SUCCESS(NO_ERROR) && !NETIO_SUCCESS(ERROR_NOT_FOUND), "NETIO_SUCCESS");
