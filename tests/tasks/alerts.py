#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the program with an HTTP server, stream.tickscript and handlers, defines tasks over the API and
watches what they do: httpOut, alert states, the log file, the POST handler, a user-defined function,
a configured handler, files of a folder, and what is left after a restart.

Usage: alerts.py TICKWORK"""
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PATIENCE = 20.0  # seconds that anything may take

TASK = """stream
    |from()
        .measurement('cpu')
        .groupBy('host')
    |window()
        .period(10s)
        .every(10s)
        .align()
    |mean('usage')
        .as('usage')
    |httpOut('usage')
    |alert()
        .id('cpu/{{ index .Tags "host" }}')
        .message('{{ .ID }} is {{ .Level }}: {{ index .Fields "usage" | printf "%%.1f" }}')
        .details('')
        .crit(lambda: "usage" > 80.0)
        .stateChangesOnly()
        .topic('cpu')
        .log('%(log)s')
        .post('%(url)s')
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver(http.server.BaseHTTPRequestHandler):
    bodies = []

    def do_POST(self):
        Receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Program:
    """The program on a configuration; ended by its pid."""

    def __init__(self, binary, folder, port):
        self.binary, self.folder, self.port, self.process = binary, folder, port, None

    def start(self):
        with open(os.path.join(self.folder, "log"), "a") as log:
            self.process = subprocess.Popen(
                [self.binary, "run", "-c", os.path.join(self.folder, "tickwork.toml")],
                stdout=log, stderr=log, cwd=self.folder)
        self.eventually(lambda: self.call("GET", "/ping")[0] == 204, "the API to answer")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def call(self, method, path, body=None):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/kapacitor/v1{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            return error.code, text
        except OSError:
            return 0, None

    def eventually(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if condition():
                return
            time.sleep(0.05)
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            sys.exit(f"waited in vain for {what}; the log says:\n{log.read()[-4000:]}")

    def write(self, *lines):
        status, text = self.call("POST", "/write?db=telegraf&rp=autogen&precision=s",
                                 "\n".join(lines).encode())
        expect(status, 204, text)


def expect(got, wanted, hint=""):
    if got != wanted:
        sys.exit(f"expected {wanted!r}, got {got!r} {hint}")


def lines_of(path):
    try:
        with open(path) as f:
            return [json.loads(line) for line in f]
    except FileNotFoundError:
        return []


def check_definition(program, folder, url):
    script = TASK % {"log": os.path.join(folder, "alerts.json"), "url": url}
    status, task = program.call("POST", "/tasks", {
        "id": "cpu", "type": "stream", "dbrps": [{"db": "telegraf", "rp": "autogen"}],
        "script": script, "status": "enabled"})
    expect(status, 200, task)
    expect((task["executing"], task["error"], task["script"]), (True, "", script))


def check_alerts(program, folder):
    log = os.path.join(folder, "alerts.json")
    program.write(*[f"cpu,host=a usage=90 {t}" for t in range(1000, 1010)], "cpu,host=a usage=95 1011")
    program.eventually(lambda: len(lines_of(log)) == 1, "the log handler")
    event = lines_of(log)[0]
    expect(event["message"], "cpu/a is CRITICAL: 90.0")
    expect((event["time"], event["level"], event["previousLevel"]),
           ("1970-01-01T00:16:50Z", "CRITICAL", "OK"))
    expect(event["data"], {"series": [{"name": "cpu", "tags": {"host": "a"}, "columns": ["time", "usage"],
                                       "values": [["1970-01-01T00:16:50Z", 90]]}]})
    program.eventually(lambda: len(Receiver.bodies) == 1, "the post handler")
    expect(json.loads(Receiver.bodies[0]), event)
    program.eventually(lambda: len(lines_of(os.path.join(folder, "team.json"))) == 1,
                       "the configured handler")
    expect(program.call("GET", "/tasks/cpu/usage")[1]["series"][0]["values"],
           [["1970-01-01T00:16:50Z", 90]])
    expect(program.call("GET", "/alerts/topics/cpu")[1]["level"], "CRITICAL")
    state = program.call("GET", "/alerts/topics/cpu/events/cpu/a")[1]["state"]
    expect(state["level"], "CRITICAL")


def check_function(program):
    script = "stream|from().measurement('load').groupBy('host')@ema().field('v').span(3)|httpOut('ema')"
    status, task = program.call("POST", "/tasks", {
        "id": "ema", "dbrps": [{"db": "telegraf", "rp": "autogen"}], "script": script,
        "status": "enabled"})
    expect(status, 200, task)
    program.write("load,host=a v=4 1", "load,host=a v=8 2")
    program.eventually(
        lambda: (program.call("GET", "/tasks/ema/ema")[1]["series"] or [{}])[0].get("values")
        == [["1970-01-01T00:00:02Z", 6, 8]], "the moving average")


def check_folder(program, folder):
    path = os.path.join(folder, "tasks", "disk.tick")
    with open(path, "w") as f:
        f.write("dbrp \"telegraf\".\"autogen\"\nstream|from().measurement('disk')|httpOut('one')\n")
    program.eventually(lambda: program.call("GET", "/tasks/disk/one")[0] == 200, "the task of a file")
    os.unlink(path)
    program.eventually(lambda: program.call("GET", "/tasks/disk")[0] == 404, "the file's task to end")


def check_restart(program, folder):
    program.stop()
    expect(program.process.returncode, 0, "when stopped")
    program.start()
    expect(program.call("GET", "/tasks/cpu")[1]["executing"], True)
    log = os.path.join(folder, "alerts.json")
    program.write(*[f"cpu,host=a usage=90 {t}" for t in range(1020, 1030)])  # still critical: no event
    program.write("cpu,host=a usage=1 1031", "cpu,host=a usage=1 1041")
    program.eventually(lambda: len(lines_of(log)) == 2, "the recovery")
    recovery = lines_of(log)[1]
    expect((recovery["level"], recovery["previousLevel"], recovery["time"]),
           ("OK", "CRITICAL", "1970-01-01T00:17:20Z"))


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="tickwork-tasks-") as folder:
        os.mkdir(os.path.join(folder, "tasks"))
        port = free_port()
        with open(os.path.join(folder, "tickwork.toml"), "w") as config:
            config.write(f'''
[agent]
  statedir = "{folder}/state"
[[services.http]]
  bind = "127.0.0.1:{port}"
  alias = "kapacitor"
[[stream.tickscript]]
  http = "kapacitor"
  task_dir = "{folder}/tasks"
  sync_interval = "200ms"
[[handlers.log]]
  path = "{folder}/team.json"
  topic = "cpu"
  match = """changed() AND "host" == 'a'"""
''')
        program = Program(sys.argv[1], folder, port)
        program.start()
        try:
            check_definition(program, folder, f"http://127.0.0.1:{server.server_address[1]}/hook")
            check_alerts(program, folder)
            check_function(program)
            check_folder(program, folder)
            check_restart(program, folder)
            program.stop()
        finally:
            if program.process.poll() is None:
                program.process.kill()
    print("tasks: all as expected")


if __name__ == "__main__":
    main()
