#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Turns the results of iphlpapi-bench into a Markdown page and into data for plot.gp.

report.py run RESULTS             prints them as a run: with the machine and the date
report.py markdown RESULTS [--quick] [--image NAME...] [--run RUN...]
                                  prints the page; NAMEs exist in img/; RUNs are all runs that are
                                  kept, of which the page tells the spread
report.py data RESULTS DIRECTORY  writes DIRECTORY/NAME.dat, prints each NAME
"""
import argparse
import json
import os
import platform
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tools"))

import output  # noqa: E402 (it is found by the line before)

SECTIONS = [
    ("latency", "From a change to the callback",
     "A thread changes something by a netlink request and notes the time right before it sends; the"
     " callback notes the time again. The next change comes when every receiver has had this one and"
     " all are asleep. The floor: as many threads, each in a blocking `recv()` on a socket joined to"
     " the same groups, which look up the attributes and note the time. The kernel's part, the change"
     " itself and the waking of the threads, is in both."),
    ("storm", "Routes at the kernel's speed",
     "Routes are added in batches of 60 kB, of which only the last request is acknowledged. When all"
     " have been reported they are deleted in the same way. Every report is checked: *missing* ones"
     " never came, *wrong* ones said what could not be. *Dropped* are messages that found the receive"
     " buffer full; the library finds out what they said by a compare with the kernel's table. Root's"
     " buffer is the one that the library asks for; a user's is what of it most systems grant"
     " (`net.core.rmem_max` 212992). The floor is a bare thread in `recv()`, with a buffer of 256 MB"
     " where root runs the benchmark; what it misses is lost."),
    ("table", "Reading tables",
     "The floor is a bare dump: `recv()` into 32 kB, the attributes looked up, nothing stored. Routes and"
     " neighbours are IPv4's. Links have two IPv4 addresses each; the floor of `GetIfTable2` is a dump of the"
     " links and one of their speeds (ethtool), that of the others has the dumps of unicast, multicast and"
     " anycast addresses of both families as well, of which each takes what it needs."
     " `ip` counts as the whole process with its output thrown away; pyroute2 counts without the start"
     " of Python. What takes very long is not asked for the largest table. A table of 1,000,000 routes is"
     " 104 MB; to touch that for the first time takes a tenth as long as the dump, and on a virtual machine"
     " whose host has taken the memory back up to half as long."),
    ("row", "One row",
     "One row by its key, one way, or one route deleted or created, where there are many. The floor:"
     " the bare requests that tell it, acknowledged where they change something, on a socket that is opened"
     " for the call and closed again. The type of a link is part of each row's key, so the link is asked for"
     " as well: for `GetIpForwardEntry2` the link and the kernel's look-up of the route, for `GetBestRoute2`"
     " a second look-up, which tells the nexthop and the source; for `GetBestInterface` one look-up alone; for"
     " `GetIfEntry2` the link and its speed (ethtool), for `GetUnicastIpAddressEntry` the link and its IPv4"
     " addresses, for `GetIpNetEntry2` the link and the neighbour. The floor of a change is the bare"
     " change, with nothing asked before: the library looks for the row, as two routes that differ in their"
     " metric alone are one row, and the kernel would take the second one."),
    ("echo", "Echo requests",
     "`IcmpSendEcho` with 32 bytes to a network namespace on the other end of a veth pair, one request after"
     " the other. The floor: a ping socket that is open already, `sendto()`, `poll()`, `recv()`."),
    ("register", "Register and cancel",
     "`NotifyRouteChange2` and at once `CancelMibChangeNotify2`. The floor: socket, groups, a bare dump"
     " of the routes, a thread in `recv()`, its end, and the socket's. A registration cannot do with that:"
     " the type of a link is part of each row's key, and routes may lead to nexthop objects. So beside the"
     " second floor, which dumps links and nexthops as well, stands what is the library's own."),
    ("memory", "Memory",
     "Resident memory (`/proc/self/smaps_rollup`, after `malloc_trim`) that a route registration adds,"
     " divided by the number of routes. The floor is an array with what identifies a route and nothing"
     " else: prefix, length, next hop, interface."),
    ("compare", "After an overrun",
     "A callback sleeps while more routes change than an ordinary user's receive buffer holds. Measured"
     " is the time from the callback's return until every change has been reported: the rest of the"
     " buffer, a dump, the compare, and the callbacks. The floor is a bare dump alone."),
    ("idle", "Idle",
     "Context switches of the threads of four registrations (interfaces, addresses, IPv4 and IPv6"
     " routes) while nothing happens."),
]

CHARTS = {
    "table": "Time to read the table of IPv4 routes, by number of routes (logarithmic scale)",
    "latency": "From a change to the callback, as a multiple of a bare recv() thread",
}


class Unreadable(Exception):
    """The results are none of iphlpapi-bench."""


def number(value):
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratio(value):
    return "–" if value is None else f"{value:.2f}"


def table(header, rows):
    right = ["---"] + ["--:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, right, *rows])


def with_thousands(text):
    words = text.split(" ")
    return " ".join(f"{int(w):,}" if w.isdigit() else w for w in words)


def key_of(result):
    return result["bench"], result["parameter"], result["metric"]


def spreads_of(runs):
    """Of each figure the lowest and the highest ratio of a round, in all runs."""
    spreads = {}
    for one in runs:
        for r in one["results"]:
            if r.get("ratio_least") is None:
                continue
            low, high = spreads.get(key_of(r), (r["ratio_least"], r["ratio_most"]))
            spreads[key_of(r)] = min(low, r["ratio_least"]), max(high, r["ratio_most"])
    return spreads


def ratio_with_spread(result, spreads):
    text = ratio(result["ratio_median"])
    if key_of(result) not in spreads:
        return text
    low, high = spreads[key_of(result)]
    return f"{text} ({low:.2f}–{high:.2f})"


def plain_table(results, spreads):
    units = {r["unit"] for r in results} - {"1"}
    unit = f" ({units.pop()})" if len(units) == 1 else ""
    several = len({r["metric"] for r in results}) > 1
    rows = []
    for r in results:
        what = with_thousands(r["parameter"])
        if several:
            what += f": {r['metric']}"
        rows.append([what, number(r["value_median"]), number(r["value_p99"]), number(r["floor_median"]),
                     number(r["floor_p99"]), ratio_with_spread(r, spreads), ratio(r["ratio_p99"])])
    return table([f"{'' if several else results[0]['metric']}{unit}", "median", "p99", "floor, median",
                  "floor, p99", "ratio", "ratio of p99"], rows)


def storm_table(results, spreads):
    by_parameter = {}
    for r in results:
        by_parameter.setdefault(r["parameter"], {})[r["metric"]] = r
    rows = []
    for parameter, m in by_parameter.items():
        cpu, total = m["CPU per delivered route"], m["until all delivered"]
        kernel = m["the kernel's part of it"]
        rows.append([with_thousands(parameter)] +
                    [number(m[k]["value_median"]) for k in
                     ("delivered", "missing", "wrong", "dropped at the full buffer")] +
                    [number(m["missing"]["floor_median"]),
                     number(kernel["value_median"]), number(total["value_median"]),
                     number(total["floor_median"]), ratio_with_spread(total, spreads),
                     number(cpu["value_median"]), number(cpu["floor_median"]),
                     ratio_with_spread(cpu, spreads)])
    return table(["", "delivered", "missing", "wrong", "dropped", "missing, floor", "kernel busy (ms)",
                  "all delivered (ms)", "floor (ms)", "ratio", "CPU per route (ns)", "floor (ns)", "ratio"],
                 rows)


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gb():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return round(int(file.readline().split()[1]) / 1024 / 1024)


def as_run(results):
    """The results with what the page says of where and when they were measured."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "processor": f"{cpu_model()}, {os.cpu_count()} cores",
        "memory": f"{memory_gb()} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "rounds": max(r["rounds"] for r in results),
        "results": results,
    }


