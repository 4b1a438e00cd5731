#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each set starts alone, all four work together as separate processes over loopback, and every
bundled plugin belongs to a set.

Usage: sets.py --tickwork BIN --root SOURCE"""
import argparse
import json
import os
import socket
import subprocess
import tempfile

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


def every_plugin_in_a_set(arguments):
    listed = json.loads(subprocess.run([arguments.tickwork, "list", "--json"], check=True,
                                       capture_output=True, text=True).stdout)
    plugins = {p["id"] for p in listed["plugins"]}
    assert plugins, listed
    named = set()
    for name in SETS:
        done = subprocess.run(
            [arguments.tickwork, "list", "--json", "--set",
             f"{arguments.root}/configs/sets/{name}.toml"], check=True, capture_output=True, text=True)
        members = {p["id"] for p in json.loads(done.stdout)["plugins"]}
        assert members and members <= plugins, (name, members - plugins)
        named |= members
    assert plugins == named, f"in no set: {sorted(plugins - named)}"
    print(f"ok     {len(plugins)} plugins, each in a set")


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
