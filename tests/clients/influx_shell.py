#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The influx shell over TLS with users: what it prints, and its import of an export."""
import gzip, subprocess, sys

import server

EXPORT = """# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z
# DDL
CREATE DATABASE imported WITH NAME autogen
CREATE RETENTION POLICY short ON imported DURATION 0s REPLICATION 1
# DML
# CONTEXT-DATABASE:imported
# CONTEXT-RETENTION-POLICY:autogen
# writing tsm data
cpu,host=a v=1 1000000000
cpu,host=a v=2,s="two words" 2000000000
cpu,host=b\\ c v=3 1000000000
# CONTEXT-DATABASE:imported
# CONTEXT-RETENTION-POLICY:short
cpu,host=a v=9i 5000000000
"""


def influx(port, *arguments, user=("root", "secret")):
    command = ["influx", "-host", "127.0.0.1", "-port", str(port), "-ssl", "-unsafeSsl", "-username", user[0],
               "-password", user[1], *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def expect(got, expected):
    if expected not in got:
        sys.exit(f"expected {expected!r} in\n{got}")


def check(port, folder):
    run = lambda text, **more: influx(port, "-execute", text, **more)
    expect(run("SHOW DATABASES"), "create admin user first or disable authentication")
    expect(run("CREATE USER root WITH PASSWORD 'secret' WITH ALL PRIVILEGES"), "")
    expect(run("SHOW USERS"), "root true")
    expect(run("SHOW DATABASES", user=("root", "wrong")), "authorization failed")
    run("CREATE USER bob WITH PASSWORD 'b'")
    expect(run("SHOW DATABASES", user=("bob", "b")), "databases")
    expect(run("SHOW USERS", user=("bob", "b")), "requires admin privilege")

    (folder / "export").write_text(EXPORT)
    expect(influx(port, "-import", "-path", str(folder / "export")), "Processed 4 inserts")
    rows = run("SELECT * FROM imported..cpu")
    expect(rows, "1000000000 a              1")
    expect(rows, "2000000000 a    two words 2")
    expect(run("SELECT v FROM imported.short.cpu"), "5000000000 9")
    run("DROP DATABASE imported")
    (folder / "export.gz").write_bytes(gzip.compress(EXPORT.encode()))
    expect(influx(port, "-import", "-compressed", "-path", str(folder / "export.gz")), "Failed 0 inserts")
    expect(run("SELECT count(v) FROM imported..cpu"), "0    3")

    expect(influx(port, "-database", "imported", "-format", "csv", "-execute", "SHOW TAG VALUES WITH KEY = host"),
           "cpu,host,b c")
    run("GRANT READ ON imported TO bob")
    expect(run("SELECT v FROM imported..cpu LIMIT 1", user=("bob", "b")), "1000000000 1")
    expect(influx(port, "-database", "imported", "-execute", "INSERT cpu v=1", user=("bob", "b")),
           "not authorized to write")


def main():
    with server.tickwork(server.arguments(__doc__).tickwork, tls=True) as (port, folder):
        check(port, folder)
    print("the influx shell works")


if __name__ == "__main__":
    main()
