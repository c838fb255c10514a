// SPDX-License-Identifier: LGPL-2.1-or-later
// Notifications to a delegate, while the runtime collects garbage as fast as it can: it stops all threads
// for that, the library's too. The delegate is kept alive by the program, in a static field.
using System;
using System.Runtime.InteropServices;
using System.Threading;

static class Notifications
{
    static readonly byte[][] litter = new byte[16][];
    static volatile bool over;

    static readonly Native.UnicastChange print = Print;
    static readonly Native.UnicastChange fail = Fail;
    static readonly Native.UnicastChange block = Block;

    static void Litter()
    {
        for (int i = 0; i < 4 * litter.Length; i++)
            litter[i % litter.Length] = new byte[100000];
    }

    static void Print(IntPtr context, IntPtr memory, int type)
    {
        Litter();
        if (memory == IntPtr.Zero)
        {
            Reports.Print("initial", type);
            return;
        }
        var row = (Native.UnicastRow)Marshal.PtrToStructure(memory, typeof(Native.UnicastRow));
        Reports.Print("told", type, row.Address.Family, row.Address, row.Index, context);
    }

    // A fault of the callback's own, which the runtime makes an exception of.
    static void Fail(IntPtr context, IntPtr memory, int type)
    {
        string nothing = null;
        try
        {
            Reports.Print("length", nothing.Length);
        }
        catch (NullReferenceException)
        {
            Reports.Print("caught", type);
        }
    }

    static void Block(IntPtr context, IntPtr memory, int type)
    {
        Reports.Print("blocked", type);
        Thread.Sleep(Timeout.Infinite);
    }

    static IntPtr Register(Native.UnicastChange callback)
    {
        IntPtr handle;
        Reports.Demand(Native.NotifyUnicastIpAddressChange(Native.AfUnspec, callback, new IntPtr(7), true, out handle),
                       "NotifyUnicastIpAddressChange");
        Reports.Print("registered");
        return handle;
    }

    static void Collect()
    {
        while (!over)
        {
            GC.Collect();
            Litter();
        }
    }

    // Until the input ends.
    static void Run(Native.UnicastChange callback)
    {
        var collector = new Thread(Collect);
        collector.Start();
        var handle = Register(callback);
        Console.In.ReadToEnd();
        Reports.Print("cancelled", Native.CancelMibChangeNotify2(handle));
        Reports.Print("again", Native.CancelMibChangeNotify2(handle));
        over = true;
        collector.Join();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Reports.Print("collected", GC.CollectionCount(GC.MaxGeneration) > 0);
    }

    public static void Watch(string[] arguments)
    {
        Run(print);
    }

    public static void WatchAndFail(string[] arguments)
    {
        Run(fail);
    }

    // The program ends with a registration, and callbacks come meanwhile.
    public static void WatchAndReturn(string[] arguments)
    {
        Register(print);
        Console.In.ReadLine();
        Environment.ExitCode = 3;
    }

    // … and one of them does not return.
    public static void BlockAndReturn(string[] arguments)
    {
        Native.UnicastChange callback = block;
        new Thread(() => Register(callback)) { IsBackground = true }.Start();
        Console.In.ReadLine();
        GC.Collect();
        Environment.ExitCode = 4;
    }

    // An exception that nobody catches ends the program, as one of any thread does.
    public static void Throw(string[] arguments)
    {
        Native.UnicastChange callback = (context, row, type) =>
        {
            if (row != IntPtr.Zero)
                throw new InvalidOperationException("of the callback");
        };
        Register(callback);
        Console.In.ReadToEnd();
        GC.KeepAlive(callback);
    }
}
