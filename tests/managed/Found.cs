// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls one function of the DLL that is named: what is looked for, and where, is the runtime's affair.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

static class Found
{
    const string Function = "GetNumberOfInterfaces";

    [DllImport("iphlpapi.dll", EntryPoint = Function)] static extern uint Usual(out uint count);
    [DllImport("iphlpapi", EntryPoint = Function)] static extern uint Bare(out uint count);
    [DllImport("Iphlpapi.dll", EntryPoint = Function)] static extern uint Capital(out uint count);
    [DllImport("IPHLPAPI.dll", EntryPoint = Function)] static extern uint Capitals(out uint count);
    [DllImport("IPHLPAPI.DLL", EntryPoint = Function)] static extern uint AllCapitals(out uint count);
    [DllImport("IpHlpApi.dll", EntryPoint = Function)] static extern uint Camel(out uint count);
    [DllImport("icmp.dll", EntryPoint = Function)] static extern uint Older(out uint count);

    delegate uint Call(out uint count);

    // A method each: Mono looks for all libraries of a method when it compiles that.
    static readonly Dictionary<string, Call> calls = new Dictionary<string, Call>
    {
        { "iphlpapi.dll", (out uint count) => Usual(out count) },
        { "iphlpapi", (out uint count) => Bare(out count) },
        { "Iphlpapi.dll", (out uint count) => Capital(out count) },
        { "IPHLPAPI.dll", (out uint count) => Capitals(out count) },
        { "IPHLPAPI.DLL", (out uint count) => AllCapitals(out count) },
        { "IpHlpApi.dll", (out uint count) => Camel(out count) },
        { "icmp.dll", (out uint count) => Older(out count) },
    };

    static int Main(string[] arguments)
    {
        try
        {
            uint count;
            uint error = calls[arguments[0]](out count);
            Console.WriteLine("interfaces " + count);
            return (int)error;
        }
        catch (DllNotFoundException)
        {
            return 2;
        }
    }
}
