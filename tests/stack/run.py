#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs scenario files (*.scenario, see README.md) against the real program. Each scenario gets free
ports, a data folder of its own and is stopped by its pid.

Usage: run.py --tickwork BIN --root SOURCE FILE..."""
import argparse
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 20.0  # seconds that "eventually" and start wait


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def request(url, body=None, headers=None, method=None):
    """(status, body text); an HTTP error is an answer, not an exception."""
    req = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(req, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def cell(value):
    return "null" if value is None else str(value) if isinstance(value, str) else json.dumps(value)


def rows_of(answer):
    """InfluxDB's JSON as lines: `cpu host=a: time v`, then a line a row."""
    lines = []
    if "error" in answer:
        return ["error: " + answer["error"]]
    for result in answer["results"]:
        if "error" in result:
            lines.append("error: " + result["error"])
        for series in result.get("series", []):
            tags = "".join(f" {k}={v}" for k, v in sorted(series.get("tags", {}).items()))
            lines.append(f"{series.get('name', '-')}{tags}: " + " ".join(series["columns"]))
            lines += [" ".join(cell(v) for v in row) for row in series.get("values", [])]
    return lines or ["(no rows)"]


class Scenario:
    def __init__(self, path, tickwork, root):
        self.path, self.tickwork, self.root = path, tickwork, root
        self.dir = tempfile.TemporaryDirectory(prefix="tickwork-scenario-")
        self.process = None
        self.env = dict(os.environ, TICKWORK_DATA=os.path.join(self.dir.name, "data"))
        self.ports = {}
        for part in ("INFLUXDB", "KAPACITOR", "CHRONOGRAF"):
            self.ports[part.lower()] = free_port()
            self.env[f"TICKWORK_{part}_BIND"] = f"127.0.0.1:{self.ports[part.lower()]}"
        self.env["TICKWORK_INFLUXDB_URL"] = self.url("influxdb")
        self.env["TICKWORK_KAPACITOR_URL"] = self.url("kapacitor")
        self.env["SCENARIO"] = self.dir.name
        self.env["TICKWORK"] = os.path.abspath(tickwork)
        self.last = (None, "")
        self.arguments = []

    def url(self, part):
        return f"http://127.0.0.1:{self.ports[part]}"

    def log(self):
        with open(os.path.join(self.dir.name, "log"), errors="replace") as f:
            return f.read()

    def fill(self, text):
        """$NAME and ${NAME} from the scenario's environment."""
        return re.sub(r"\$\{?([A-Z_]+)\}?", lambda m: self.env.get(m[1], m[0]), text)

    # Commands: each gets its words' rest and its indented block, and raises Failed.

    def do_file(self, rest, block):
        path = os.path.join(self.dir.name, rest)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write("\n".join(block) + "\n")

    def do_env(self, rest, _block):
        name, value = rest.split("=", 1)
        self.env[name] = self.fill(value)

    def do_start(self, rest, _block):
        words = shlex.split(self.fill(rest))
        config = words[0]
        for base in (self.dir.name, os.path.join(self.root, "configs"), self.root):
            if os.path.exists(os.path.join(base, words[0])):
                config = os.path.join(base, words[0])
                break
        self.arguments = [config] + words[1:]
        self.launch()

    def launch(self):
        out = open(os.path.join(self.dir.name, "log"), "a")
        self.process = subprocess.Popen(
            [self.tickwork, "run", "-c", *self.arguments], stdout=out, stderr=out, env=self.env,
            cwd=self.dir.name)
        out.close()

    def do_restart(self, _rest, _block):
        self.launch()

    def do_up(self, rest, _block):
        """up influxdb|kapacitor|chronograf: waits until the port answers, and its route is there:
        the server listens before the plugins that answer have started."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"the program ended with {self.process.returncode}:\n{self.log()[-3000:]}")
            if self.answers(rest.strip()):
                return
            time.sleep(0.05)
        raise Failed(f"{rest} does not listen:\n{self.log()[-3000:]}")

    def answers(self, name):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", self.ports[name])) != 0:
                return False
        return name != "influxdb" or request(self.url(name) + "/query")[0] not in (404, 503)

    def do_write(self, rest, block):
        params = dict(zip(("db", "rp", "precision"), rest.split()))
        url = self.url("influxdb") + "/write?" + urllib.parse.urlencode(params)
        self.last = request(url, "\n".join(self.fill(b) for b in block).encode())
        if not self.next_is_answer and self.last[0] != 204:
            raise Failed(f"answered {self.last[0]}: {self.last[1]}")

    def do_query(self, rest, block):
        database, statement = rest.split(None, 1)
        form = {"q": self.fill(statement), "db": "" if database == "-" else database, "epoch": "ns"}
        url = self.url("influxdb") + "/query"
        status, text = request(url, urllib.parse.urlencode(form).encode())
        self.last = (status, text)
        if block:
            self.compare(rows_of(json.loads(text)), block)
        elif not self.next_is_answer and (status != 200 or '"error"' in text):
            raise Failed(f"answered {status}: {text}")

    def compare(self, got, expected):
        if len(got) == len(expected):
            if all(self.matches(g, e) for g, e in zip(got, expected)):
                return
        raise Failed("expected\n    " + "\n    ".join(expected) + "\n  got\n    " + "\n    ".join(got))

    def matches(self, got, expected):
        """Literal, but /.../ is a regular expression for the whole line."""
        expected = self.fill(expected)
        if len(expected) > 1 and expected[0] == "/" and expected[-1] == "/":
            return re.fullmatch(expected[1:-1], got) is not None
        return got == expected

    def http(self, method, rest, block):
        part, path = rest.split(None, 1)
        body = "\n".join(self.fill(b) for b in block).encode() if block else None
        headers = {"Content-Type": "application/json"} if body and body[:1] in b"{[" else {}
        self.last = request(self.url(part) + self.fill(path), body, headers, method)
        if not self.next_is_answer and self.last[0] >= 400:
            raise Failed(f"answered {self.last[0]}: {self.last[1]}")

    def do_get(self, rest, block):
        self.http("GET", rest, block)

    def do_post(self, rest, block):
        self.http("POST", rest, block)

    def do_delete(self, rest, block):
        self.http("DELETE", rest, block)

    def do_answer(self, rest, block):
        """answer STATUS, and a block that the last answer's body must contain line by line."""
        status, text = self.last
        if str(status) != rest.strip():
            raise Failed(f"expected status {rest}, got {status}: {text}")
        for line in block:
            if self.fill(line) not in text:
                raise Failed(f"the answer lacks {line!r}: {text}")

    def do_logged(self, _rest, block):
        for line in block:
            if self.fill(line) not in self.log():
                raise Failed(f"the log lacks {line!r}:\n{self.log()[-3000:]}")

    def do_contains(self, rest, block):
        """contains FILE, and a block of texts that it must contain."""
        path = os.path.join(self.dir.name, self.fill(rest))
        try:
            with open(path) as f:
                text = f.read()
        except OSError as error:
            raise Failed(str(error))
        for line in block:
            if self.fill(line) not in text:
                raise Failed(f"{rest} lacks {line!r}:\n{text[-2000:]}")

    def do_run(self, rest, block):
        """run WORDS: a command in the scenario's folder; the block must be in its output."""
        done = subprocess.run(self.fill(rest), shell=True, env=self.env, cwd=self.dir.name,
                              capture_output=True, text=True, timeout=60)
        output = done.stdout + done.stderr
        for line in block:
            if self.fill(line) not in output:
                raise Failed(f"the output lacks {line!r}:\n{output}")
        if done.returncode and not block:
            raise Failed(f"exit code {done.returncode}:\n{output}")

    def do_signal(self, rest, _block):
        self.process.send_signal(getattr(signal, "SIG" + rest.strip()))

    def do_kill(self, _rest, _block):
        self.process.kill()
        self.process.wait()

    def do_sleep(self, rest, _block):
        time.sleep(float(rest))

    def do_stop(self, rest, _block):
        """stop [within N s]: SIGTERM, exit code 0."""
        limit = float((re.search(r"[\d.]+", rest) or ["10"])[0])
        self.process.terminate()
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"still runs {limit} s after SIGTERM:\n{self.log()[-3000:]}")
        if code:
            raise Failed(f"ended with {code}:\n{self.log()[-3000:]}")

    def do_ends(self, rest, _block):
        """ends CODE: the program ends by itself."""
        code = self.process.wait(PATIENCE)
        if str(code) != rest.strip():
            raise Failed(f"ended with {code}:\n{self.log()[-3000:]}")

    def steps(self):
        """(line number, command, rest, block)"""
        steps = []
        with open(self.path) as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip("\n")
                if line.startswith("  ") and steps:
                    steps[-1][3].append(line[2:])
                elif line.strip() and not line.startswith("#"):
                    word, _, rest = line.partition(" ")
                    steps.append((number, word, rest.strip(), []))
        return steps

    def step(self, word, rest, block):
        if word == "eventually":
            word, _, rest = rest.partition(" ")
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    return self.step(word, rest.strip(), block)
                except (Failed, OSError) as error:
                    if time.monotonic() > deadline:
                        raise Failed(f"not within {PATIENCE} s: {error}")
                    time.sleep(0.2)
        command = getattr(self, "do_" + word, None)
        if not command:
            raise Failed(f"no command {word!r}")
        command(rest, block)

    def run(self):
        steps = self.steps()
        try:
            for i, (number, word, rest, block) in enumerate(steps):
                self.next_is_answer = i + 1 < len(steps) and steps[i + 1][1] == "answer"
                try:
                    self.step(word, rest, block)
                except (Failed, OSError, ValueError, subprocess.TimeoutExpired) as error:
                    tail = ""
                    if os.path.exists(os.path.join(self.dir.name, "log")):
                        tail = "\n  log:\n" + self.log()[-2000:]
                    return f"{self.path}:{number}: {word}: {error}{tail}"
            return None
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.dir.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickwork", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    failures = 0
    for path in arguments.files:
        failure = Scenario(path, os.path.abspath(arguments.tickwork), arguments.root).run()
        print(("FAILED " if failure else "ok     ") + path)
        if failure:
            failures += 1
            print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
