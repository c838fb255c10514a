// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls one function of the DLL that is named: what is looked for, and where, is the runtime's affair.
using System;
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

    static uint Call(string name, out uint count)
    {
        switch (name)
        {
            case "iphlpapi.dll": return Usual(out count);
            case "iphlpapi": return Bare(out count);
            case "Iphlpapi.dll": return Capital(out count);
            case "IPHLPAPI.dll": return Capitals(out count);
            case "IPHLPAPI.DLL": return AllCapitals(out count);
            case "IpHlpApi.dll": return Camel(out count);
            case "icmp.dll": return Older(out count);
            default: throw new ArgumentException(name);
        }
    }

    static int Main(string[] arguments)
    {
        try
        {
            uint count;
            uint error = Call(arguments[0], out count);
            Console.WriteLine("interfaces " + count);
            return (int)error;
        }
        catch (DllNotFoundException)
        {
            return 2;
        }
    }
}
