#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""python3-influxdb over TLS with users. From 5.3 on it asks for MessagePack."""
import datetime, warnings

import influxdb
import influxdb.exceptions
import requests

import server


def refused(call, code):
    try:
        call()
    except influxdb.exceptions.InfluxDBClientError as error:
        assert error.code == code, error
        return str(error)
    raise AssertionError(f"expected {code}")


def check(port, folder):
    def client(user, password):
        return influxdb.InfluxDBClient("127.0.0.1", port, user, password, ssl=True, database="py", gzip=True,
                                       verify_ssl=str(folder / "cert.pem"))

    first = f"https://127.0.0.1:{port}/query?q=CREATE USER root WITH PASSWORD 'x y' WITH ALL PRIVILEGES"
    assert requests.post(first, verify=str(folder / "cert.pem"), timeout=10).status_code == 200
    root, wrong = client("root", "x y"), client("root", "bad")
    assert root.ping() == "1.8.10"
    assert "authorization failed" in refused(wrong.get_list_database, 401)

    root.create_database("py")
    root.create_retention_policy("week", "7d", "1", default=False)
    assert [p["name"] for p in root.get_list_retention_policies()] == ["autogen", "week"]
    root.create_user("bob", "b", admin=False)
    root.grant_privilege("read", "py", "bob")
    assert root.get_list_privileges("bob") == [{"database": "py", "privilege": "READ"}]
    assert root.get_list_users() == [{"user": "root", "admin": True}, {"user": "bob", "admin": False}]

    when = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901)
    points = [{"measurement": "cpu", "tags": {"host": "a"}, "time": when, "fields": {"f": 1.5, "n": -40, "s": "x", "b": True}},
              {"measurement": "cpu", "tags": {"host": "b"}, "time": when, "fields": {"f": 2.5, "n": 1 << 40}}]
    root.write_points(points)
    bob = client("bob", "b")
    rows = list(bob.query("SELECT * FROM cpu").get_points())
    assert rows[0] == {"time": "2020-01-02T03:04:05.678901Z", "b": True, "f": 1.5, "host": "a", "n": -40, "s": "x"}, rows
    assert rows[1]["n"] == 1 << 40 and rows[1]["s"] is None, rows
    assert [r["time"] for r in bob.query("SELECT f FROM cpu", epoch="ms").get_points()] == [1577934245678] * 2
    bound = bob.query("SELECT f FROM cpu WHERE host = $h", bind_params={"h": "b"})
    assert [r["f"] for r in bound.get_points()] == [2.5]
    assert bob.get_list_database() == [{"name": "py"}]
    assert "not authorized to write" in refused(lambda: bob.write_points(points), 403)
    assert "requires admin privilege" in refused(lambda: bob.create_database("x"), 403)

    root.create_continuous_query("cq", "SELECT mean(f) INTO py.autogen.x FROM cpu GROUP BY time(1m)", "py")
    assert root.get_list_continuous_queries() == [{"py": [{"name": "cq", "query":
        "CREATE CONTINUOUS QUERY cq ON py BEGIN SELECT mean(f) INTO py.autogen.x FROM py.autogen.cpu "
        "GROUP BY time(1m) END"}]}]
    root.drop_continuous_query("cq", "py")
    root.delete_series("py", "cpu", {"host": "a"})
    assert root.get_list_series("py") == ["cpu,host=b"]
    root.set_user_password("bob", "new")
    refused(bob.get_list_database, 401)
    root.drop_user("bob")
    root.drop_database("py")
    assert root.get_list_database() == []


def main():
    warnings.simplefilter("ignore")
    with server.tickwork(server.arguments(__doc__).tickwork, tls=True) as (port, folder):
        check(port, folder)
    print("python3-influxdb", influxdb.__version__, "works")


if __name__ == "__main__":
    main()
