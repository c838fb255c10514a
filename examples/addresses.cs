// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints the host's addresses, and then each that comes or goes, until the input ends.
//
//     mcs addresses.cs && mono addresses.exe
//
// It is a program for Windows: nothing in it knows of Linux.
using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

static class Addresses
{
    [StructLayout(LayoutKind.Sequential)]
    struct UnicastRow
    {
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 28)] public byte[] Address; // SOCKADDR_INET
        public ulong InterfaceLuid;
        public uint InterfaceIndex;
        public int PrefixOrigin, SuffixOrigin;
        public uint ValidLifetime, PreferredLifetime;
        public byte OnLinkPrefixLength, SkipAsSource;
        public int DadState;
        public uint ScopeId;
        public long CreationTimeStamp;
    }

    enum Change
    {
        Changed,
        Added,
        Deleted,
    }

    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    delegate void OnChange(IntPtr context, IntPtr row, Change change);

    [DllImport("iphlpapi.dll")]
    static extern uint GetUnicastIpAddressTable(ushort family, out IntPtr table);

    [DllImport("iphlpapi.dll")]
    static extern void FreeMibTable(IntPtr table);

    [DllImport("iphlpapi.dll")]
    static extern uint NotifyUnicastIpAddressChange(ushort family, OnChange callback, IntPtr context,
                                                    [MarshalAs(UnmanagedType.U1)] bool initial,
                                                    out IntPtr handle);

    [DllImport("iphlpapi.dll")]
    static extern uint CancelMibChangeNotify2(IntPtr handle);

    static UnicastRow Row(IntPtr place)
    {
        return (UnicastRow)Marshal.PtrToStructure(place, typeof(UnicastRow));
    }

    static string Text(UnicastRow row)
    {
        // AddressFamily is Windows' own on every system: InterNetworkV6 is 23.
        bool isIpv6 = BitConverter.ToUInt16(row.Address, 0) == (ushort)AddressFamily.InterNetworkV6;
        var bytes = new byte[isIpv6 ? 16 : 4];
        Array.Copy(row.Address, isIpv6 ? 8 : 4, bytes, 0, bytes.Length);
        return string.Format("{0}/{1} on interface {2}", new IPAddress(bytes), row.OnLinkPrefixLength,
                             row.InterfaceIndex);
    }

    // In a callback only the key is certain: the address and its interface.
    static void Tell(IntPtr context, IntPtr row, Change change)
    {
        Console.WriteLine("{0}: {1}", change, Text(Row(row)));
    }

    // The library knows it for as long as the registration lives; so does the garbage collector.
    static readonly OnChange tell = Tell;

    static int Main()
    {
        IntPtr table, handle;
        uint error = NotifyUnicastIpAddressChange(0, tell, IntPtr.Zero, false, out handle);
        if (error == 0)
            error = GetUnicastIpAddressTable(0, out table);
        else
            table = IntPtr.Zero;
        if (error != 0)
        {
            Console.Error.WriteLine("iphlpapi: error {0}", error);
            return 1;
        }
        for (int i = 0; i < Marshal.ReadInt32(table); i++)
            Console.WriteLine(Text(Row(IntPtr.Add(table, 8 + i * Marshal.SizeOf(typeof(UnicastRow))))));
        FreeMibTable(table);
        Console.Out.Flush();
        Console.In.ReadToEnd();
        CancelMibChangeNotify2(handle);
        return 0;
    }
}
