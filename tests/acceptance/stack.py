# SPDX-License-Identifier: MIT
"""A whole stack of its own: `tickwork run` or packaging/up on free ports with a temporary folder,
ended by its pid. Used by the tests in this folder, tests/readme, tests/swap and tests/bench."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PARTS = ("influxdb", "kapacitor", "chronograf")


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def until(what, seconds, question):
    """Asks until the answer is true; connection errors count as no. Returns the answer."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        try:
            last = question()
            if last:
                return last
        except (OSError, ValueError, KeyError, IndexError) as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s (last: {last!r})")


class QueryError(ValueError):
    """What the server answered instead of rows; `until` asks again, as it may be too early."""


class Stack:
    """One process, or one of several that share ports and folder (`beside`)."""

    def __init__(self, command, beside=None, env=None):
        self.command = command
        self.ports = beside.ports if beside else dict(zip(PARTS, free_ports(3)))
        self.folder = beside.folder if beside else tempfile.mkdtemp(prefix="tickwork-")
        self.owner = beside is None
        self.env = dict(os.environ, TICKWORK_DATA=os.path.join(self.folder, "data"))
        for part, port in self.ports.items():
            self.env[f"TICKWORK_{part.upper()}_BIND"] = f"127.0.0.1:{port}"
            self.env[f"TICKWORK_{part.upper()}_URL"] = f"http://127.0.0.1:{port}"
        self.env.update(env or {})
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        if self.owner:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        log = open(os.path.join(self.folder, "log"), "a")
        self.process = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log)
        log.close()

    def log(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as f:
            return f.read()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self, within=10):
        self.process.terminate()
        started = time.monotonic()
        code = self.process.wait(within)
        assert code == 0, f"ended with {code}:\n{self.log()[-3000:]}"
        return time.monotonic() - started

    def url(self, part, path=""):
        return f"http://127.0.0.1:{self.ports[part]}{path}"

    def get(self, part, path):
        with urllib.request.urlopen(self.url(part, path), timeout=10) as answer:
            return answer.read().decode()

    def json(self, part, path):
        return json.loads(self.get(part, path))

    def query(self, text, database="telegraf"):
        form = urllib.parse.urlencode({"q": text, "db": database, "epoch": "ns"}).encode()
        with urllib.request.urlopen(self.url("influxdb", "/query"), form, timeout=10) as answer:
            results = json.loads(answer.read())["results"]
        for result in results:
            if "error" in result:
                raise QueryError(result["error"])
        return results[0].get("series", [])

    def write(self, lines, database="telegraf"):
        url = self.url("influxdb", "/write?" + urllib.parse.urlencode({"db": database}))
        with urllib.request.urlopen(url, lines.encode(), timeout=10) as answer:
            assert answer.status == 204, answer.status
