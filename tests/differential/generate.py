#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random data and random statements of InfluxQL's grammar to InfluxDB and to Tickwork; every answer must
be equal. What differs is reduced to the smallest query that still does.

    generate.py --tickwork build/bin/tickwork [--seed 1] [--schemas 4] [--queries 100]

Every point has a time of its own and numbers are multiples of 1/8, so that neither ties nor the order
of additions can make a difference, but for mean(): see rounded_otherwise. The same seed makes the same
queries."""
import dataclasses, math, random, re, sys, urllib.parse

import differential

SECONDS = 1_000_000_000
SPAN = 600  # seconds that the data covers


# What is known to differ, by a pattern of the query, with the reason.
KNOWN = [
    (r"\b(top|bottom)\(\w+, \d+\).* (LIMIT|OFFSET) ", "InfluxDB's LIMIT cuts what top and bottom read"),
    (r"\bpercentile\(\w+, (1|25)\)", "a group or window with too few values ends InfluxDB's answer"),
    (r"SHOW TAG VALUES EXACT CARDINALITY.* WHERE \w+ (= ''|!=|!~)", "InfluxDB counts no series that lack the tag"),
    (r"\babs\(.*\b[nk]\b", "InfluxDB leaves negative integers negative"),
]


def known(text):
    return next((reason for pattern, reason in KNOWN if re.search(pattern, text)), None)


def close(a, b):
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    floats = all(isinstance(x, str) and x.startswith("float ") for x in (a, b))
    if floats and a != b:
        return math.isclose(float(a[6:]), float(b[6:]), rel_tol=1e-13, abs_tol=1e-11)
    return a == b


def rounded_otherwise(text, answers):
    """A mean over several series is the sum of their means, each times its count. InfluxDB adds them in the
    order in which a heap gives what is equal, in as many parts as there are cores, so that its last digit
    depends on the machine (try GOMAXPROCS)."""
    return "mean(" in text and close(*answers)


class Schema:
    """A database of random measurements, with its points as line protocol."""

    def __init__(self, name, rng):
        self.name, self.lines, self.fields, self.tags, self.values = name, [], {}, {}, {}
        measurements = rng.sample(["cpu", "mem", "net", "a b", "Disk"], rng.randint(2, 3))
        kinds = {"f": "float", "g": "float", "n": "integer", "k": "integer", "s": "string", "b": "boolean"}
        self.kinds = kinds
        times = rng.sample(range(SPAN * 10), 60 * len(measurements))
        for measurement in measurements:
            tags = rng.sample(["host", "dc", "rack"], rng.randint(1, 3))
            fields = rng.sample(sorted(kinds), rng.randint(3, 6))
            self.tags[measurement], self.fields[measurement] = sorted(tags), sorted(fields)
            self.values.update({tag: ["a", "b", "c"][:rng.randint(1, 3)] for tag in tags})
            for _ in range(rng.randint(20, 60)):
                self.lines.append(self.point(measurement, tags, fields, times.pop(), rng))

    def point(self, measurement, tags, fields, time, rng):
        key = measurement.replace(" ", "\\ ")
        for tag in sorted(tags):
            if rng.random() < 0.85:
                key += f",{tag}={rng.choice(self.values[tag])}"
        chosen = [f for f in fields if rng.random() < 0.75] or [fields[0]]
        return key + " " + ",".join(f"{f}={self.value(f, rng)}" for f in chosen) + f" {time * SECONDS // 10}"

    def value(self, field, rng):
        kind = self.kinds[field]
        if kind == "float":
            return str(rng.randint(-400, 400) / 8)
        if kind == "integer":
            return f"{rng.randint(-50, 50)}i"
        if kind == "string":
            return '"' + rng.choice(["red", "green", "blue", ""]) + '"'
        return rng.choice(["true", "false"])


@dataclasses.dataclass
class Query:
    fields: list
    source: str
    where: list = dataclasses.field(default_factory=list)
    group: list = dataclasses.field(default_factory=list)
    fill: str = ""
    order: str = ""
    limits: list = dataclasses.field(default_factory=list)
    zone: str = ""

    def text(self):
        out = "SELECT " + ", ".join(self.fields) + " FROM " + self.source
        out += " WHERE " + " AND ".join(self.where) if self.where else ""
        out += " GROUP BY " + ", ".join(self.group) if self.group else ""
        return " ".join(p for p in [out, self.fill, self.order, *self.limits, self.zone] if p)

    def smaller(self):
        """Every query with one part less."""
        for name in ("fields", "where", "group", "limits"):
            parts = getattr(self, name)
            for i in range(len(parts)):
                timed = any("time(" in g for g in self.group) or "time(" in self.source
                needed = name == "where" and parts[i].startswith("time ") and timed
                if not needed and (name != "fields" or len(parts) > 1):
                    yield dataclasses.replace(self, **{name: parts[:i] + parts[i + 1:]})
        for name in ("fill", "order", "zone"):
            if getattr(self, name):
                yield dataclasses.replace(self, **{name: ""})


@dataclasses.dataclass
class Statement:
    """A statement that is no SELECT, or several; parts may be left out, the rest not."""
    begin: str
    parts: list = dataclasses.field(default_factory=list)
    end: str = ""

    def text(self):
        return " ".join([self.begin, *self.parts]) + self.end

    def smaller(self):
        for i in range(len(self.parts)):
            yield dataclasses.replace(self, parts=self.parts[:i] + self.parts[i + 1:])


def quoted(name):
    return f'"{name}"' if " " in name else name


class Generator:
    def __init__(self, schema, rng):
        self.schema, self.rng = schema, rng

    def query(self):
        rng = self.rng
        self.choose_measurement()
        kind = rng.choices(["select", "show", "nested", "copy"], [20, 3, 3, 1])[0]
        return getattr(self, kind)()

    def choose_measurement(self):
        rng = self.rng
        self.measurement = rng.choice(sorted(self.schema.fields))
        self.fields = self.schema.fields[self.measurement]
        self.tags = self.schema.tags[self.measurement]
        self.numbers = [f for f in self.fields if self.schema.kinds[f] in ("float", "integer")] or ["f"]

    def limits(self, share):
        rng = self.rng
        if rng.random() >= share:
            return []
        return [f"LIMIT {rng.randint(1, 6)}"] + ([f"OFFSET {rng.randint(1, 4)}"] if rng.random() < 0.4 else [])

    def tag_condition(self):
        tag = self.rng.choice(self.tags)
        return self.rng.choice([f"{tag} = 'a'", f"{tag} != 'b'", f"{tag} =~ /a|c/", f"{tag} !~ /^a/", f"{tag} = ''"])

    def show(self):
        """What there is: names, keys, values, how many."""
        rng = self.rng
        what = rng.choice(["MEASUREMENTS", "SERIES", "TAG KEYS", "TAG VALUES", "FIELD KEYS", "TAG KEY EXACT CARDINALITY",
                           "TAG VALUES EXACT CARDINALITY", "FIELD KEY EXACT CARDINALITY"])
        parts = []
        if what == "MEASUREMENTS":  # none that copy() dropped, which InfluxDB shows for a while
            parts.append("WITH MEASUREMENT " + rng.choice(["= cpu", "=~ /^.e/", "=~ /^([abd-n]|cpu)/"]))
        else:
            parts.append("FROM " + rng.choice([quoted(self.measurement), "/e|a/",
                                               ", ".join(quoted(m) for m in sorted(self.schema.fields))]))
        begin = "SHOW " + what
        if "VALUES" in what:
            key = rng.choice([f"= {rng.choice(self.tags)}", "=~ /./", "!= host", "IN (host, dc)", "!~ /^r/"])
            begin = " ".join([begin, *parts, "WITH KEY " + key])
            parts = []
        where = []
        if "FIELD" not in what and rng.random() < 0.4:
            where.append(self.tag_condition())
        if what in ("SERIES", "TAG KEYS", "TAG VALUES") and rng.random() < 0.3:  # chooses shards
            where.append(rng.choice(["time < 30s", "time > 5d", "time < -4d", "time >= 4d"]))
        if where:
            parts.append("WHERE " + " AND ".join(where))
        return Statement(begin, parts + ([] if "CARDINALITY" in what else self.limits(0.3)))

    def nested(self):
        """Aggregates of aggregates."""
        rng = self.rng
        windowed = rng.random() < 0.5
        # InfluxDB answers nothing without windows of the outer query if the inner ones begin before the range.
        low = rng.randint(0, SPAN // 2) if windowed else rng.randint(0, SPAN // 120) * 60
        bounds = [f"time >= {low}s", f"time < {low + rng.randint(60, SPAN)}s"]
        inner = Query([f"{rng.choice(['max', 'min', 'sum', 'count', 'last', 'first'])}({self.number()}) AS x"],
                      quoted(self.measurement), bounds if rng.random() < 0.5 else [], [])
        tag = rng.choice(self.tags)
        if inner.where and rng.random() < 0.7:
            inner.group.append(rng.choice(["time(10s)", "time(30s)", "time(1m)"]))
            inner.fill = "fill(none)"  # else InfluxDB takes the windows of one series after those of another
        if rng.random() < 0.7:  # else by the tags of the outer query alone
            inner.group.append(rng.choice([tag, tag, "*"]))
        outer = Query([f"{rng.choice(['mean', 'max', 'min', 'sum', 'count', 'median', 'spread'])}(x)"
                       for _ in range(rng.randint(1, 2))], f"({inner.text()})", bounds)
        if windowed:
            outer.group.append(rng.choice(["time(1m)", "time(2m)"]))
            outer.fill = rng.choice(["", "fill(none)", "fill(0)"])
        if rng.random() < 0.4:
            outer.group.append(tag)
        outer.limits = self.limits(0.2)
        return outer

    def copy(self):
        """INTO a measurement of its own, perhaps less what a DELETE takes, and what that holds then."""
        rng = self.rng
        fields = ", ".join(rng.sample(self.fields, rng.randint(1, min(3, len(self.fields)))))
        begin = f"SELECT {fields} INTO copy{rng.randint(0, 1_000_000)} FROM {quoted(self.measurement)}"
        copy = begin.split(" INTO ")[1].split()[0]
        if rng.random() < 0.4:
            begin += f" WHERE {self.tag_condition()}"
        begin += " GROUP BY *"
        end = ""
        series = f"; SHOW SERIES FROM {copy}"
        if rng.random() < 0.3:
            end = f"; DELETE FROM {copy} WHERE {self.tag_condition()}"
        elif rng.random() < 0.4:  # InfluxDB goes on listing series that have lost all their points
            end, series = f"; DELETE FROM {copy} WHERE time < {rng.randint(1, SPAN)}s", ""
        return Statement(begin, [], f"{end}; SELECT * FROM {copy}{series}; DROP MEASUREMENT {copy}")

    def select(self):
        rng = self.rng
        kind = rng.choices(["raw", "aggregate", "selector", "transformation", "top"], [4, 5, 3, 3, 1])[0]
        windowed = kind != "raw" and rng.random() < 0.5
        query = Query(getattr(self, kind)(windowed), self.source(windowed), self.where(windowed))
        query.group = self.group(windowed)
        if windowed:
            query.fill = rng.choice(["", "", "fill(none)", "fill(null)", "fill(previous)", "fill(linear)",
                                     "fill(0)", "fill(7.5)"])
        query.order = rng.choices(["", "ORDER BY time DESC", "ORDER BY time ASC"], [6, 2, 1])[0]
        if "(SELECT" in query.source:
            query.order = ""
        query.limits = self.limits(0.3)
        if windowed and rng.random() < 0.15:
            query.zone = rng.choice(["tz('Asia/Kolkata')", "tz('America/New_York')"])
        return query

    def number(self):
        return self.rng.choice(self.numbers)

    def any_field(self):
        return self.rng.choice(self.fields)

    def expression(self, depth=0):
        rng = self.rng
        if depth > 1 or rng.random() < 0.4:
            return self.number()
        if depth == 0 and rng.random() < 0.2:  # nested, InfluxDB computes the inner one only
            return f"{rng.choice(['abs', 'floor', 'ceil', 'round'])}({self.expression(depth + 1)})"
        left, right = self.expression(depth + 1), rng.choice([str(rng.randint(1, 5)), "2.5", self.number()])
        text = f"{left} {rng.choice(['+', '-', '*', '/', '%'])} {right}"
        return f"({text})" if depth else text

    def raw(self, _):
        rng = self.rng
        if rng.random() < 0.15:
            return [rng.choice(["*", "*::field", "/^[fg]$/", "*, time"])]
        out = [self.any_field() for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            out.append(rng.choice(self.tags))
        if rng.random() < 0.4:
            out.append(self.expression() + rng.choice(["", " AS x"]))
        if rng.random() < 0.1:
            out.append(self.number() + rng.choice(["::integer", "::float", "::string"]))
        return out

    def aggregate_call(self):
        rng = self.rng
        f = rng.choice(["count", "sum", "mean", "median", "spread", "stddev", "min", "max", "first", "last",
                        "count(distinct", "percentile"])
        if f == "percentile":
            return f"percentile({self.number()}, {rng.choice([1, 25, 50, 75.5, 99, 100])})"
        if f == "count(distinct":
            return f"count(distinct({self.any_field()}))"
        field = self.any_field() if f in ("count", "first", "last") else self.number()
        return f"{f}({field})"

    def aggregate(self, _):
        rng = self.rng
        if rng.random() < 0.1:
            return [rng.choice(["count(*)", "mean(*)", "last(*)", "max(/^[fgnk]$/)"])]
        if rng.random() < 0.06:
            return [f"distinct({self.any_field()})"]
        out = [self.aggregate_call() for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            out.append(f"{self.aggregate_call()} {rng.choice(['+', '-', '*', '/'])} {rng.choice(['2', '0.5'])} AS y")
        return out

    def selector(self, _):
        rng = self.rng
        f = rng.choice(["first", "last", "max", "min", "percentile"])
        call = f"percentile({self.number()}, 50)" if f == "percentile" else f"{f}({self.number()})"
        extra = rng.sample(self.fields + self.tags, rng.randint(0, 2))
        return [call, *extra]

    def transformation(self, windowed):
        rng = self.rng
        inner = self.number()
        if windowed:
            inner = f"{rng.choice(['mean', 'max', 'sum', 'count', 'last'])}({inner})"
        f = rng.choice(["derivative", "non_negative_derivative", "difference", "non_negative_difference",
                        "moving_average", "cumulative_sum", "elapsed", "exponential_moving_average",
                        "double_exponential_moving_average", "triple_exponential_moving_average",
                        "relative_strength_index", "kaufmans_efficiency_ratio",
                        "kaufmans_adaptive_moving_average", "chande_momentum_oscillator"])
        more = ""
        if f in ("derivative", "non_negative_derivative", "elapsed"):
            more = rng.choice(["", ", 1s", ", 1m"])
        elif f not in ("difference", "non_negative_difference", "cumulative_sum"):
            more = f", {rng.randint(2, 5)}"
        return [f"{f}({inner}{more})"]

    def top(self, _):
        rng = self.rng
        tags = "".join(f", {t}" for t in rng.sample(self.tags, rng.choice([0, 0, 1])))
        return [f"{rng.choice(['top', 'bottom'])}({self.number()}{tags}, {rng.randint(1, 3)})"]

    def source(self, windowed):
        rng, roll = self.rng, self.rng.random()
        if roll < 0.1:
            return ", ".join(quoted(m) for m in sorted(self.schema.fields))
        if roll < 0.15:
            return "/.*/"
        if roll < 0.25:
            inner = f"SELECT {', '.join(self.fields)} FROM {quoted(self.measurement)}"
            if rng.random() < 0.4:
                inner += f" WHERE {self.condition()}"
            return f"({inner} GROUP BY *)"
        return quoted(self.measurement)

    def condition(self, depth=0):
        rng, roll = self.rng, self.rng.random()
        if depth < 2 and roll < 0.25:
            return f"({self.condition(depth + 1)} {rng.choice(['AND', 'OR'])} {self.condition(depth + 1)})"
        if roll < 0.55:
            return self.tag_condition()
        field = self.any_field()
        kind = self.schema.kinds[field]
        if kind == "string":
            return rng.choice([f"{field} = 'red'", f"{field} != 'red'", f"{field} =~ /e/"])
        if kind == "boolean":
            return f"{field} = {rng.choice(['true', 'false'])}"
        return f"{field} {rng.choice(['>', '<', '>=', '<=', '=', '!='])} {rng.randint(-20, 20)}"

    def where(self, windowed):
        rng, out = self.rng, []
        if windowed or rng.random() < 0.3:
            low = rng.randint(0, SPAN // 2)
            out = [f"time >= {low}s", f"time < {low + rng.randint(20, SPAN)}s"]
        if rng.random() < 0.4:
            out.append(self.condition())
        return out

    def group(self, windowed):
        rng, out = self.rng, []
        if windowed:
            out.append(rng.choice(["time(10s)", "time(1m)", "time(45s)", "time(1m, 7s)", "time(2m, -5s)"]))
        roll = rng.random()
        if roll < 0.1:
            out.append("*")
        elif roll < 0.45:
            out += rng.sample(self.tags, rng.randint(1, len(self.tags)))
        return out


def ask(server, database, text):
    answer = server.call("POST", "/query?" + urllib.parse.urlencode({"db": database, "q": text, "epoch": "ns"}), b"")
    return differential.unordered(answer)


def reduced(query, differs):
    """The smallest query reached by leaving parts out one at a time."""
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in query.smaller():
            if differs(smaller):
                query, shrinking = smaller, True
                break
    return query


def fill(servers, schema):
    for server in servers:
        assert server.call("POST", "/query?q=CREATE+DATABASE+" + schema.name, b"")[0] == 200
        status, text = server.call("POST", "/write?db=" + schema.name, "\n".join(schema.lines).encode())
        assert status == 204, (server.name, status, text)


def run(servers, args):
    failed, excused = set(), 0
    for number in range(args.schemas):
        rng = random.Random(args.seed * 1000 + number)
        schema = Schema(f"d{number}", rng)
        fill(servers, schema)
        generator = Generator(schema, rng)
        differs = lambda q: ask(servers[0], schema.name, q.text()) != ask(servers[1], schema.name, q.text())
        for _ in range(args.queries):
            query = generator.query()
            if not differs(query):
                continue
            answers = [ask(server, schema.name, query.text()) for server in servers]
            if known(query.text()) or rounded_otherwise(query.text(), answers):
                excused += 1
                continue
            small = reduced(query, differs).text()
            if small in failed:
                continue
            failed.add(small)
            print(f"--- schema {number} {small}\n  from {query.text()}")
            for server in servers:
                print(f"  {server.name:9}{str(ask(server, schema.name, small))[:1500]}")
    total = args.schemas * args.queries
    print(f"{total} random queries: {len(failed)} different ways to differ, {excused} differ as known")
    return 1 if failed else 0


def main():
    parser = differential.program()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schemas", type=int, default=4)
    parser.add_argument("--queries", type=int, default=100, help="a schema")
    args = parser.parse_args()
    with differential.side_by_side(differential.influxd,
                                   lambda folder: differential.tickwork(folder, args.tickwork)) as servers:
        return run(servers, args)


if __name__ == "__main__":
    sys.exit(main())
