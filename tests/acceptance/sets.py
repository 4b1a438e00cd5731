#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each set starts alone, all four work together as separate processes over loopback, and every
bundled plugin belongs to a set.

Usage: sets.py --tickwork BIN --root SOURCE"""
import argparse
import fnmatch
import os
import socket
import subprocess
import tempfile
import tomllib

from stack import Stack, until

SETS = ("telegraf", "influxdb", "kapacitor", "chronograf", "tick")
HOST = socket.gethostname()


def command(arguments, name):
    return [arguments.tickwork, "run", "-c", f"{arguments.root}/configs/sets/{name}.toml"]


class Ready:
    """The socket that a service manager listens on."""

    def __init__(self):
        self.path = os.path.join(tempfile.mkdtemp(prefix="tickwork-"), "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(20)

    def wait(self):
        while b"READY=1" not in self.socket.recv(4096):
            pass


def alone(arguments, name):
    ready = Ready()
    with Stack(command(arguments, name), env={"NOTIFY_SOCKET": ready.path}) as stack:
        try:
            ready.wait()
            assert stack.process.poll() is None
            stack.stop()
        except Exception:
            print(f"set {name}:\n{stack.log()[-4000:]}")
            raise
    print(f"ok     {name} alone")


def together(arguments):
    """telegraf writes to influxdb, kapacitor hears of it by subscription, chronograf reads both."""
    with Stack(command(arguments, "influxdb")) as influxdb:
        others = [Stack(command(arguments, n), beside=influxdb)
                  for n in ("kapacitor", "chronograf", "telegraf")]
        try:
            for other in others:
                other.start()
            until("telegraf's points in influxdb", 60,
                  lambda: influxdb.query("SELECT last(usage_idle) FROM cpu"))
            until("the host on chronograf's page", 30,
                  lambda: HOST in influxdb.get("chronograf", "/api/hosts"))
            tasks = until("kapacitor's task", 30,
                          lambda: influxdb.json("kapacitor", "/kapacitor/v1/tasks")["tasks"])
            until("points in kapacitor's task", 60, lambda: any(
                influxdb.json("kapacitor", f"/kapacitor/v1/tasks/{t['id']}")
                .get("stats", {}).get("node-stats", {}).get("stream0", {}).get("avg_exec_time_ns")
                is not None and processed(influxdb, t["id"]) > 0 for t in tasks))
        except Exception:
            print(influxdb.log()[-6000:])
            raise
        finally:
            for other in reversed(others):
                other.kill()
    print("ok     four processes together")


def processed(stack, task):
    stats = stack.json("kapacitor", f"/kapacitor/v1/tasks/{task}")["stats"]["node-stats"]
    return max((n.get("emitted", 0) + n.get("processed", 0)) for n in stats.values())


def listed(arguments, *options):
    done = subprocess.run([arguments.tickwork, "list", "--ids", *options], check=True,
                          capture_output=True, text=True)
    return set(done.stdout.split())


def every_plugin_in_a_set(arguments):
    """Each of the four sets lists its members; tick.toml is their union."""
    plugins = listed(arguments)
    panels = {f"panels.{n}" for n in os.listdir(f"{arguments.root}/plugins/panels")
              if os.path.isdir(f"{arguments.root}/plugins/panels/{n}")}
    assert plugins and panels
    named = set()
    for name in SETS[:-1]:
        with open(f"{arguments.root}/configs/sets/{name}.toml", "rb") as f:
            patterns = tomllib.load(f)["set"]["plugins"]
        members = {p for p in plugins | panels if any(fnmatch.fnmatch(p, q) for q in patterns)}
        for pattern in patterns:
            assert fnmatch.filter(plugins | panels, pattern), f"{name}: nothing is {pattern}"
        shown = listed(arguments, "--set", f"{arguments.root}/configs/sets/{name}.toml")
        assert shown == members - panels, (name, shown ^ (members - panels))
        named |= members
    assert plugins | panels == named, f"in no set: {sorted((plugins | panels) - named)}"
    print(f"ok     {len(plugins)} plugins and {len(panels)} panels, each in a set")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickwork", required=True)
    parser.add_argument("--root", required=True)
    arguments = parser.parse_args()
    every_plugin_in_a_set(arguments)
    for name in SETS:
        alone(arguments, name)
    together(arguments)


if __name__ == "__main__":
    main()
