#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Load beside an isolated input that crashes in every tenth call and an isolated output that is killed
again and again: nobody else loses a point, and the killed output's file has every point at least once.
The load is 100,000 points/s that are counted and some that are written to files.

usage: load.py --tickwork PROGRAM --libraries FOLDER --flood LIBRARY [--seconds N]"""
import argparse
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MOCKS = 4


def configuration(folder, libraries, flood):
    text = f'''[agent]
interval = "2ms"
flush_interval = "200ms"
metric_batch_size = 200
metric_buffer_limit = 1000000
round_interval = false
omit_hostname = true
[plugins]
path = ["{libraries}/segfault_tenth.so", "{flood}"]
[[inputs.flood]]
interval = "20ms"
points = 2000
path = "{folder}/sent"
[[outputs.census]]
namepass = ["flood"]
metric_batch_size = 5000
path = "{folder}/arrived"
[[inputs.segfault_tenth]]
interval = "50ms"
isolate = true
[[outputs.file]]
alias = "here"
namedrop = ["flood"]
files = ["{folder}/here"]
[[outputs.file]]
alias = "apart"
isolate = true
namedrop = ["flood"]
files = ["{folder}/apart"]
'''
    for i in range(MOCKS):
        text += f'''[[inputs.mock]]
alias = "m{i}"
metric_name = "m{i}"
[[inputs.mock.step]]
name = "n"
start = 0.0
step = 1.0
'''
    return text


def child_named(parent, name):
    """The process of the isolated instance."""
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            words = open(f'/proc/{entry}/cmdline', 'rb').read().split(b'\0')
            ours = int(open(f'/proc/{entry}/stat').read().rsplit(')', 1)[1].split()[1]) == parent
        except OSError:
            continue
        if ours and words[1:3] == [b'run-plugin', name.encode()]:
            return int(entry)
    return None


def kill_while_it_runs(process, seconds):
    """Kills the output's process three times, well apart; returns how often."""
    begin, killed = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        time.sleep(seconds / 8)
        child = child_named(process.pid, 'outputs.file::apart')
        if child and killed < 3 and time.monotonic() - begin < seconds * 0.6:
            os.kill(child, signal.SIGKILL)
            killed += 1
    return killed


def counts(path):
    """How often each (measurement, n) is in the file."""
    seen = collections.Counter()
    for line in open(path):
        found = re.match(r'(m\d+) n=(\d+)', line)
        if found:
            seen[found[1], int(found[2])] += 1
    return seen


def status(tickwork, folder, name):
    """What the running host says of an instance."""
    out = subprocess.run([tickwork, 'ctl', '--socket', f'{folder}/control', '--json', 'list'], check=True,
                         stdout=subprocess.PIPE).stdout
    return next(each for each in json.loads(out) if each['name'] == name)


def flaws(folder, log, code, killed, crasher):
    here, apart = counts(f'{folder}/here'), counts(f'{folder}/apart')
    if code != 0:
        yield f'exit code {code}'
    if killed < 2:
        yield f'the output was killed {killed} times only'
    if log.count('[outputs.file::apart] exited on SIGKILL') < killed:
        yield 'the log does not tell of each kill'
    if '[inputs.segfault_tenth] exited on SIGSEGV' not in log:
        yield 'the log does not name the input that crashed'
    if 'overflow' in log:
        yield 'an output dropped points'
    crashes = log.count('[inputs.segfault_tenth] exited on SIGSEGV')
    told = re.search(r'its process died (\d+) times', crasher['error'])
    if not told or int(told[1]) != crashes:
        yield f'{crashes} crashes, but the status says: {crasher["error"]}'
    sent, arrived = open(f'{folder}/sent').read().strip(), open(f'{folder}/arrived').read().split()
    if arrived[1] != sent:
        yield f'{sent} points of the flood, {arrived[1]} arrived'
    for name in {key[0] for key in here}:
        numbers = sorted(n for measurement, n in here if measurement == name)
        if numbers != list(range(len(numbers))):
            yield f'{name}: {len(numbers)} points up to {numbers[-1]} in the host\'s own output'
        if len(numbers) < 500:
            yield f'{name}: {len(numbers)} points are no load'
    if any(n != 1 for n in here.values()):
        yield 'the output in the host wrote a point twice'
    missing = [key for key in here if key not in apart]
    if missing:
        yield f'{len(missing)} points never reached the killed output, such as {missing[:3]}'
    print(f'{sent} points counted, {sum(here.values())} in files, {sum(apart.values()) - len(apart)} written again, {killed} kills, '
          f'{crashes} crashes')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tickwork', required=True)
    parser.add_argument('--libraries', required=True)
    parser.add_argument('--flood', required=True)
    parser.add_argument('--seconds', type=float, default=20)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='tickwork-isolate-')
    try:
        config = os.path.join(folder, 'load.toml')
        open(config, 'w').write(configuration(folder, os.path.abspath(options.libraries),
                                              os.path.abspath(options.flood)))
        with open(f'{folder}/log', 'w') as log:
            process = subprocess.Popen([options.tickwork, 'run', '-c', config,
                                        '--control', f'{folder}/control'],
                                       stderr=log, stdout=subprocess.DEVNULL)
            killed = kill_while_it_runs(process, options.seconds)
            crasher = status(options.tickwork, folder, 'inputs.segfault_tenth')
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
        text = open(f'{folder}/log').read()
        bad = list(flaws(folder, text, code, killed, crasher))
        if bad:
            print('\n'.join(bad) + '\n' + text)
        sys.exit(bool(bad))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
