// SPDX-License-Identifier: LGPL-2.1-or-later
// What users' programs do with iphlpapi.dll, one part by its name: each prints what it is told, line by
// line, with tabs between. reports.py does the same by ctypes, test_managed.py compares with the host.
using System;
using System.Collections.Generic;
using System.Net;
using System.Runtime.InteropServices;

static class Reports
{
    static readonly Dictionary<string, Action<string[]>> parts = new Dictionary<string, Action<string[]>>
    {
        { "params", Params },
        { "adapters", Adapters },
        { "arp", Arp },
        { "bestinterface", BestInterface },
        { "bestroute", BestRoute },
        { "tcp", Tcp },
        { "links", Links },
        { "routes", Routes },
        { "ping", Echo.Ping },
        { "ping6", Echo.Ping6 },
        { "pingevent", Echo.PingEvent },
        { "pingroutine", Echo.PingRoutine },
        { "collected", Collected.Run },
        { "notify", Notifications.Watch },
        { "failing", Notifications.WatchAndFail },
        { "live", Notifications.WatchAndReturn },
        { "blocked", Notifications.BlockAndReturn },
        { "throwing", Notifications.Throw },
    };

    static int Main(string[] arguments)
    {
        parts[arguments[0]](arguments);
        return Environment.ExitCode;
    }

    public static void Print(params object[] words)
    {
        lock (parts)
        {
            Console.WriteLine(string.Join("\t", words));
            Console.Out.Flush();
        }
    }

    public static void Demand(uint error, string function)
    {
        if (error != Native.NoError)
            throw new InvalidOperationException(function + ": " + error);
    }

    public static uint Ipv4(string text)
    {
        return BitConverter.ToUInt32(IPAddress.Parse(text).GetAddressBytes(), 0);
    }

    static string Text(uint ipv4)
    {
        return new IPAddress(BitConverter.GetBytes(ipv4)).ToString();
    }

    static T At<T>(IntPtr place)
    {
        return (T)Marshal.PtrToStructure(place, typeof(T));
    }

    // The rows of a table: its number of rows, and at an offset the first.
    static IEnumerable<T> Rows<T>(IntPtr table, int offset)
    {
        int count = Marshal.ReadInt32(table);
        for (int i = 0; i < count; i++)
            yield return At<T>(IntPtr.Add(table, offset + i * Marshal.SizeOf(typeof(T))));
    }

    static void Params(string[] arguments)
    {
        uint size = 0;
        uint error = Native.GetNetworkParams(IntPtr.Zero, ref size);
        if (error != Native.ErrorBufferOverflow)
            throw new InvalidOperationException("size: " + error);
        var memory = Marshal.AllocHGlobal((int)size);
        Demand(Native.GetNetworkParams(memory, ref size), "GetNetworkParams");
        var info = At<Native.FixedInfo>(memory);
        Print("host", info.HostName);
        Print("routing", info.EnableRouting);
        for (var server = info.DnsServerList; ; server = At<Native.IpAddrString>(server.Next))
        {
            if (server.IpAddress != "")
                Print("server", server.IpAddress);
            if (server.Next == IntPtr.Zero)
                break;
        }
        Marshal.FreeHGlobal(memory);
    }

    static void Adapters(string[] arguments)
    {
        uint family = uint.Parse(arguments[1]), size = 15000, error;
        IntPtr memory;
        do
        {
            memory = Marshal.AllocHGlobal((int)size);
            error = Native.GetAdaptersAddresses(family, 0x80, IntPtr.Zero, memory, ref size); // gateways
            if (error != Native.NoError)
                Marshal.FreeHGlobal(memory);
        } while (error == Native.ErrorBufferOverflow);
        Demand(error, "GetAdaptersAddresses");
        for (var at = memory; at != IntPtr.Zero;)
        {
            var adapter = At<Native.AdapterAddresses>(at);
            Print("adapter", adapter.IfIndex, Marshal.PtrToStringUni(adapter.FriendlyName), adapter.Mtu,
                  BitConverter.ToString(adapter.PhysicalAddress, 0, (int)adapter.PhysicalAddressLength));
            foreach (var list in new[] { Tuple.Create("unicast", adapter.FirstUnicastAddress),
                                         Tuple.Create("gateway", adapter.FirstGatewayAddress) })
                for (var node = list.Item2; node != IntPtr.Zero;)
                {
                    var head = At<Native.AdapterAddress>(node);
                    Print(list.Item1, adapter.IfIndex, Marshal.ReadInt16(head.Address.Sockaddr),
                          At<Native.SockaddrInet>(head.Address.Sockaddr), list.Item1 == "unicast"
                              ? At<Native.AdapterUnicastAddress>(node).OnLinkPrefixLength : 0);
                    node = head.Next;
                }
            at = adapter.Next;
        }
        Marshal.FreeHGlobal(memory);
    }