def markdown(results, quick, images, runs):
    command = "scripts/bench --markdown docs/generated/BENCHMARKS.md"
    runs = sorted(runs or [as_run(results)], key=lambda one: one["date"], reverse=True)
    rows = [[str(one[what]) for what in ("date", "processor", "memory", "kernel", "rounds")]
            for one in runs]
    spreads = spreads_of(runs)
    parts = [f"""# Benchmarks

Made by `{command}`, which writes this page anew{", with small sizes (--quick)" if quick else ""}. The figures
are those of the newest run; behind each ratio stands the spread of all runs:

{table(["measured", "processor", "memory", "kernel", "rounds of each side, at most"], rows)}

## How to read it

Absolute times belong to a machine and to what else it is doing. So each figure stands beside its
*floor*: the least that the same thing can cost there, measured in the same run by turns, the floor, the
library, the floor, the library. Medians and 99th percentiles (p99) are those of the samples of all
rounds. The *ratio* is the library's median divided by the floor's median of the same round, and of
those of all rounds the middle one, so that what disturbs the machine for a while does not count; the
*ratio of p99* likewise. Behind the ratio stand the lowest and the highest one of a single round, in all runs.

Each benchmark runs in a process and a network namespace of its own, with the routes leaving by one end
of a veth pair."""]
    for name, title, text in SECTIONS:
        chosen = [r for r in results if r["bench"] == name]
        if not chosen:
            continue
        parts.append(f"\n## {title}\n\n{text}\n")
        if name in images:
            parts.append(f"![{CHARTS[name]}](img/{name}.svg)\n")
        parts.append((storm_table if name == "storm" else plain_table)(chosen, spreads))
    return "\n".join(parts)


