#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows each bad plugin to the real program and asserts what the user reads, and that the program
goes on (or ends) as it should. cases.py says what is expected.

usage: run.py --tickwork PROGRAM --libraries FOLDER [--group list|config|check|run] [--only RE]"""
import argparse
import concurrent.futures
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import cases


def write_made_files(libraries, folder, names):
    """Copies the case's libraries ("file=library" renames); three are made from the good one's bytes."""
    good = open(os.path.join(libraries, 'good.so'), 'rb').read()
    made = {
        'text_file': b'This is not a library.\n',
        'truncated': good[:len(good) // 3],
        'other_machine': good[:18] + (183).to_bytes(2, 'little') + good[20:],
    }
    for file, name in (n.split('=') if '=' in n else (n, n) for n in names):
        target = os.path.join(folder, file + '.so')
        if name in made:
            open(target, 'wb').write(made[name])
        else:
            shutil.copy(os.path.join(libraries, name + '.so'), target)


class Place:
    """A scratch folder with the case's libraries and configuration."""

    def __init__(self, options, case):
        self.folder = tempfile.mkdtemp(prefix='tickwork-bad-')
        self.plugins = os.path.join(self.folder, 'plugins')
        os.makedirs(self.plugins)
        write_made_files(options.libraries, self.plugins, case.libraries)
        self.config = os.path.join(self.folder, 'bad.toml')
        open(self.config, 'w').write(case.config.replace('@STATE@', os.path.join(self.folder, 'state')))
        self.environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(self.folder, 'cache'),
                                HOME=self.folder, TICKWORK_PLUGIN_PATH='')

    def command(self, options, case):
        replace = {'@PLUGINS@': self.plugins, '@CONFIG@': self.config}
        words = [re.sub('@[A-Z]+@', lambda m: replace[m[0]], word) for word in case.command]
        return [options.tickwork, *words]

    def done(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def allow_cores(wanted):
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard if wanted else 0, hard))


def run_once(options, case, place):
    """Output and exit code; a service is ended by SIGTERM after case.seconds."""
    with tempfile.TemporaryFile('w+') as log:
        process = subprocess.Popen(place.command(options, case), env=place.environment,
                                   cwd=place.folder, stdout=log, stderr=subprocess.STDOUT,
                                   preexec_fn=lambda: allow_cores(case.cores))
        said = lambda: os.pread(log.fileno(), 1 << 24, 0).decode(errors='replace')
        if case.seconds:
            wait_for_start(process, said)
            try:
                process.wait(case.seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
        try:
            process.wait(case.patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return said() + f'\n(killed: did not end in {case.patience} s)', 'killed'
        return said(), process.returncode


def wait_for_start(process, said):
    """The seconds of a service count from its first line: a busy machine loads plugins slowly."""
    deadline = time.monotonic() + 20
    while 'Starting Tickwork' not in said() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def flaws(case, output, code):
    for sentence in case.expect:
        if not re.search(sentence, output, re.MULTILINE):
            yield f'lacks: {sentence}'
    for sentence in case.absent:
        if re.search(sentence, output):
            yield f'must not say: {sentence}'
    if case.code is not None and code != case.code:
        yield f'exit code {code}, expected {case.code}'


def run_case(options, case):
    place = Place(options, case)
    begin = time.monotonic()
    try:
        output, code = run_once(options, case, place)
        bad = list(flaws(case, output, code))
        if case.again:
            second, code = run_once(options, case.again, place)
            bad += list(flaws(case.again, second, code))
            output += '--- again ---\n' + second
    finally:
        place.done()
    return bad, output, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tickwork', required=True)
    parser.add_argument('--libraries', required=True)
    parser.add_argument('--group', default='.*')
    parser.add_argument('--only', default='.*')
    options = parser.parse_args()
    options.tickwork = os.path.abspath(options.tickwork)
    chosen = [c for c in cases.ALL
              if re.fullmatch(options.group, c.group) and re.search(options.only, c.name)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for case, (bad, output, took) in zip(chosen, pool.map(lambda c: run_case(options, c), chosen)):
            print(f'{"BAD" if bad else "ok "} {case.group} {case.name} ({took:.1f} s)')
            failed += bool(bad)
            for line in bad:
                print(f'    {line}')
            if bad:
                print('    | ' + output.strip().replace('\n', '\n    | '))
    print(f'{len(chosen)} cases, {failed} failed')
    sys.exit(failed > 0 or not chosen)


main()
