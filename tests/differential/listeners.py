#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The other listeners: the same bytes to InfluxDB's udp, graphite, opentsdb and collectd and to
Tickwork's, from here and from a real collectd; what is stored must be equal.

    listeners.py --tickwork build/bin/tickwork"""
import gzip, json, pathlib, shutil, signal, socket, struct, subprocess, sys, tempfile, time
import urllib.error, urllib.parse, urllib.request

import differential

ROOT = differential.ROOT
TYPES = "/usr/share/collectd/types.db"
TEMPLATES = ["servers.* .host.measurement*", "stats.*.cpu region..measurement.field kind=a,region=eu",
             "stats.* measurement.host.field*", "x.y measurement.measurement.host.host", "x measurement.tag",
             "x.* measurement.t1.t2", "*.deep.* a.b.measurement.field"]
TAGS = ["dc=1", "host=none"]
# name: (database, InfluxDB's section, Tickwork's plugin, kind of socket, precision or other options)
LISTENERS = {
    "udp": ("udp", "udp", "line_protocol", socket.SOCK_DGRAM, {"precision": "s"}),
    "graphite": ("graphite", "graphite", "graphite", socket.SOCK_STREAM,
                 {"protocol": "tcp", "separator": "_", "templates": TEMPLATES, "tags": TAGS}),
    "graphite-udp": ("graphite_udp", "graphite", "graphite", socket.SOCK_DGRAM, {"protocol": "udp"}),
    "opentsdb": ("opentsdb", "opentsdb", "opentsdb", socket.SOCK_STREAM, {}),
    "collectd": ("collectd", "collectd", "collectd", socket.SOCK_DGRAM, {"typesdb": TYPES}),
    "collectd-join": ("collectd_join", "collectd", "collectd", socket.SOCK_DGRAM, {"typesdb": TYPES}),
}

LINES = [b"cpu,host=a v=1 1700000000\ncpu,host=b i=2i,s=\"x y\" 1700000001", b"cpu b=t 1700000002\n",
         b"bad", b"m\\ n,a\\,b=c\\ d v=-1.5e3 1700000003\nm2 v=9223372036854775807i 1700000004"]
GRAPHITE = [b"servers.a.load.short 1.5 1700000000\nservers.a.load.long 2 1700000000\n",
            b"stats.b.cpu.idle 2 1700000001\nstats.b.mem.free 3 1700000001\nstats.b 4 1700000002\n",
            b"x.y.a.b 3 1700000003\nx.y 3 1700000004\nx.z.q 5 1700000005\nx 6 1700000006\n",
            b"a.deep.c.d 7 1700000007\nother.name 8 1700000008.25\nempty..part 9 1700000009\n.x 1 1700000010\n",
            b"bad\nbad x 1\nnan.value nan 1700000011\ninf.value inf 1700000011\nlate 1 9999999999\n",
            b"  blanks\t10   1700000012 \r\n\nplus +1 1700000013\nexp 1e-3 1700000014\nneg -0.5 -100\n",
            b"a,b=c.d 1 1700000015\nservers 2 1700000016\nservers.only 3 1700000017\nx.q 4 1700000018\n",
            b"four words of it 1\nservers.h\xc3\xa4.v 5 1700000019.999\n"]
TELNET = [b"put sys.cpu 1356998400 42.5 host=web01 cpu=0\nput sys.cpu 1356998401123 1e3 host=web01\n",
          b"put m 1356998402 1 bad a=b =c d=\nput m 1356998403 2 a=1 a=2\nput m 12 1\nput m 1356998404 x\n",
          b"nonsense\n\nput m 1356998405 nan\n  put  n 1356998406  -0.25 \r\nput m 1356998407 1 k=a=b\n"]
PUTS = [b'{"metric":"a","timestamp":1356998400,"value":1,"tags":{"h":"x","g":"y"}}',
        b'[{"metric":"b","timestamp":1356998401123,"value":2.5},{"Metric":"c","TIMESTAMP":3}]',
        b"x", b"", b"{", b"[1]", b'[{"metric":1}]', b'{"metric":"d","timestamp":1.5,"value":1}', b"[]",
        b'{"metric":"e","timestamp":1,"value":"1"}', b'{"metric":"f","timestamp":1,"value":2} rest',
        b'{"metric":"g","timestamp":2,"value":2,"tags":{"n":1}}', b'[{"metric":"h","timestamp":4,"value":null}]',
        b'{"metric":"i j","timestamp":5,"value":1e3,"tags":{"a b":"c,d"}}', b'[{"metric":"k","timestamp":6,"value":1}']


def part(kind, payload):
    return struct.pack(">HH", kind, len(payload) + 4) + payload


def text(kind, value):
    return part(kind, value.encode() + b"\0")


def values(*given):
    """("g", 1.5) a gauge, "d" derive, "c" counter, "a" absolute."""
    kinds = bytes("cgda".index(kind) for kind, _ in given)
    forms = {"g": "<d", "d": ">q", "c": ">Q", "a": ">Q"}
    return part(6, struct.pack(">H", len(given)) + kinds +
                b"".join(struct.pack(forms[kind], value) for kind, value in given))


def packet(plugin, kind, *rest, high=1700000000 << 30 | 0x15555555):
    return (text(0, "host") + part(8, struct.pack(">Q", high)) + text(2, plugin) + text(4, kind) +
            b"".join(rest))


PACKETS = [
    packet("load", "load", values(("g", .5), ("g", 2), ("g", 3.25)), text(5, "inst"),
           values(("g", 1), ("g", float("nan")), ("g", 3))),
    packet("cpu", "cpu", text(3, "0"), text(5, "idle"), values(("d", 12345)), high=1700000001 << 30 | 0x3fffffff),
    packet("interface", "if_octets", text(3, "eth0"), values(("d", 1), ("d", -2)), part(9, b"\0" * 8)),
    packet("kinds", "counter", values(("c", 2**63 + 12345)), part(1, struct.pack(">Q", 1700000005)),
           values(("c", 7)), text(4, "gauge"), values(("d", -3))),
    packet("wrong", "no_such_type", values(("g", 1)), text(4, "load"), values(("g", 1)), text(4, "gauge"),
           values(("g", 5))),
    packet("wrong", "gauge", part(2, b"no zero byte"), values(("g", 5))),
    packet("cast", "derive", values(("g", 2.75)), text(4, "gauge"), values(("c", 8))),
    packet("unknown", "gauge", part(0x7777, b"what"), values(("g", 6)), part(0x100, b"message\0")),
    b"x", packet("cut", "gauge", values(("g", 7)))[:-3], part(0x200, b"s" * 40), part(0x210, b"e" * 60),
]


def send(server, name, pieces):
    """A connection for all, or a datagram each."""
    kind = LISTENERS[name][3]
    with socket.socket(socket.AF_INET, kind) as s:
        s.connect(("127.0.0.1", server.listeners[name]))
        for piece in pieces:
            s.sendall(piece)
            if kind == socket.SOCK_DGRAM:
                time.sleep(0.002)
        if kind == socket.SOCK_STREAM:
            s.shutdown(socket.SHUT_WR)
            s.settimeout(10)
            while s.recv(4096):
                pass


def put(server, body, path="/api/put", method="POST", headers=None):
    request = urllib.request.Request(f"http://127.0.0.1:{server.listeners['opentsdb']}{path}", data=body,
                                     method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def toml(value):
    return json.dumps(value, ensure_ascii=False)


def peer(folder):
    ports = {name: differential.free_port() for name in LISTENERS}
    sections = ""
    for name, (database, section, _, _, options) in LISTENERS.items():
        sections += (f'[[{section}]]\n  enabled = true\n  bind-address = "127.0.0.1:{ports[name]}"\n'
                     f'  database = "{database}"\n  batch-timeout = "100ms"\n')
        sections += "".join(f"  {key} = {toml(value)}\n" for key, value in options.items())
        if section == "collectd":
            sections += '  security-level = "none"\n'
            sections += f'  parse-multivalue-plugin = "{"join" if name == "collectd-join" else "split"}"\n'
    server = differential.influxd(folder, "\n" + sections)
    server.listeners = ports
    return server


def ours(folder, program):
    port, ports = differential.free_port(), {name: differential.free_port() for name in LISTENERS}
    text = f"""[agent]
  statedir = "{folder}/state"
