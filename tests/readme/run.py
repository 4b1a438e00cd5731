#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of a Markdown file, every ```sh block in order, in one copy of the tree and one
folder, as a reader would. packaging/up runs in the background from where it is named until the end.
packaging/check is what runs this test: it is only looked up.

A line that ends in "# prints TEXT" must print TEXT.

Usage: run.py --root SOURCE --build BUILD FILE..."""
import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../acceptance"))
from stack import Stack, until  # noqa: E402


def blocks(path):
    """(line number, text) of each sh block."""
    found, lines, start = [], None, 0
    with open(path) as f:
        for number, line in enumerate(f, 1):
            if line.startswith("```sh"):
                lines, start = [], number + 1
            elif line.startswith("```") and lines is not None:
                found.append((start, lines))
                lines = None
            elif lines is not None:
                lines.append(line.rstrip("\n"))
    return found


def commands(lines):
    """Joins continued lines and drops comments."""
    text = "\n".join(lines).replace("\\\n", " ")
    return [c for c in text.split("\n") if c.strip() and not c.startswith("#")]


class Reader:
    def __init__(self, root, stack):
        self.root, self.stack, self.folder = root, stack, root
        self.up = False

    def default_ports(self, text):
        """The documented addresses, on this run's ports."""
        for part, port in (("influxdb", 8086), ("kapacitor", 9092), ("chronograf", 8888)):
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{self.stack.ports[part]}")
            text = re.sub(rf"-port {port}\b", f"-port {self.stack.ports[part]}", text)
        return text

    def run(self, command):
        if command.strip() == "packaging/check":
            assert os.access(os.path.join(self.root, "packaging/check"), os.X_OK)
            return ""
        if command.strip() == "packaging/up":
            self.up = True  # main has started it
            until("packaging/up", 300, lambda: self.stack.get("influxdb", "/ping") == "")
            until("the first points", 60,
                  lambda: self.stack.query("SELECT last(usage_idle) FROM cpu"))
            return ""
        script = self.default_ports(command) + f"\npwd > {self.stack.folder}/cwd"
        done = subprocess.run(["bash", "-ec", script], cwd=self.folder, env=self.stack.env,
                              capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
        self.folder = open(f"{self.stack.folder}/cwd").read().strip()
        return done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    env = {"PATH": f"{arguments.build}/bin:{os.environ['PATH']}"}
    up = [f"{arguments.build}/bin/tickwork", "run", "-c",
          f"{arguments.root}/configs/sets/tick.toml"]
    with Stack(up, env=env) as stack:
        stack.env["HOME"] = stack.folder
        for path in arguments.files:
            reader = Reader(arguments.root, stack)
            for start, lines in blocks(path):
                for command in commands(lines):
                    expected = re.search(r"# prints (.*)$", command)
                    try:
                        output = reader.run(command)
                        assert not expected or expected[1] in output, \
                            f"printed\n{output}\ninstead of {expected[1]}"
                    except AssertionError as error:
                        print(f"{path}:{start}: {command}\n{error}\n{stack.log()[-2000:] if reader.up else ''}")
                        sys.exit(1)
                    print("ok    ", command)


if __name__ == "__main__":
    main()
