// SPDX-License-Identifier: LGPL-2.1-or-later
// All functions at once, each on a thread of its own, while garbage is collected: the runtime interrupts
// all of them by signals, in the midst of whatever they wait for.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

static class Collected
{
    const int Size = 1 << 18;
    static readonly uint loopback = Reports.Ipv4("127.0.0.1");
    static readonly Native.UnicastChange change = (context, row, type) => GC.KeepAlive(new byte[1000]);
    static volatile bool over;

    // The function's error, with memory for what it gives.
    static uint With(Func<IntPtr, uint> function)
    {
        var memory = Marshal.AllocHGlobal(Size);
        uint error = function(memory);
        Marshal.FreeHGlobal(memory);
        return error;
    }

    static uint Freed(uint error, IntPtr table)
    {
        if (error == Native.NoError)
            Native.FreeMibTable(table);
        return error;
    }

    static readonly Dictionary<string, Func<uint>> functions = new Dictionary<string, Func<uint>>
    {
        { "adapters", () => With(memory => { uint size = Size; return Native.GetAdaptersAddresses(0, 0x80, IntPtr.Zero, memory, ref size); }) },
        { "params", () => With(memory => { uint size = Size; return Native.GetNetworkParams(memory, ref size); }) },
        { "tcp", () => With(memory => { int size = Size; return Native.GetExtendedTcpTable(memory, ref size, true, Native.AfInet, 5, 0); }) },
        { "routes", () => { IntPtr table; return Freed(Native.GetIpForwardTable2(0, out table), table); } },
        { "links", () => { IntPtr table; return Freed(Native.GetIfTable2(out table), table); } },
        { "best", () => { uint index; return Native.GetBestInterface(loopback, out index); } },
        { "echo", Echo },
        { "registration", Registration },
    };

    static uint Echo()
    {
        var handle = Native.IcmpCreateFile();
        uint error = With(memory => Native.IcmpSendEcho(handle, loopback, new byte[32], 32, IntPtr.Zero, memory, Size, 10000) == 1
                                        ? Native.NoError : (uint)Marshal.GetLastWin32Error());
        return Native.IcmpCloseHandle(handle) ? error : (uint)Marshal.GetLastWin32Error();
    }

    static uint Registration()
    {
        IntPtr handle;
        uint error = Native.NotifyUnicastIpAddressChange(0, change, IntPtr.Zero, true, out handle);
        return error == Native.NoError ? Native.CancelMibChangeNotify2(handle) : error;
    }

    static void Repeat(string name, Func<uint> function)
    {
        int calls = 0;
        uint error = Native.NoError;
        for (; !over && error == Native.NoError; calls++)
            error = function();
        Reports.Print("called", name, calls > 1, error);
    }

    // So many collections, of which each stops all threads.
    public static void Run(string[] arguments)
    {
        var threads = new List<Thread>();
        foreach (var function in functions)
        {
            var thread = new Thread(() => Repeat(function.Key, function.Value));
            thread.Start();
            threads.Add(thread);
        }
        for (int i = 0; i < int.Parse(arguments[1]); i++)
        {
            GC.Collect();
            Thread.Sleep(10);
        }
        over = true;
        foreach (var thread in threads)
            thread.Join();
        Reports.Print("functions", functions.Count);
    }
}
