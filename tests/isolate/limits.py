#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bounds of an isolated instance's process, in the real program: under the filter of system calls of
the packaged units they hold; a plugin that wants more memory than it may have is named; and where the
limits cannot be set the program says so instead of running without them.

usage: limits.py --forbidding PROGRAM --samples FOLDER --unit FILE"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

WILD = '''[[inputs.wild]]
isolate = true
memory = "96MiB"
open_files = 64
'''


def groups():
    """systemd's groups of system calls, by their names."""
    text = subprocess.run(['systemd-analyze', 'syscall-filter'], capture_output=True, text=True,
                          env={**os.environ, 'SYSTEMD_COLORS': '0'}, check=True).stdout
    found, name = {}, None
    for line in text.splitlines():
        if line.startswith('@'):
            name = line.strip()
            found[name] = []
        elif line.startswith('    ') and name and not line.strip().startswith('#'):
            found[name].append(line.strip())
    return found


def permitted_by(unit):
    """What SystemCallFilter= of a unit leaves: the lines add and remove in their order."""
    known = groups()

    def calls(word):
        if not word.startswith('@'):
            return {word}
        return set().union(*(calls(part) for part in known[word]))

    permitted = calls('@default')
    for value in re.findall(r'^SystemCallFilter=(.*)$', open(unit).read(), re.M):
        listed = set().union(*(calls(word) for word in value.lstrip('~').split()))
        permitted = permitted - listed if value.startswith('~') else permitted | listed
    return permitted


class Run:
    """The program with one configuration; its log and what its output wrote."""

    def __init__(self, options, text, **environment):
        self.folder = tempfile.mkdtemp(prefix='tickwork-limits-')
        self.out, config = f'{self.folder}/out', f'{self.folder}/limits.toml'
        open(config, 'w').write(f'''[agent]
interval = "50ms"
flush_interval = "50ms"
round_interval = false
omit_hostname = true
[plugins]
path = ["{options.samples}/isolated.so"]
{text}[[outputs.append]]
path = "{self.out}"
''')
        self.log = open(f'{self.folder}/log', 'w+')
        self.process = subprocess.Popen([options.forbidding, 'run', '-c', config], stderr=self.log,
                                        stdout=subprocess.DEVNULL, env={**os.environ, **environment})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def text(self):
        self.log.seek(0)
        return self.log.read()

    def wait(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.02)
        return condition()

    def child(self):
        """The pid of the only child."""
        tasks = f'/proc/{self.process.pid}/task'
        children = [open(f'{tasks}/{task}/children').read().split() for task in os.listdir(tasks)]
        return sum(children, [])[0]


def number_in(path, pattern):
    found = re.search(pattern, open(path).read())
    return int(found[1]) if found else None


def holds_under_the_units_filter(options):
    permitted = ' '.join(sorted(permitted_by(options.unit)))
    with Run(options, WILD, PERMITTED=permitted) as run:
        if not run.wait(lambda: os.path.exists(run.out) and 'wild' in open(run.out).read()):
            return 'no point came out of it:\n' + run.text()
        child = f'/proc/{run.child()}'
        seen = {'memory': number_in(f'{child}/limits', r'Max data size +(\d+)'),
                'open files': number_in(f'{child}/limits', r'Max open files +(\d+)'),
                'filters': number_in(f'{child}/status', r'Seccomp_filters:\s*(\d+)')}
        code = run.end()
        if seen != {'memory': 96 << 20, 'open files': 64, 'filters': 2}:
            return f'its process has {seen}\n{run.text()}'
        if code != 0 or 'E!' in run.text() or 'W!' in run.text():
            return f'exit code {code}\n{run.text()}'


def names_who_wants_too_much(options):
    with Run(options, WILD + 'sin = "eat"\nevery = 3\n') as run:
        if not run.wait(lambda: run.text().count('[inputs.wild] Error in plugin: out of memory') > 1):
            return 'it got what it wanted:\n' + run.text()


def says_that_it_cannot(options):
    with Run(options, WILD, FORBIDDEN='prlimit64 setrlimit') as run:
        code = run.process.wait(20)
        wanted = ('limits.toml:8:1: inputs.wild: cannot limit its process to memory = 100663296: a filter '
                  'around this program forbids setrlimit (prlimit64)')
        if code == 0 or wanted not in run.text():
            return f'exit code {code}\n{run.text()}'
    raised = WILD.replace('64\n', f'{1 << 30}\n')
    with Run(options, raised, FORBIDDEN='') as run:
        code = run.process.wait(20)
        if code == 0 or not re.search(r'cannot limit its process to open_files = 1073741824: ', run.text()):
            return f'exit code {code}\n{run.text()}'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ('forbidding', 'samples', 'unit'):
        parser.add_argument(f'--{name}', required=True, type=os.path.abspath)
    options = parser.parse_args()
    failed = False
    for test in (holds_under_the_units_filter, names_who_wants_too_much, says_that_it_cannot):
        flaw = test(options)
        print(f'{test.__name__}: {flaw or "ok"}')
        failed = failed or bool(flaw)
    sys.exit(failed)


main()
