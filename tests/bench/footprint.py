#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The idle footprint: resident memory and CPU of sets/telegraf.toml and sets/tick.toml with the
default inputs, beside collectd with like plugins, all at the same time and at 10 s intervals.

Usage: footprint.py --tickwork BIN --root SOURCE [--minutes 10]
Needs Debian's collectd-core. Prints a table; resident is at the end, anonymous apart from files."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../acceptance"))
from stack import Stack, until  # noqa: E402

COLLECTD = """
Hostname "localhost"
FQDNLookup false
Interval 10
BaseDir "{folder}"
PIDFile "{folder}/pid"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin logfile
LoadPlugin cpu
LoadPlugin memory
LoadPlugin swap
LoadPlugin df
LoadPlugin disk
LoadPlugin interface
LoadPlugin load
LoadPlugin uptime
LoadPlugin processes
LoadPlugin csv
<Plugin logfile>
  File "{folder}/log"
</Plugin>
<Plugin csv>
  DataDir "{folder}/csv"
</Plugin>
"""


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    """(anonymous, file-mapped, highest) in KiB."""
    with open(f"/proc/{pid}/status") as f:
        status = dict(line.split(":", 1) for line in f)
    return tuple(int(status[k].split()[0]) for k in ("RssAnon", "RssFile", "VmHWM"))


def collectd(folder):
    config = os.path.join(folder, "collectd.conf")
    with open(config, "w") as f:
        f.write(COLLECTD.format(folder=folder))
    return subprocess.Popen(["/usr/sbin/collectd", "-f", "-C", config])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickwork", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    sets = f"{arguments.root}/configs/sets"
    with tempfile.TemporaryDirectory() as folder, \
            Stack([arguments.tickwork, "run", "-c", f"{sets}/tick.toml"]) as tick, \
            Stack([arguments.tickwork, "run", "-c", f"{sets}/telegraf.toml"],
                  env={"TICKWORK_INFLUXDB_URL": tick.url("influxdb")}) as telegraf:
        other = collectd(folder)
        try:
            until("tick.toml", 30, lambda: tick.get("influxdb", "/ping") == "")
            processes = {"sets/telegraf.toml": telegraf.process.pid,
                         "sets/tick.toml": tick.process.pid, "collectd": other.pid}
            before = {name: cpu_seconds(pid) for name, pid in processes.items()}
            time.sleep(arguments.minutes * 60)
            print(f"| process | resident MiB (anonymous + file) | highest MiB | CPU s in "
                  f"{arguments.minutes:g} min |\n|---|---|---|---|")
            for name, pid in processes.items():
                anonymous, mapped, highest = resident_kib(pid)
                print(f"| {name} | {(anonymous + mapped) / 1024:.1f} ({anonymous / 1024:.1f} + "
                      f"{mapped / 1024:.1f}) | {highest / 1024:.1f} | "
                      f"{cpu_seconds(pid) - before[name]:.2f} |")
        finally:
            other.terminate()
            other.wait()


if __name__ == "__main__":
    main()