[[storage.lmdb]]
  path = "{folder}/store"
[[query.influxql]]
[[services.http]]
  bind = "127.0.0.1:{port}"
[[services.influxdb_api]]
"""
    for name, (database, _, plugin, _, options) in LISTENERS.items():
        text += (f'[[services.{plugin}]]\n  alias = "{name}"\n  bind = "127.0.0.1:{ports[name]}"\n'
                 f'  database = "{database}"\n  batch_timeout = "100ms"\n')
        text += "".join(f"  {key} = {toml(value)}\n" for key, value in options.items())
        if name == "collectd-join":
            text += '  parse_multivalue = "join"\n'
    config = folder / "tickwork.toml"
    config.write_text(text)
    server = differential.Server("tickwork", [program, "run", "-c", str(config)], port, None,
                                 folder / "tickwork.log")
    server.listeners = ports
    return server


def stored(server, database):
    """Everything that is stored, as rows with measurement, tags and columns."""
    answers = []
    for question in ("SELECT * FROM /.*/ GROUP BY *", "SHOW SERIES", "SHOW FIELD KEYS"):
        query = urllib.parse.urlencode({"db": database, "q": question, "epoch": "ns"})
        status, body = server.call("POST", "/query?" + query, b"")
        document = json.loads(body, parse_float=lambda digits: "float " + digits)
        for result in document.get("results", []):
            for series in result.get("series", []):  # by the escaped or by the plain text
                series["values"] = sorted(series["values"], key=json.dumps)
        answers.append((status, document))
    return answers


def compare(servers, database, least):
    """Waits until both have settled, then they must agree and have `least` points."""
    seen = None
    for _ in range(100):
        now = [stored(server, database) for server in servers]
        if now == seen and now[0] == now[1]:
            break
        seen = now
        time.sleep(0.15)
    status, document = now[1][0]
    rows = sum(len(series["values"]) for result in document.get("results", [])
               for series in result.get("series", [])) if status == 200 else 0
    if now[0] == now[1] and rows >= least:
        print(f"{database}: {rows} rows agree")
        return 0
    print(f"--- {database}: {rows} rows here, at least {least} expected")
    for expected, got in zip(*now):
        if expected != got:
            print(f"  influxd  {str(expected)[:2000]}\n  tickwork {str(got)[:2000]}")
    return 1


def compare_puts(servers):
    failed = 0
    requests = [(body, {}) for body in PUTS]
    requests += [(gzip.compress(PUTS[0].replace(b'"a"', b'"packed"')), {"headers": {"Content-Encoding": "gzip"}}),
                 (b"no gzip at all", {"headers": {"Content-Encoding": "gzip"}}),
                 (PUTS[0], {"path": "/api/other"}), (PUTS[0], {"path": "/api/metadata/put"}),
                 (PUTS[0], {"method": "PUT"}), (b"[" + b",".join([PUTS[0]] * 20000) + b"]", {})]
    for body, how in requests:
        expected, got = (put(server, body, **how) for server in servers)
        if expected != got:
            failed += 1
            print(f"--- put {body[:80]} {how}\n  influxd  {expected}\n  tickwork {got}")
    print(f"put: {len(requests) - failed} of {len(requests)} answers agree")
    return failed


def collectd(servers):
    """A real collectd sends to both for some seconds; its database is not used by other tests."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tickwork-collectd-"))
    destinations = "".join(f'    Server "127.0.0.1" "{server.listeners[name]}"\n'
                           for server in servers for name in ("collectd", "collectd-join"))
    (folder / "collectd.conf").write_text(f"""Hostname "differential"
FQDNLookup false
Interval 1
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
TypesDB "{TYPES}"
LoadPlugin load
LoadPlugin memory
LoadPlugin cpu
LoadPlugin interface
LoadPlugin df
LoadPlugin swap
LoadPlugin network
<Plugin network>
{destinations}</Plugin>
""")
    process = subprocess.Popen(["collectd", "-f", "-C", str(folder / "collectd.conf")],
                               stdout=open(folder / "collectd.log", "w"), stderr=subprocess.STDOUT)
    time.sleep(6)
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    shutil.rmtree(folder)


def main():
    args = differential.program().parse_args()
    failed = 0
    with differential.side_by_side(peer, lambda folder: ours(folder, args.tickwork)) as servers:
        for server in servers:
            send(server, "udp", LINES)
            send(server, "graphite", GRAPHITE)
            send(server, "graphite-udp", GRAPHITE)
            send(server, "opentsdb", TELNET)
            send(server, "collectd", PACKETS)
            send(server, "collectd-join", PACKETS)
        failed += compare_puts(servers)
        for name, least in (("udp", 5), ("graphite", 20), ("graphite_udp", 20), ("opentsdb", 13),
                            ("collectd", 14), ("collectd_join", 8)):
            failed += compare(servers, name, least)
        collectd(servers)
        failed += compare(servers, "collectd", 100)
        failed += compare(servers, "collectd_join", 100)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
