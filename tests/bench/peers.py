#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Loads one data set into Tickwork, InfluxDB and VictoriaMetrics, one after the other, asks all the
same queries and prints the comparison of README.md as Markdown.

    peers.py --tools FOLDER --data FOLDER --set M [--only tickwork,influxdb] [--out results.json]
    peers.py --show results.json ...         prints what earlier runs found, later files win

--tools has the programs tsgen, load and queries.py; --data gets the generated files. Needs the
Debian packages influxdb and victoria-metrics for the peers. Sets: M (4,000 hosts, 3 h), S (100
hosts, 24 h), small (400 hosts, 1 h) and H (a million series, three rows each)."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SETS = {
    "M": {"generate": "--case cpu --hosts 4000 --hours 3", "hosts": 4000, "hours": 3, "fields": 10},
    "S": {"generate": "--case cpu --hosts 100 --hours 24", "hosts": 100, "hours": 24, "fields": 10},
    "small": {"generate": "--case cpu --hosts 400 --hours 1", "hosts": 400, "hours": 1, "fields": 10},
    "H": {"generate": "--case card --series 1000000 --ticks 3", "series": 1_000_000, "fields": 1},
}
# Short queries, of which slow ones count as well: of single hosts.
PANELS = ("single-groupby", "cpu-max-all-1", "high-cpu-1", "derivative")
INFLUXD = """reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "tsi1"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid, name):
    with open(f"/proc/{pid}/status") as f:
        status = dict(line.split(":", 1) for line in f)
    return int(status[name].split()[0]) / 1024


class Server:
    """A server in a folder of its own. Subclasses say how it starts and settles."""

    def __init__(self, folder, args):
        self.folder, self.args, self.port, self.process = folder, args, free_port(), None
        folder.mkdir(parents=True)

    def start(self):
        """Seconds until the first answered query."""
        began = time.perf_counter()
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(self.command(), env=self.environment(), stdout=log,
                                            stderr=log, cwd=self.folder)
        for _ in range(6000):
            try:
                self.first_query()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.005)
            if self.process.poll() is not None:
                break
        sys.exit(f"{self.name} does not start; see {self.folder}/log")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(120)

    def environment(self):
        return None

    def get(self, path, method="GET", **parameters):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=300) as r:
            return r.read()

    def first_query(self):
        self.get("/query", q="SHOW DATABASES")

    def create(self):
        self.get("/query", "POST", q="CREATE DATABASE bench")

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def disk_bytes(self):
        """Of the data, without the log of the process."""
        return sum(f.stat().st_blocks * 512 for f in self.folder.rglob("*")
                   if f.is_file() and f.name != "log")

    def settle(self):
        """Waits until the server is idle, but for what watching itself takes (VictoriaMetrics: 3 %
        of a core), and its files stay as they are."""
        quiet, before = 0, (self.cpu(), self.disk_bytes())
        while quiet < 45:
            time.sleep(1)
            now = (self.cpu(), self.disk_bytes())
            quiet = quiet + 1 if now[0] - before[0] < 0.06 and now[1] == before[1] else 0
            before = now


class Tickwork(Server):
    name = "tickwork"

    def command(self):
        return [self.args.tickwork, "run", "-c", str(ROOT / "configs/sets/influxdb.toml")]

    def environment(self):
        return dict(os.environ, TICKWORK_DATA=str(self.folder),
                    TICKWORK_INFLUXDB_BIND=f"127.0.0.1:{self.port}")


class InfluxDb(Server):
    name = "influxdb"

    def command(self):
        config = self.folder / "influx.conf"
        config.write_text(INFLUXD.format(folder=self.folder, rpc=free_port(), port=self.port))
        return ["influxd", "-config", str(config)]

    def environment(self):
        return dict(os.environ, INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION="20s",
                    INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION="30s")


class VictoriaMetrics(Server):
    name = "victoria-metrics"

    def command(self):
        return ["victoria-metrics", "-retentionPeriod=100y", f"-httpListenAddr=127.0.0.1:{self.port}",
                f"-storageDataPath={self.folder}/vm", "-search.maxUniqueTimeseries=3000000",
                "-search.maxSamplesPerQuery=10000000000", "-search.maxPointsPerTimeseries=1000000",
                "-search.maxQueryDuration=300s"]

    def first_query(self):
        self.get("/api/v1/query", query="1")

    def create(self):
        pass

    def settle(self):
        self.get("/internal/force_flush")
        self.get("/internal/force_merge")
        super().settle()


SERVERS = [Tickwork, InfluxDb, VictoriaMetrics]


class Run:
    def __init__(self, server, args, data):
        self.server, self.args, self.set, self.data = server, args, SETS[args.set], data

    def load(self, *more):
        """What load reports, with the server's CPU seconds and memory."""
        cpu = self.server.cpu()
        url = f"http://127.0.0.1:{self.server.port}/write?db=bench"
        out = subprocess.run([f"{self.args.tools}/load", "--url", url, "--file", str(self.data),
                              "--conns", str(self.args.conns), "--batch", "5000", "--json", *more],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
        found = json.loads(out)
        found["cpu_seconds"] = self.server.cpu() - cpu
        found["rows_a_second"] = found["rows"] / found["seconds"]
        return found

    def ask(self):
        """Medians and 95th percentiles by type."""
        command = [sys.executable, f"{self.args.tools}/queries.py", "--url",
                   f"http://127.0.0.1:{self.server.port}", "--json", str(self.server.folder / "q.json"),
                   "--budget", str(self.args.budget), "--n", "30"]
        if "hosts" in self.set:
            command += ["--hosts", str(self.set["hosts"]), "--hours", str(self.set["hours"])]
        else:
            command += ["--suite", "card", "--series", str(self.set["series"])]
        if self.server.name == "victoria-metrics":
            command.append("--promql")
        if self.args.types:
            command += ["--only", self.args.types]
        subprocess.run(command, stdout=sys.stderr, check=False)
        types = json.loads((self.server.folder / "q.json").read_text())["types"]
        return ({t["type"]: t.get("median_ms") for t in types},
                {t["type"]: t.get("p95_ms") for t in types})

    def all(self):
        server, found = self.server, {}
        found["start"] = server.start()
        server.create()
        if "series" in self.set:
            found["create"] = self.load("--limit", str(self.set["series"]))
            found["append"] = self.load("--skip", str(self.set["series"]))
            rows = found["create"]["rows"] + found["append"]["rows"]
            found["load_cpu"] = found["create"]["cpu_seconds"] + found["append"]["cpu_seconds"]
        else:
            found["load"] = self.load()
            rows, found["load_cpu"] = found["load"]["rows"], found["load"]["cpu_seconds"]
        found["values"] = rows * self.set["fields"]
        found["peak_mib"] = memory_mib(server.process.pid, "VmHWM")
        cpu = server.cpu()
        server.settle()
        found["settle_cpu"] = server.cpu() - cpu
        found["disk"] = server.disk_bytes()
        found["queries"], found["p95"] = self.ask()
        found["peak_after_queries_mib"] = memory_mib(server.process.pid, "VmHWM")
        server.stop()
        found["restart"] = server.start()
        if self.args.kill:  # last, because not every server has all of its data afterwards
            self.load("--limit", "1000000")
            server.stop(signal.SIGKILL)
            found["start_after_kill"] = server.start()
        server.stop()
        return found


def facts(found):
    """(label, unit, value, whether more is better) of one server."""
    for part, label in (("load", "load"), ("create", "new series"), ("append", "appends")):
        if part in found:
            yield f"{label}, rows/s", found[part]["rows_a_second"], True
    values = found["values"] / 1e6
    yield "load, CPU s per million values", found["load_cpu"] / values, False
    yield "settling, CPU s per million values", found["settle_cpu"] / values, False
    yield "peak memory, load, MiB", found["peak_mib"], False
    yield "peak memory, queries, MiB", found["peak_after_queries_mib"], False
    yield "disk settled, bytes per value", found["disk"] / found["values"], False
    yield "start after a clean stop, s", found["restart"], False
    if "start_after_kill" in found:
        yield "start after kill -9, s", found["start_after_kill"], False
    for name, ms in found["queries"].items():
        if ms is not None:
            yield f"{name}, ms", ms, False
    for name, ms in found.get("p95", {}).items():
        if ms is not None and name.startswith(PANELS):
            yield f"{name}, p95, ms", ms, False


def number(v):
    return f"{v:,.0f}" if v >= 1000 else f"{v:.3g}" if v < 100 else f"{v:.0f}"


def ratio(ours, theirs, more_is_better):
    if theirs is None or not ours or not theirs:
        return ""
    return f"{ours / theirs if more_is_better else theirs / ours:.2g} ×"


def show(results):
    by_name = {name: {label: (v, more) for label, v, more in facts(found)}
               for name, found in results.items()}
    ours = by_name.get("tickwork", {})
    print("| | tickwork | influxdb | victoria-metrics | to influxdb | to victoria-metrics |")
    print("|---|---|---|---|---|---|")
    labels = list(dict.fromkeys(label for found in by_name.values() for label in found))
    for label in labels:
        cells = [by_name.get(n, {}).get(label, (None, False)) for n in
                 ("tickwork", "influxdb", "victoria-metrics")]
        shown = [number(v) if v is not None else "–" for v, _ in cells]
        own, more = ours.get(label, (None, False))
        print(f"| {label} | " + " | ".join(shown) + " | " +
              " | ".join(ratio(own, v, more) for v, _ in cells[1:]) + " |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tools", type=lambda v: pathlib.Path(v).resolve())
    p.add_argument("--data", type=lambda v: pathlib.Path(v).resolve())
    p.add_argument("--tickwork", default=str(ROOT / "build/bin/tickwork"))
    p.add_argument("--set", default="M", choices=SETS)
    p.add_argument("--conns", type=int, default=2)
    p.add_argument("--only", default="tickwork,influxdb,victoria-metrics")
    p.add_argument("--types", default="", help="query types, by their beginnings; all by default")
    p.add_argument("--budget", type=float, default=5, help="seconds for each type")
    p.add_argument("--kill", action="store_true", help="load a million rows again, kill -9, start")
    p.add_argument("--keep", action="store_true", help="leave the servers' folders")
    p.add_argument("--out")
    p.add_argument("--show", nargs="+")
    args = p.parse_args()
    if args.show:
        results = {}
        for name in args.show:
            results.update(json.loads(pathlib.Path(name).read_text()))
        return show(results)
    data = args.data / f"{args.set}.lp"
    if not data.exists():
        subprocess.run([f"{args.tools}/tsgen", *SETS[args.set]["generate"].split(), "--out", data],
                       check=True)
    results = {}
    for kind in SERVERS:
        if kind.name not in args.only.split(","):
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{kind.name}-", dir=args.data))
        server = kind(folder / "data", args)
        try:
            results[kind.name] = Run(server, args, data).all()
        finally:
            server.stop(signal.SIGKILL)
            if not args.keep:
                shutil.rmtree(folder)
        if args.out:
            pathlib.Path(args.out).write_text(json.dumps(results, indent=1))
    show(results)


if __name__ == "__main__":
    main()
