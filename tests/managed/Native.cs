// SPDX-License-Identifier: LGPL-2.1-or-later
// The declarations as programs for Windows have them: nothing here knows where it runs.
using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

static class Native
{
    public const uint NoError = 0, ErrorInsufficientBuffer = 122, ErrorBufferOverflow = 111;
    public const ushort AfUnspec = 0, AfInet = 2, AfInet6 = 23;

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Ansi)]
    public struct IpAddrString
    {
        public IntPtr Next;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 16)] public string IpAddress;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 16)] public string IpMask;
        public uint Context;
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Ansi)]
    public struct FixedInfo
    {
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 132)] public string HostName;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 132)] public string DomainName;
        public IntPtr CurrentDnsServer;
        public IpAddrString DnsServerList;
        public uint NodeType;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 260)] public string ScopeId;
        public uint EnableRouting;
        public uint EnableProxy;
        public uint EnableDns;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SocketAddress
    {
        public IntPtr Sockaddr;
        public int Length;
    }

    // What all lists of an adapter's addresses begin with.
    [StructLayout(LayoutKind.Sequential)]
    public struct AdapterAddress
    {
        public uint Length;
        public uint Flags;
        public IntPtr Next;
        public SocketAddress Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct AdapterUnicastAddress
    {
        public AdapterAddress Head;
        public int PrefixOrigin, SuffixOrigin, DadState;
        public uint ValidLifetime, PreferredLifetime, LeaseLifetime;
        public byte OnLinkPrefixLength;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct AdapterAddresses
    {
        public uint Length, IfIndex;
        public IntPtr Next;
        public IntPtr AdapterName;
        public IntPtr FirstUnicastAddress, FirstAnycastAddress, FirstMulticastAddress, FirstDnsServerAddress;
        public IntPtr DnsSuffix, Description, FriendlyName;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 8)] public byte[] PhysicalAddress;
        public uint PhysicalAddressLength, Flags, Mtu, IfType, OperStatus, Ipv6IfIndex;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 16)] public uint[] ZoneIndices;
        public IntPtr FirstPrefix;
        public ulong TransmitLinkSpeed, ReceiveLinkSpeed;
        public IntPtr FirstWinsServerAddress, FirstGatewayAddress;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TcpRowOwnerPid
    {
        public uint State, LocalAddr, LocalPort, RemoteAddr, RemotePort, OwningPid;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Tcp6RowOwnerPid
    {
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 16)] public byte[] LocalAddr;
        public uint LocalScopeId, LocalPort;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 16)] public byte[] RemoteAddr;
        public uint RemoteScopeId, RemotePort, State, OwningPid;
    }

    // An address of either family; Family tells which.
    [StructLayout(LayoutKind.Explicit, Size = 28, Pack = 4)]
    public struct SockaddrInet
    {
        [FieldOffset(0)] public ushort Family;
        [FieldOffset(2)] public ushort Port;
        [FieldOffset(4)] public uint Ipv4;
        [FieldOffset(8)] public ulong Ipv6First;
        [FieldOffset(16)] public ulong Ipv6Second;
        [FieldOffset(24)] public uint ScopeId;

        // AddressFamily has Windows' numbers on every system.
        public static SockaddrInet Of(IPAddress address)
        {
            var made = new SockaddrInet { Family = (ushort)address.AddressFamily };
            var bytes = address.GetAddressBytes();
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                made.Ipv4 = BitConverter.ToUInt32(bytes, 0);
                return made;
            }
            made.Ipv6First = BitConverter.ToUInt64(bytes, 0);
            made.Ipv6Second = BitConverter.ToUInt64(bytes, 8);
            made.ScopeId = (uint)address.ScopeId;
            return made;
        }

        public override string ToString()
        {
            if (Family == AfInet)
                return new IPAddress(BitConverter.GetBytes(Ipv4)).ToString();
            if (Family != AfInet6)
                return "family " + Family;
            var bytes = new byte[16];
            BitConverter.GetBytes(Ipv6First).CopyTo(bytes, 0);
            BitConverter.GetBytes(Ipv6Second).CopyTo(bytes, 8);
            return new IPAddress(bytes).ToString();
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ForwardRow2
    {
        public ulong Luid;
        public uint Index;
        public SockaddrInet Prefix;
        public byte PrefixLength;
        public SockaddrInet NextHop;
        public byte SitePrefixLength;
        public uint ValidLifetime, PreferredLifetime, Metric;
        public int Protocol;
        public byte Loopback, AutoconfigureAddress, Publish, Immortal;
        public uint Age;
        public int Origin;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct UnicastRow
    {
        public SockaddrInet Address;
        public ulong Luid;
        public uint Index;
        public int PrefixOrigin, SuffixOrigin;
        public uint ValidLifetime, PreferredLifetime;
        public byte OnLinkPrefixLength;
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    public struct IfRow2
    {
        public ulong Luid;
        public uint Index;
        public Guid Guid;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 257)] public string Alias;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 257)] public string Description;
        public uint PhysicalAddressLength;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 32)] public byte[] PhysicalAddress;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 32)] public byte[] PermanentPhysicalAddress;
        public uint Mtu, Type;
        public int TunnelType, MediaType, PhysicalMediumType, AccessType, DirectionType;
        public byte Flags;
        public int OperStatus, AdminStatus, MediaConnectState;
        public Guid NetworkGuid;
        public int ConnectionType;
        public ulong TransmitLinkSpeed, ReceiveLinkSpeed;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 18)] public ulong[] Counters;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct EchoReply
    {
        public uint Address, Status, RoundTripTime;
        public ushort DataSize, Reserved;
        public IntPtr Data;
        public byte Ttl, Tos, Flags, OptionsSize;
        public IntPtr OptionsData;
    }

    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    public delegate void UnicastChange(IntPtr context, IntPtr row, int type);

    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    public delegate void ApcRoutine(IntPtr context, IntPtr status, uint reserved);

    [DllImport("iphlpapi.dll")] public static extern uint GetNetworkParams(IntPtr info, ref uint size);
    [DllImport("iphlpapi.dll")] public static extern uint GetAdaptersAddresses(uint family, uint flags, IntPtr reserved, IntPtr list, ref uint size);
    [DllImport("iphlpapi.dll")] public static extern uint SendARP(uint destination, uint source, byte[] address, ref uint length);
    [DllImport("iphlpapi.dll")] public static extern uint GetBestInterface(uint address, out uint index);
    [DllImport("iphlpapi.dll")] public static extern uint GetExtendedTcpTable(IntPtr table, ref int size, bool sort, int family, int tableClass, uint reserved);
    [DllImport("iphlpapi.dll")] public static extern uint GetIfTable2(out IntPtr table);
    [DllImport("iphlpapi.dll")] public static extern uint GetIpForwardTable2(ushort family, out IntPtr table);
    [DllImport("iphlpapi.dll")] public static extern uint GetBestRoute2(IntPtr luid, uint index, IntPtr source, ref SockaddrInet destination, uint options, out ForwardRow2 route, out SockaddrInet bestSource);
    [DllImport("iphlpapi.dll")] public static extern void FreeMibTable(IntPtr table);
    [DllImport("iphlpapi.dll")] public static extern uint NotifyUnicastIpAddressChange(ushort family, UnicastChange callback, IntPtr context, [MarshalAs(UnmanagedType.U1)] bool initial, out IntPtr handle);
    [DllImport("iphlpapi.dll")] public static extern uint CancelMibChangeNotify2(IntPtr handle);

    // In other spellings, which are as common.
    [DllImport("Iphlpapi.dll", SetLastError = true)] public static extern IntPtr IcmpCreateFile();
    [DllImport("IPHLPAPI.DLL", SetLastError = true)] public static extern bool IcmpCloseHandle(IntPtr handle);
    [DllImport("icmp.dll", SetLastError = true)] public static extern uint IcmpSendEcho(IntPtr handle, uint destination, byte[] data, ushort size, IntPtr options, IntPtr reply, uint replySize, uint timeout);
    [DllImport("iphlpapi", SetLastError = true)] public static extern uint IcmpSendEcho2(IntPtr handle, IntPtr signal, ApcRoutine routine, IntPtr context, uint destination, byte[] data, ushort size, IntPtr options, IntPtr reply, uint replySize, uint timeout);
    [DllImport("iphlpapi", SetLastError = true)] public static extern uint IcmpParseReplies(IntPtr reply, uint size);
    [DllImport("iphlpapi.dll", SetLastError = true)] public static extern IntPtr Icmp6CreateFile();
    [DllImport("iphlpapi.dll", SetLastError = true)] public static extern uint Icmp6SendEcho2(IntPtr handle, IntPtr signal, ApcRoutine routine, IntPtr context, ref SockaddrInet source, ref SockaddrInet destination, byte[] data, ushort size, IntPtr options, IntPtr reply, uint replySize, uint timeout);
}
