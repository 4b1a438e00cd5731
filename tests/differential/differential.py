#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the same data to InfluxDB and to Tickwork, asks both the same, and compares byte for byte.

    differential.py --tickwork build/bin/tickwork [--area windows] [--verbose]

Starts both on free ports with temporary folders. queries.txt has the queries by area, writes.txt
bodies for /write. Needs influxd and influx (Debian packages influxdb, influxdb-client)."""
import argparse, contextlib, itertools, json, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, time
import urllib.error, urllib.parse, urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def text_of(body):
    """Answers that are not text, such as MessagePack, are compared as numbers."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.hex(" ")


class Server:
    """A process with an InfluxDB API on 127.0.0.1:port."""

    def __init__(self, name, command, port, env, log):
        self.name, self.port = name, port
        self.log = open(log, "w")
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log)
        for _ in range(200):
            try:
                if self.call("GET", "/ping")[0] == 204:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        sys.exit(f"{name} does not answer; its log:\n{open(log).read()}")

    def call(self, method, target, body=None, headers=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}", data=body,
                                         method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, text_of(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, text_of(error.read())
        except TimeoutError:
            return 0, "no answer in time"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def influxd(folder, http_options=""):
    port, rpc = free_port(), free_port()
    config = folder / "influx.conf"
    config.write_text(f"""reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  {http_options}
""")
    return Server("influxd", ["influxd", "-config", str(config)], port, None,
                  folder / "influxd.log")


def tickwork(folder, program):
    port = free_port()
    env = dict(os.environ, TICKWORK_DATA=str(folder / "tickwork"),
               TICKWORK_INFLUXDB_BIND=f"127.0.0.1:{port}")
    command = [program, "run", "-c", str(ROOT / "configs/sets/influxdb.toml")]
    return Server("tickwork", command, port, env, folder / "tickwork.log")


def cases(name):
    """Yields (area, parameters, text) for each line of a file."""
    area = ""
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("# "):
            area = line[2:]
            if name == "queries.txt":
                continue
        if not line and name == "queries.txt":
            continue
        parameters = {}
        if line.startswith("["):
            head, _, line = line[1:].partition("] ")
            parameters = dict(p.split("=", 1) for p in head.rstrip("]").split("&") if p)
        yield area, parameters, line


def ask(server, parameters, text):
    if text.startswith("WRITE "):
        return post(server, parameters, text.removeprefix("WRITE "))
    query = {"db": "t", "q": text, **parameters}
    accept, method = query.pop("accept", None), query.pop("method", "POST")
    return server.call(method, "/query?" + urllib.parse.urlencode(query), b"" if method == "POST" else None,
                       {"Accept": accept} if accept else {})


def post(server, parameters, text):
    query = {"db": "errors", **parameters}
    return server.call("POST", "/write?" + urllib.parse.urlencode(query),
                       text.replace("\\n", "\n").encode())


def known_differences():
    """Queries whose answers differ on purpose or by accident of the original, with the reason."""
    found = {}
    for line in (HERE / "differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            text, _, reason = line.partition("  -- ")
            found[text] = reason
    return found


def unordered(answer):
    """Rows of one time have no certain order in InfluxDB when they come from several series: its
    heap of series breaks ties as it happens to be. Sorts those rows and nothing else."""
    status, text = answer
    try:
        document = json.loads(text, parse_float=lambda digits: "float " + digits)
    except ValueError:
        return answer
    for result in document.get("results", []):
        for series in result.get("series", []):
            if series["columns"][0] == "time":
                runs = itertools.groupby(series.get("values", []), key=lambda row: row[0])
                series["values"] = [sorted(rows, key=json.dumps) for _, rows in runs]
    return status, document


def fill(server):
    for name in ("t", "errors"):
        assert server.call("POST", "/query?" + urllib.parse.urlencode(
            {"q": f"CREATE DATABASE {name}"}), b"")[0] == 200
    status, text = server.call("POST", "/write?db=t", (HERE / "data.lp").read_bytes())
    assert status == 204, (server.name, status, text)


def compare(peer, ours, name, send, args):
    known, failed, total = known_differences(), [], 0
    for area, parameters, text in cases(name):
        if args.area and area != args.area:
            continue
        total += 1
        expected, got = send(peer, parameters, text), send(ours, parameters, text)
        if expected == got or text in known or unordered(expected) == unordered(got):
            continue
        failed.append(text)
        print(f"--- {area}: {parameters or ''} {text}\n  influxd  {expected[0]} {expected[1]!r}"
              f"\n  tickwork {got[0]} {got[1]!r}")
    print(f"{name}: {total - len(failed)} of {total} agree")
    return failed


def shell(server, *arguments):
    command = ["influx", "-host", "127.0.0.1", "-port", str(server.port), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def check_shell(peer, ours):
    """The influx command line against both; its answers carry no version after the first line."""
    failed = []
    for arguments in (["-execute", "SHOW DATABASES"],
                      ["-database", "t", "-execute", "SELECT v, host FROM cpu LIMIT 3"],
                      ["-database", "t", "-precision", "rfc3339", "-execute",
                       "SELECT mean(v) FROM cpu GROUP BY host"],
                      ["-database", "t", "-format", "csv", "-execute", "SELECT * FROM mem WHERE host = 'a'"],
                      ["-database", "t", "-format", "json", "-execute", "SHOW TAG KEYS"],
                      ["-database", "errors", "-execute", "INSERT shell,a=b v=1 1"],
                      ["-database", "errors", "-execute", "SELECT * FROM shell"],
                      ["-database", "t", "-execute", "SELECT FROM"]):
        expected, got = shell(peer, *arguments), shell(ours, *arguments)
        same = (expected.stdout, expected.returncode) == (got.stdout, got.returncode)
        if not same:
            failed.append(" ".join(arguments))
            print(f"--- influx {arguments}\n{expected.stdout}{expected.stderr}\n"
                  f"{got.stdout}{got.stderr}")
    print(f"influx shell: {len(failed)} differences")
    return failed


@contextlib.contextmanager
def side_by_side(*starts):
    """The servers that start(folder) gives, in a folder of their own; both end with the block."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tickwork-differential-"))
    servers = []
    try:
        for start in starts:
            servers.append(start(folder))
        yield servers
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def program():
    """An argument parser that knows --tickwork."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickwork", default=str(ROOT / "build/bin/tickwork"))
    return parser


def main():
    parser = program()
    parser.add_argument("--area", help="only this area of queries.txt")
    args = parser.parse_args()
    with side_by_side(influxd, lambda folder: tickwork(folder, args.tickwork)) as servers:
        for server in servers:
            fill(server)
        failed = compare(*servers, "queries.txt", ask, args)
        if not args.area:
            failed += compare(*servers, "writes.txt", post, args)
            failed += check_shell(*servers)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
