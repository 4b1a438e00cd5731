#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every template of "tickwork new" from the installed SDK, outside of the tree: made, built, its
tests run, checked by the validator, and run by the program with its demo.toml.

usage: kinds.py --build BUILD --lang c|cpp|rust [--kind KIND...] [--keep]"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from installed import Failed, Shell, install

# What the demo prints or answers: the plugin's own words.
DEMO = {
    'inputs': r'(?m)^thing,.*value=\d',
    'outputs': r'(?m)^mem .*used_percent',
    'processors': r'(?m)^mem,.*place=here',
    'aggregators': r'(?m)^mem.* points_seen=\d+i',
    'formats': r'(?m)^exec.* value=12\.5',
    'handlers': r'(?m)^CRITICAL memory: \d.* % in use',
    'stream': r'"id":"thing let it pass".*"level":"CRITICAL"',
    'panels': r'"element":"x-thing"',
    'query': r'"name":"thing".*"hello"',
    'services': r'services\.thing.*still here',
}


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


# What is asked of the demo by HTTP.
ASKED = {'panels': '/api/panels', 'query': '/query?q=hello'}


def answer_of(address, path):
    """Empty while nothing is there yet."""
    try:
        with urllib.request.urlopen(f'http://{address}{path}', timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ''


def demo(shell, plugin_path, kind):
    """Runs the demo until it has said what is expected, and stops it as a user would."""
    expected = DEMO[kind]
    log = os.path.join(shell.folder, 'demo.log')
    address = f'127.0.0.1:{free_port()}'
    environment = dict(shell.environment, TICKWORK_CHRONOGRAF_BIND=address,
                       TICKWORK_INFLUXDB_BIND=address)

    def said():
        return open(log).read() + (answer_of(address, ASKED[kind]) if kind in ASKED else '')

    with open(log, 'w') as out:
        running = subprocess.Popen(
            ['tickwork', 'run', '--plugin-path', plugin_path, '-c', 'demo.toml'], stdout=out,
            stderr=subprocess.STDOUT, cwd=shell.folder, env=environment)
    try:
        end = time.monotonic() + 30
        while not re.search(expected, said()):
            if running.poll() is not None or time.monotonic() > end:
                raise Failed(f'the demo lacks {expected}:\n{said()}')
            time.sleep(0.2)
        running.send_signal(signal.SIGTERM)
        if running.wait(20):
            raise Failed(f'the demo ends with {running.returncode}:\n{open(log).read()}')
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()


def try_kind(prefix, scratch, language, kind):
    shell = Shell(prefix, scratch)
    folder = f'{language}_{kind}'
    plugin = f'{kind}.thing'
    shell.run(f'tickwork new {plugin} --lang {language} --id org.example.thing --dir {folder}')
    shell.run(f'cd {folder}')
    if language == 'rust':
        shell.run('make')
        shell.run('make test', r'test result: ok\. 2 passed')
        path = '.'
    else:
        shell.run('cmake -B build')
        shell.run('cmake --build build')
        shell.run('ctest --test-dir build --output-on-failure', '100% tests passed')
        path = 'build'
    if language == 'c':
        shell.run('make')
    shell.run(f'tickwork check {path}/{plugin}.so', r'tickwork-check 1\.0: (\d+)/\1')
    demo(shell, path, kind)


def kinds_of(prefix, language):
    folder = os.path.join(prefix, 'share', 'tickwork', 'template', language)
    return sorted(set(os.listdir(folder)) - {'project'})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--lang', required=True)
    parser.add_argument('--kind', nargs='*', help='only these')
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix='tickwork-kinds-')
    prefix = os.path.join(scratch, 'prefix')
    failures = []
    try:
        install(options.build, prefix)
        kinds = kinds_of(prefix, options.lang)
        if kinds != sorted(DEMO):
            failures.append(f'templates in {options.lang}: {kinds}, expected {sorted(DEMO)}')
        for kind in options.kind or kinds:
            try:
                try_kind(prefix, scratch, options.lang, kind)
            except Failed as why:
                failures.append(f'{options.lang} {kind}: {why}')
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    sys.exit("\n".join(failures) or 0)


main()
