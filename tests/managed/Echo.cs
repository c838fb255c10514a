// SPDX-License-Identifier: LGPL-2.1-or-later
// Echo requests: waited for, told by an event, and by a routine.
using System;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

static class Echo
{
    const uint Timeout = 2000, ReplySize = 1024;
    static readonly byte[] data = Encoding.ASCII.GetBytes("abcdefghijklmnopqrstuvwabcdefghi");

    // An event that the library can set: no runtime's own is one.
    [DllImport("libc", SetLastError = true)] static extern int eventfd(uint value, int flags);
    [DllImport("libc", SetLastError = true)] static extern IntPtr read(int fd, out ulong value, IntPtr size);

    static IntPtr Open(Func<IntPtr> create)
    {
        var handle = create();
        if (handle == new IntPtr(-1))
            throw new InvalidOperationException("IcmpCreateFile: " + Marshal.GetLastWin32Error());
        return handle;
    }

    static void PrintReply(IntPtr reply)
    {
        var told = (Native.EchoReply)Marshal.PtrToStructure(reply, typeof(Native.EchoReply));
        var back = new byte[told.DataSize];
        if (told.DataSize > 0)
            Marshal.Copy(told.Data, back, 0, back.Length);
        Reports.Print("reply", told.Status, new IPAddress(BitConverter.GetBytes(told.Address)),
                      Encoding.ASCII.GetString(back) == Encoding.ASCII.GetString(data));
    }

    public static void Ping(string[] arguments)
    {
        var handle = Open(Native.IcmpCreateFile);
        var reply = Marshal.AllocHGlobal((int)ReplySize);
        uint count = Native.IcmpSendEcho(handle, Reports.Ipv4(arguments[1]), data, (ushort)data.Length,
                                         IntPtr.Zero, reply, ReplySize, Timeout);
        int error = Marshal.GetLastWin32Error();
        Reports.Print("count", count, count == 0 ? error : 0);
        if (count > 0)
            PrintReply(reply);
        Marshal.FreeHGlobal(reply);
        Reports.Print("closed", Native.IcmpCloseHandle(handle));
        bool again = Native.IcmpCloseHandle(handle);
        Reports.Print("again", again, Marshal.GetLastWin32Error());
    }

    public static void Ping6(string[] arguments)
    {
        var handle = Open(Native.Icmp6CreateFile);
        var reply = Marshal.AllocHGlobal((int)ReplySize);
        var source = Native.SockaddrInet.Of(IPAddress.IPv6Any);
        var destination = Native.SockaddrInet.Of(IPAddress.Parse(arguments[1]));
        uint count = Native.Icmp6SendEcho2(handle, IntPtr.Zero, null, IntPtr.Zero, ref source, ref destination,
                                           data, (ushort)data.Length, IntPtr.Zero, reply, ReplySize, Timeout);
        int error = Marshal.GetLastWin32Error();
        Reports.Print("count", count, count == 0 ? error : 0);
        var bytes = new byte[16];
        Marshal.Copy(IntPtr.Add(reply, 6), bytes, 0, bytes.Length);
        if (count > 0)
            Reports.Print("reply", Marshal.ReadInt32(reply, 28), new IPAddress(bytes), true);
        Marshal.FreeHGlobal(reply);
        Native.IcmpCloseHandle(handle);
    }

    static int Send(IntPtr handle, IntPtr signal, Native.ApcRoutine routine, string to, IntPtr reply)
    {
        uint count = Native.IcmpSendEcho2(handle, signal, routine, IntPtr.Zero, Reports.Ipv4(to), data,
                                          (ushort)data.Length, IntPtr.Zero, reply, ReplySize, Timeout);
        int error = Marshal.GetLastWin32Error();
        return count == 0 ? error : 0;
    }

    public static void PingEvent(string[] arguments)
    {
        var handle = Open(Native.IcmpCreateFile);
        var reply = Marshal.AllocHGlobal((int)ReplySize);
        using (var own = new ManualResetEvent(false))
            Reports.Print("own", Send(handle, own.SafeWaitHandle.DangerousGetHandle(), null, arguments[1], reply));
        int signal = eventfd(0, 0);
        Reports.Print("pending", Send(handle, new IntPtr(signal), null, arguments[1], reply));
        ulong value;
        read(signal, out value, new IntPtr(8));
        Reports.Print("count", Native.IcmpParseReplies(reply, ReplySize), 0);
        PrintReply(reply);
        Native.IcmpCloseHandle(handle);
    }

    public static void PingRoutine(string[] arguments)
    {
        var handle = Open(Native.IcmpCreateFile);
        var reply = Marshal.AllocHGlobal((int)ReplySize);
        using (var told = new ManualResetEvent(false))
        {
            Native.ApcRoutine routine = (context, status, reserved) => told.Set();
            Reports.Print("pending", Send(handle, IntPtr.Zero, routine, arguments[1], reply));
            told.WaitOne();
            Reports.Print("count", Native.IcmpParseReplies(reply, ReplySize), 0);
            PrintReply(reply);
            Native.IcmpCloseHandle(handle);
            GC.KeepAlive(routine);
        }
    }
}