    static void Arp(string[] arguments)
    {
        var address = new byte[6];
        uint length = (uint)address.Length;
        Demand(Native.SendARP(Ipv4(arguments[1]), 0, address, ref length), "SendARP");
        Print("arp", BitConverter.ToString(address, 0, (int)length));
    }

    static void BestInterface(string[] arguments)
    {
        uint index;
        Demand(Native.GetBestInterface(Ipv4(arguments[1]), out index), "GetBestInterface");
        Print("index", index);
    }

    static void BestRoute(string[] arguments)
    {
        var destination = Native.SockaddrInet.Of(IPAddress.Parse(arguments[1]));
        Native.ForwardRow2 route;
        Native.SockaddrInet source;
        Demand(Native.GetBestRoute2(IntPtr.Zero, 0, IntPtr.Zero, ref destination, 0, out route, out source),
               "GetBestRoute2");
        Print("route", route.Index, route.NextHop.Family, route.NextHop, source.Family, source);
    }

    static int Port(uint port)
    {
        return (ushort)IPAddress.NetworkToHostOrder((short)port);
    }

    static void Tcp(string[] arguments)
    {
        const int ownerPidAll = 5;
        int family = int.Parse(arguments[1]), size = 0;
        var memory = IntPtr.Zero;
        while (Native.GetExtendedTcpTable(memory, ref size, true, family, ownerPidAll, 0) ==
               Native.ErrorInsufficientBuffer)
        {
            Marshal.FreeHGlobal(memory);
            memory = Marshal.AllocHGlobal(size);
        }
        if (family == Native.AfInet)
            foreach (var row in Rows<Native.TcpRowOwnerPid>(memory, 4))
                Print("tcp", row.State, Text(row.LocalAddr), Port(row.LocalPort), Text(row.RemoteAddr),
                      row.State == 2 ? 0 : Port(row.RemotePort), row.OwningPid);
        else
            foreach (var row in Rows<Native.Tcp6RowOwnerPid>(memory, 4))
                Print("tcp", row.State, new IPAddress(row.LocalAddr), Port(row.LocalPort),
                      new IPAddress(row.RemoteAddr), row.State == 2 ? 0 : Port(row.RemotePort),
                      row.OwningPid);
        Marshal.FreeHGlobal(memory);
    }

    static void Links(string[] arguments)
    {
        IntPtr table;
        Demand(Native.GetIfTable2(out table), "GetIfTable2");
        foreach (var row in Rows<Native.IfRow2>(table, 8))
            Print("link", row.Index, row.Alias, row.Mtu, row.AdminStatus,
                  BitConverter.ToString(row.PhysicalAddress, 0, (int)row.PhysicalAddressLength));
        Native.FreeMibTable(table);
    }

    static void Routes(string[] arguments)
    {
        IntPtr table;
        Demand(Native.GetIpForwardTable2(ushort.Parse(arguments[1]), out table), "GetIpForwardTable2");
        foreach (var row in Rows<Native.ForwardRow2>(table, 8))
            Print("route", row.Index, row.Prefix.Family, row.Prefix + "/" + row.PrefixLength,
                  row.NextHop.Family, row.NextHop);
        Native.FreeMibTable(table);
    }
}