def table_data(results):
    """One line for each number of routes: the floor, then the readers, "?" where not measured."""
    results = [r for r in results if r["parameter"].endswith(" routes")]
    sizes = sorted({int(r["parameter"].split()[0]) for r in results})
    readers = list(dict.fromkeys(r["metric"] for r in results))
    rows = [["routes", "bare dump", *readers]]
    for size in sizes:
        at = {r["metric"]: r for r in results if int(r["parameter"].split()[0]) == size}
        rows.append([f"{size:,}", at[readers[0]]["floor_median"]] +
                    [at[m]["value_median"] if m in at else "?" for m in readers])
    return rows


def latency_data(results):
    rows = [["what", "median", "p99"]]
    for r in results:
        subject, registrations = with_thousands(r["parameter"]).split(", ", 1)
        rows.append([f"{subject}, {registrations.split()[0]}", r["ratio_median"], r["ratio_p99"]])
    return rows


def data(results, directory):
    """Writes the files and returns their names."""
    names = []
    for name, rows_of in (("table", table_data), ("latency", latency_data)):
        chosen = [r for r in results if r["bench"] == name]
        if chosen:
            rows = rows_of(chosen)
            write_whole(os.path.join(directory, f"{name}.dat"),
                        "".join("\t".join(map(str, row)) + "\n" for row in rows))
            names.append(name)
    return "\n".join(names)


def write_whole(path, text):
    """The file becomes that, or stays as it is."""
    new = path + ".new"
    try:
        with open(new, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(new, path)
    except OSError as error:
        if os.path.exists(new):
            os.unlink(new)
        error.filename = path
        raise


def read(path, use):
    """What `use` makes of the JSON in a file."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        if not content:
            raise ValueError("there are no results")
        return use(content)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{path}: no results of iphlpapi-bench: {error}") from error


def check_run(content):
    spreads_of([content])
    return {name: content[name] for name in as_run(content["results"])}


def run(arguments):
    """What is to be printed."""
    runs = [read(path, check_run) for path in arguments.run]

    def use(results):
        if arguments.what == "data":
            return data(results, arguments.directory)
        if arguments.what == "run":
            return json.dumps(as_run(results), indent=1)
        return markdown(results, arguments.quick, arguments.image, runs)
    return read(arguments.results, use)


def main():
    output.prepare("utf-8")
    parser = output.Parser(prog="report.py", description=__doc__,
                           formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["markdown", "data", "run"])
    parser.add_argument("results")
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--image", action="append", default=[], type=output.given)
    parser.add_argument("--run", action="append", default=[], type=output.given)
    arguments = parser.parse_args()
    if arguments.what == "data" and not arguments.directory:
        parser.error("data wants a directory")
    try:
        text = run(arguments)
        if text:
            output.say(text)
    except OSError as error:
        output.note(parser.prog, f"{error.filename}: {error.strerror}")
        return 1
    except (Unreadable, output.Unwritable) as error:
        output.note(parser.prog, error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
