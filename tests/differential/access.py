#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Users, grants and credentials: the requests of access.txt to InfluxDB and to Tickwork with
authentication on; status, kind of content, challenge and body must be equal.

    access.py --tickwork build/bin/tickwork"""
import base64, hashlib, hmac, json, sys, time
import urllib.error, urllib.request

import differential

SECRET = "a secret for tests"
ROOT = differential.ROOT


def tickwork(folder, program):
    port = differential.free_port()
    config = folder / "tickwork.toml"
    config.write_text(f"""[agent]
  statedir = "{folder}/state"
[[storage.lmdb]]
  path = "{folder}/store"
[[query.influxql]]
[[services.http]]
  bind = "127.0.0.1:{port}"
[[services.influxdb_api]]
  auth_enabled = true
  shared_secret = "{SECRET}"
""")
    return differential.Server("tickwork", [program, "run", "-c", str(config)], port, None,
                               folder / "tickwork.log")


def plain(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims):
    """A JSON web token of "alg=HS256,username=x,exp=+600": +n and -n are seconds from now, #n a number."""
    given = dict(part.split("=", 1) for part in claims.split(","))
    if "raw" in given:
        return given["raw"]
    key, algorithm = given.pop("key", SECRET), given.pop("alg")
    for name, value in given.items():
        if name in ("exp", "nbf"):
            given[name] = int(time.time()) + int(value)
        elif value.startswith("#"):
            given[name] = int(value[1:])
    text = plain(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()) + "." + plain(json.dumps(given).encode())
    if algorithm == "none":
        return text + "."
    digest = getattr(hashlib, "sha" + algorithm[2:])
    return text + "." + plain(hmac.new(key.encode(), text.encode(), digest).digest())


def ask(server, line):
    who, method, rest = line.split(" ", 2)
    target, _, extra = rest.partition(" ")
    headers = {}
    if who != "-":
        headers["Authorization"] = "Basic " + base64.b64encode(who.encode()).decode()
    if extra.startswith("jwt:"):
        headers["Authorization"] = "Bearer " + token(extra[4:])
    elif extra.startswith("hdr:"):
        name, value = extra[4:].split(":", 1)
        headers[name] = value
    body = {"WRITE": b"cpu v=1 1", "POST": b""}.get(method)
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{target}", data=body, headers=headers,
                                     method="POST" if method == "WRITE" else method)
    try:
        answer = urllib.request.urlopen(request, timeout=15)
    except urllib.error.HTTPError as error:
        answer = error
    return (answer.status, answer.headers.get("Content-Type"), answer.headers.get("WWW-Authenticate"),
            answer.headers.get("X-Influxdb-Error"), answer.read())


def main():
    args = differential.program().parse_args()
    known, failed, total = differential.known_differences(), 0, 0
    peer_settings = f'auth-enabled = true\n  shared-secret = "{SECRET}"'
    with differential.side_by_side(lambda folder: differential.influxd(folder, peer_settings),
                                   lambda folder: tickwork(folder, args.tickwork)) as servers:
        for line in (differential.HERE / "access.txt").read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            total += 1
            expected, got = (ask(server, line) for server in servers)
            if expected != got and line not in known:
                failed += 1
                print(f"--- {line}\n  influxd  {expected}\n  tickwork {got}")
        print(f"access.txt: {total - failed} of {total} agree")
        return 1 if failed or total < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
