#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tickwork storage ...` beside the real program and beside InfluxDB.

    commands.py --tickwork build/bin/tickwork

data.lp and week.lp are what influxd 1.6.7 was given; influx_inspect.txt is what its influx_inspect
exported of them. Needs influxd and influx (Debian packages influxdb, influxdb-client)."""
import argparse, gzip, json, os, pathlib, shutil, subprocess, sys, tempfile, threading, time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "differential"))
from differential import influxd, tickwork

DATABASE = "my data"
QUERIES = ["SHOW MEASUREMENTS", "SHOW SERIES", 'SHOW FIELD KEYS FROM "mem ory"', "SHOW TAG KEYS",
           'SELECT * FROM cpu', 'SELECT host, usage, n FROM "my data".week.cpu', 'SELECT * FROM "mem ory"',
           'SELECT * FROM text', 'SELECT count(*), sum(usage) FROM cpu GROUP BY *',
           'SELECT mean(usage) FROM cpu WHERE time > 1599999999s AND time < 1600000100s GROUP BY time(10s)']


class Folder:
    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tickwork-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Running:
    """A server in a folder of its own, stopped at the end."""

    def __init__(self, start, folder):
        folder.mkdir(exist_ok=True)
        self.server = start(folder)

    def __enter__(self):
        return self.server

    def __exit__(self, *_):
        self.server.stop()


def ask(server, text, database=DATABASE):
    status, body = server.call("POST", "/query?" + urllib.parse.urlencode({"db": database, "q": text}), b"")
    assert status == 200, (text, status, body)
    return json.loads(body)


def write(server, lines, database=DATABASE, policy=""):
    target = "/write?" + urllib.parse.urlencode({"db": database, "rp": policy})
    status, body = server.call("POST", target, lines)
    assert status == 204, (status, body)


def fill(server):
    ask(server, f'CREATE DATABASE "{DATABASE}"')
    ask(server, f'CREATE RETENTION POLICY week ON "{DATABASE}" DURATION INF REPLICATION 1')
    write(server, (HERE / "data.lp").read_bytes())
    write(server, (HERE / "week.lp").read_bytes(), policy="week")


def answers(server):
    return {query: ask(server, query) for query in QUERIES}


def same(expected, got, what):
    for query in QUERIES:
        assert got[query] == expected[query], f"{what}: {query}\n{expected[query]}\n{got[query]}"


class Test:
    def __init__(self, program):
        self.program = program

    def run(self, *arguments, code=0):
        done = subprocess.run([self.program, "storage", *map(str, arguments)], capture_output=True,
                              text=True, timeout=120)
        assert done.returncode == code, (arguments, done.returncode, done.stdout[-2000:], done.stderr)
        return done.stdout + done.stderr

    def start(self, folder):
        return Running(lambda f: tickwork(f, self.program), folder)

    def store(self, folder):
        return folder / "tickwork" / "influxdb"

    def import_into(self, folder, file):
        self.store(folder).parent.mkdir(parents=True)
        return self.run("import", self.store(folder), file)

    def beside_the_writer(self, folder):
        """inspect, check and export of a store at work; its text into a fresh store: same answers."""
        with self.start(folder / "a") as server:
            fill(server)
            expected = answers(server)
            store = self.store(folder / "a")
            seen = json.loads(self.run("inspect", store, "--json"))
            assert seen["in_use"] and [d["name"] for d in seen["databases"]] == [DATABASE], seen
            assert sum(log["rows"] for log in seen["logs"]) == 9, seen["logs"]
            assert "sound" in self.run("check", store)
            self.run("export", store, "--out", folder / "text")
            self.run("backup", store, folder / "backup")  # all of it is in the log
            refused = self.run("import", store, folder / "text", code=1)
            assert "is in use by another process" in refused, refused
            refused = self.run("restore", store, folder / "b", code=1)
            assert "is no complete backup" in refused, refused
            same(expected, answers(server), "after the commands")
        self.import_into(folder / "b", folder / "text")
        with self.start(folder / "b") as server:
            same(expected, answers(server), "imported")
        self.store(folder / "c").parent.mkdir(parents=True)
        self.run("restore", folder / "backup", self.store(folder / "c"))
        with self.start(folder / "c") as server:
            same(expected, answers(server), "restored")

    def of_influxdb(self, folder):
        """The export of the real influx_inspect: the answers are those that influxd gives."""
        with Running(influxd, folder / "influxd") as server:
            fill(server)
            expected = answers(server)
        with gzip.open(folder / "text.gz", "wb") as packed:
            packed.write((HERE / "influx_inspect.txt").read_bytes())
        for name, file in ("plain", HERE / "influx_inspect.txt"), ("packed", folder / "text.gz"):
            assert "19 values read" in self.import_into(folder / name, file)
            with self.start(folder / name) as server:
                same(expected, answers(server), name)

    def to_influxdb(self, folder):
        """`influx -import` reads the export. It takes every line by itself, so strings of one line."""
        lines = b"".join(line for line in (HERE / "data.lp").read_bytes().splitlines(True)
                         if line.startswith((b"cpu", b"mem")))
        with self.start(folder / "a") as server:
            ask(server, "CREATE DATABASE plain")
            write(server, lines, "plain")
            expected = [ask(server, query, "plain") for query in QUERIES if "week" not in query]
        self.run("export", self.store(folder / "a"), "--out", folder / "text")
        with Running(influxd, folder / "influxd") as server:
            done = subprocess.run(["influx", "-host", "127.0.0.1", "-port", str(server.port), "-import", "-path", folder / "text"],
                                  capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stdout + done.stderr
            got = [ask(server, query, "plain") for query in QUERIES if "week" not in query]
        assert got == expected, (expected, got)

    def backup_under_load(self, folder):
        """Four backups while four writers write (at most 3,300 rows/s each: a shard holds 168), the table
        is flushed and shards are made: each has everything that was acknowledged before it began."""
        config = folder / "small.toml"
        folder.mkdir()
        config.write_text((HERE.parents[1] / "configs/sets/influxdb.toml").read_text().replace(
            "[[storage.lmdb]]", '[[storage.lmdb]]\n  table_size = "300KiB"\n  log_size = "200KiB"\n'
            '  flush_idle = "1s"'))
        acknowledged = [0] * 4
        ends = threading.Event()
        failures = []

        def load(server, writer):
            try:
                while not ends.wait(0.03):
                    first = acknowledged[writer]
                    write(server, "\n".join(
                        f"load,writer={writer},part={n % 50} n={n}i,text=\"row {n}\" {n * 3600}000000000"
                        for n in range(first, first + 100)).encode(), "load")
                    acknowledged[writer] = first + 100
            except BaseException as error:
                failures.append(error)

        before = []
        with Running(lambda f: tickwork_with(f, self.program, config), folder / "a") as server:
            ask(server, "CREATE DATABASE load")
            threads = [threading.Thread(target=load, args=(server, w)) for w in range(4)]
            for thread in threads:
                thread.start()
            for i in range(4):
                time.sleep(2)
                before.append(list(acknowledged))
                self.run("backup", self.store(folder / "a"), folder / f"backup{i}")
            ends.set()
            for thread in threads:
                thread.join()
            assert not failures, failures
        for i, counts in enumerate(before):
            assert min(counts) > 0, counts
            self.run("check", folder / f"backup{i}")
            self.store(folder / f"r{i}").parent.mkdir(parents=True)
            self.run("restore", folder / f"backup{i}", self.store(folder / f"r{i}"))
            with self.start(folder / f"r{i}") as server:
                self.has_rows(server, counts, i)
                # It goes on from there: new series and rows, flushed by the next start.
                write(server, b"load,writer=new n=1i 1", "load")
            with self.start(folder / f"r{i}") as server:
                self.has_rows(server, counts, i)
                new = ask(server, "SELECT n FROM load WHERE writer = 'new'", "load")["results"][0]["series"]
                assert len(new[0]["values"]) == 1, new

    def has_rows(self, server, counts, backup):
        for writer, count in enumerate(counts):
            where = f"WHERE writer = '{writer}' AND n < {count}"
            got = ask(server, f"SELECT count(n), count(text) FROM load {where}", "load")
            values = got["results"][0]["series"][0]["values"][0][1:]
            assert values == [count, count], f"backup {backup}, writer {writer}: {values} rows of {count}"

    def of_other_accounts(self, folder):
        """With the rights of root: what is restored and read belongs to the store's account."""
        if os.geteuid() != 0:
            return
        with self.start(folder / "a") as server:
            fill(server)
        store, restored = self.store(folder / "a"), folder / "restored"
        self.run("backup", store, folder / "backup")
        restored.mkdir()
        os.chown(restored, 12345, 12345)
        self.run("restore", folder / "backup", restored)
        owners = {p.stat().st_uid for p in restored.rglob("*")}
        assert owners == {12345}, owners
        refused = self.run("import", restored, HERE / "influx_inspect.txt", code=1)
        assert "belongs to another account" in refused, refused
        assert "sound" in self.run("check", restored)
        assert {p.stat().st_uid for p in restored.rglob("*")} == {12345}


def tickwork_with(folder, program, config):
    import differential
    port = differential.free_port()
    env = dict(os.environ, TICKWORK_DATA=str(folder / "tickwork"), TICKWORK_INFLUXDB_BIND=f"127.0.0.1:{port}")
    return differential.Server("tickwork", [program, "run", "-c", str(config)], port, env, folder / "log")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickwork", required=True)
    parser.add_argument("--only")
    options = parser.parse_args()
    test = Test(os.path.abspath(options.tickwork))
    for name in ("beside_the_writer", "of_influxdb", "to_influxdb", "backup_under_load", "of_other_accounts"):
        if options.only and options.only != name:
            continue
        with Folder() as folder:
            started = time.monotonic()
            getattr(test, name)(folder / name if name == "backup_under_load" else folder)
            print(f"{name}: fine, {time.monotonic() - started:.1f} s", flush=True)


main()
