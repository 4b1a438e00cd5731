#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a stranger sees after packaging/up: this machine's metrics collected, stored, queried with
Debian's influx client, drawn, alerted on; and all of it still there after kill -9.

Usage: acceptance.py --tickwork BIN --root SOURCE"""
import argparse
import http.server
import json
import multiprocessing
import os
import socket
import subprocess
import threading
import time

from stack import Stack, until

HOST = socket.gethostname()


class Endpoint:
    """An HTTP endpoint that keeps the JSON documents posted to it."""

    def __init__(self):
        self.events = events = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def levels(self):
        return [e["level"] for e in self.events if e["id"].startswith("cpu")]


def burn(stop):
    while not stop.is_set():  # which takes a lock that the burners share, and would wait for
        for _ in range(100_000):
            pass


def influx(stack, text):
    """Debian's client, as a person would use it."""
    done = subprocess.run(
        ["influx", "-host", "127.0.0.1", "-port", str(stack.ports["influxdb"]), "-database",
         "telegraf", "-execute", text], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def client_answers(stack):
    mean = "SELECT mean(usage_idle) FROM cpu WHERE time > now() - 1m GROUP BY host"
    until("CPU metrics", 60, lambda: stack.query(mean))
    text = influx(stack, mean)
    assert f"tags: host={HOST}" in text and "name: cpu" in text and "mean" in text, text
    values = influx(stack, 'SHOW TAG VALUES FROM cpu WITH KEY = "host"')
    assert values == f"name: cpu\nkey  value\n---  -----\nhost {HOST}\n", values


def page_answers(stack):
    assert "<html" in stack.get("chronograf", "/")
    until("this host on the page", 30,
          lambda: HOST in stack.get("chronograf", "/api/hosts"))


def alert_fires_and_recovers(stack, endpoint, log):
    stop = multiprocessing.Event()
    burners = [multiprocessing.Process(target=burn, args=(stop,), daemon=True)
               for _ in range(os.cpu_count() or 1)]
    for b in burners:
        b.start()
    try:
        until("CRITICAL at the HTTP endpoint", 60, lambda: "CRITICAL" in endpoint.levels())
        until("CRITICAL in the log file", 10, lambda: '"CRITICAL"' in open(log).read())
        until("the alert on the page", 10,
              lambda: "CRITICAL" in stack.get("chronograf", "/api/alerts").upper())
    finally:
        stop.set()
        for b in burners:
            b.join()
    until("recovery at the HTTP endpoint", 60, lambda: endpoint.levels()[-1] == "OK")
    until("recovery in the log file", 10,
          lambda: json.loads(open(log).read().splitlines()[-1])["level"] == "OK")


def nothing_acknowledged_is_lost(stack):
    stack.write("marker v=1 1700000000000000000\nmarker v=2 1700000000000000001")
    stack.kill()
    stack.start()
    started = time.monotonic()
    series = until("the first answer", 10, lambda: stack.query("SELECT v FROM marker"))
    seconds = time.monotonic() - started
    assert seconds < 2, f"the first query was answered after {seconds:.2f} s"
    assert series[0]["values"] == [[1700000000000000000, 1], [1700000000000000001, 2]], series
    print(f"first answer {seconds:.2f} s after kill -9 and start")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickwork", required=True)
    parser.add_argument("--root", required=True)
    arguments = parser.parse_args()
    endpoint = Endpoint()
    command = [arguments.tickwork, "run", "-c", f"{arguments.root}/configs/sets/tick.toml"]
    with Stack(command, env={"TICKWORK_ALERT_URL": endpoint.url}) as stack:
        log = os.path.join(stack.env["TICKWORK_DATA"], "alerts.log")
        try:
            client_answers(stack)
            page_answers(stack)
            alert_fires_and_recovers(stack, endpoint, log)
            nothing_acknowledged_is_lost(stack)
            print(f"stopped in {stack.stop():.2f} s")
        except Exception:
            print(stack.log()[-4000:])
            raise


if __name__ == "__main__":
    main()
