#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Debian's prometheus writes what it scrapes from itself; a second one, without data, reads it back."""
import contextlib, json, signal, subprocess, time, urllib.parse, urllib.request

import server

CREDENTIALS = "    basic_auth:\n      username: prom\n      password: p\n"


@contextlib.contextmanager
def prometheus(folder, name, port, config):
    home = folder / name
    home.mkdir()
    (home / "prometheus.yml").write_text(config)
    with open(home / "log", "w") as log:
        process = subprocess.Popen(
            ["prometheus", f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def get(url):
    return json.load(urllib.request.urlopen(url, timeout=10))


def ask(port, text):
    return get(f"http://127.0.0.1:{port}/query?u=root&p=r&db=prom&q=" + urllib.parse.quote(text))["results"][0]


def post(port, text, credentials="&u=root&p=r"):
    urllib.request.urlopen(f"http://127.0.0.1:{port}/query?q=" + urllib.parse.quote(text) + credentials,
                           data=b"", timeout=10).read()


def until(what, condition):
    for _ in range(300):
        with contextlib.suppress(OSError, KeyError, IndexError):
            found = condition()
            if found:
                return found
        time.sleep(0.1)
    raise SystemExit(f"waited in vain for {what}")


def select(port, query):
    found = get(f"http://127.0.0.1:{port}/api/v1/query?query=" + urllib.parse.quote(query))
    return found["data"]["result"]


def check(port, folder):
    post(port, "CREATE USER root WITH PASSWORD 'r' WITH ALL PRIVILEGES", "")
    post(port, "CREATE DATABASE prom; CREATE USER prom WITH PASSWORD 'p'; GRANT ALL ON prom TO prom")
    writer, reader = server.free_port(), server.free_port()
    remote = f"http://127.0.0.1:{port}/api/v1/prom"
    write = f"""global:
  scrape_interval: 1s
scrape_configs:
  - job_name: self
    static_configs: [{{targets: ["127.0.0.1:{writer}"], labels: {{site: "here and there"}}}}]
remote_write:
  - url: "{remote}/write?db=prom"
{CREDENTIALS}"""
    read = f"""remote_read:
  - url: "{remote}/read?db=prom"
    read_recent: true
{CREDENTIALS}"""
    with prometheus(folder, "writer", writer, write):
        until("samples", lambda: ask(port, "SELECT count(value) FROM up")["series"][0]["values"][0][1] >= 3)
    series = ask(port, "SHOW SERIES FROM up")["series"][0]["values"]
    assert series == [[f"up,__name__=up,instance=127.0.0.1:{writer},job=self,site=here\\ and\\ there"]], series
    stored = ask(port, "SELECT last(value) FROM up")["series"][0]["values"][0][1]
    with prometheus(folder, "reader", reader, read):
        found = until("what was read back", lambda: select(reader, 'up{job="self"}'))
        assert [r["value"][1] for r in found] == [str(stored)], found
        assert found[0]["metric"] == {"__name__": "up", "instance": f"127.0.0.1:{writer}", "job": "self",
                                      "site": "here and there"}, found
        assert select(reader, 'up{job=~"se"}') == [], "expressions are anchored"
        assert len(select(reader, '{__name__=~"up|scrape_samples_.*",site!=""}')) > 1


def main():
    with server.tickwork(server.arguments(__doc__).tickwork, tls=False) as (port, folder):
        check(port, folder)
    print("prometheus writes and reads")


if __name__ == "__main__":
    main()
