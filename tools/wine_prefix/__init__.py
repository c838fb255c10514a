# SPDX-License-Identifier: LGPL-2.1-or-later
"""Puts iphlpapi.dll into a Wine prefix, takes it out again, and says what a program there gets.

What is in a prefix afterwards, for each width (widths.py) in the folder of its modules, which is
drive_c/windows/system32 for 64 bits:
    iphlpapi.dll        ours, an ordinary Windows DLL
    wine_iphlpapi.dll   a link to Wine's own: it gets the calls where ours does not reach the host,
                        and those of functions that only a newer Wine's own has
    iphlpnl.dll         stands for the companion, which Wine looks for in the DLL folder
    iphlpnl.so          the unixlib; ours loads it from here where Wine does not look in that folder
and HKCU\\Software\\Wine\\DllOverrides has iphlpapi=native,builtin. The companion and its unixlib
are in the DLL folder (--dll-dir), for all prefixes. What was there before is kept in
PREFIX/.iphlpapi; taking back goes by what is recorded there, step by step, so that it can be done
at whatever point an installation was cut off.

The modules, each of which imports only those above it:
    messages      what the user is told, and the exit status
    widths        the table of widths
    exports       the export tables of DLLs
    files         reading files, records of what was done, one wine-prefix at a time
    places        where things are that nobody said a place for
    transaction   changing files, all or none
    registry      the DLL override in user.reg
    wine          the Wine of the prefix: its program, its version, its modules
    prefix        a prefix: its paths, whether Wine runs there, what is recorded of it
    dll_folder    the folder of the companion, and which prefixes need it
    dlls          what goes into the prefix' DLLs
    probe         what a program in the prefix gets
    install, uninstall, status
                  the commands
    command       the command line
scripts/wine-prefix runs the package by __main__.
"""
