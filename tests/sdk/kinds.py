#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every template of "tickwork new" from the installed SDK, outside of the tree: made, built, its
tests run, checked by the validator, and run by the program with its demo.toml.

Projects in C and C++ are built as parts of one project, which reads GoogleTest and the C++ layer
once for all of them; outside.py builds them each on their own.

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
    'services.route': r'Hello you, you are number \d',
    'services.server': r'"name":"influxdb","status":"pass"',
    'storage': r'"columns":\["time","used_percent"\],"values":\[\[\d+,\d',
}


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


# All of the validator's tests were passed.
CHECKED = r'tickwork-check 1\.0: (\d+)/\1'

# What is asked of the demo by HTTP.
ASKED = {'panels': '/api/panels', 'query': '/query?q=hello', 'services.route': '/route/you',
         'services.server': '/health', 'storage': '/query?db=demo&epoch=ns&q=SELECT+used_percent+FROM+mem'}

COMMANDS = {'storage': ('storage.thing count thing.journal', r'demo [1-9]')}


def answer_of(address, path):
    """Empty while nothing is there yet."""
    try:
        with urllib.request.urlopen(f'http://{address}{path}', timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ''


def catches(pid, number):
    """Whether a process has a handler for a signal; before, it ends at once."""
    caught = re.search(r'SigCgt:\s*(\w+)', open(f'/proc/{pid}/status').read())
    return bool(caught) and int(caught.group(1), 16) >> (number - 1) & 1 == 1


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
        while not re.search(expected, said()) or not catches(running.pid, signal.SIGTERM):
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


def command(shell, plugin_path, kind):
    """What a plugin offers to the command line, after its demo."""
    if kind in COMMANDS:
        line, expected = COMMANDS[kind]
        shell.run(f'TICKWORK_PLUGIN_PATH={plugin_path} tickwork {line}', expected)


def plugin_of(template):
    """The plugin that is made from it: inputs.thing; services.route of a second one of that kind."""
    return template if '.' in template else f'{template}.thing'


def begin(shell, language, template):
    """The folder of a new project."""
    folder = f'{language}_{template.replace(".", "_")}'
    kind, _, name = template.partition('.')
    other = f'--template {name} ' if name else ''
    shell.run(f'tickwork new {plugin_of(template)} --lang {language} {other}--id org.example.thing --dir {folder}')
    return folder


def try_rust(prefix, scratch, kind):
    shell = Shell(prefix, scratch)
    shell.run(f'cd {begin(shell, "rust", kind)}')
    shell.run('make')
    shell.run('make test', r'test result: ok\. 2 passed')
    shell.run(f'tickwork check {plugin_of(kind)}.so', CHECKED)
    demo(shell, '.', kind)
    command(shell, '.', kind)


# Parts include what they use themselves: what is read before them must be named in them.
READ_BEFORE = {'plugin': ['tickwork/tickwork.hpp'], 'test': ['gtest/gtest.h', 'tickwork/testing.hpp']}

WHOLE = """cmake_minimum_required(VERSION 3.25)
project(kinds)
find_package(Tickwork REQUIRED)
find_package(GTest REQUIRED)
file(WRITE ${CMAKE_BINARY_DIR}/plugin.cpp "")
file(WRITE ${CMAKE_BINARY_DIR}/test.cpp "int main() {}")
add_library(read_plugin OBJECT ${CMAKE_BINARY_DIR}/plugin.cpp)
set_target_properties(read_plugin PROPERTIES CXX_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
target_compile_options(read_plugin PRIVATE -fno-gnu-unique)
target_link_libraries(read_plugin PRIVATE Tickwork::sdk)
target_compile_features(read_plugin PRIVATE cxx_std_20)
add_executable(read_test EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/test.cpp)
target_link_libraries(read_test PRIVATE Tickwork::testing GTest::gtest_main)
"""


def sources(folder):
    """(part, text) of each C++ source."""
    for name in sorted(os.listdir(folder)):
        if name.endswith('.cpp'):
            yield 'test' if name.endswith('_test.cpp') else 'plugin', open(os.path.join(folder, name)).read()


def whole_project(scratch, folders):
    """A project of all of them, in scratch."""
    lines = [WHOLE]
    used = set()
    for kind, folder in folders.items():
        lines.append(f'add_subdirectory({folder})')
        for part, text in sources(os.path.join(scratch, folder)):
            missing = [h for h in READ_BEFORE[part] if f'#include <{h}>' not in text]
            if missing:
                raise Failed(f'{folder}: a {part} does not include {missing}')
            used.add(part)
            target = plugin_of(kind) + ('_test' if part == 'test' else '.objects')
            lines.append(f'target_precompile_headers({target} REUSE_FROM read_{part})')
    for part in sorted(used):
        headers = ' '.join(f'<{h}>' for h in READ_BEFORE[part])
        lines.append(f'target_precompile_headers(read_{part} PRIVATE {headers})')
    with open(os.path.join(scratch, 'CMakeLists.txt'), 'w') as out:
        out.write('\n'.join(lines) + '\n')


def build_all(prefix, scratch, language, kinds):
    """Their folders. Built and tested, which runs the validator over each, too."""
    shell = Shell(prefix, scratch)
    folders = {kind: begin(shell, language, kind) for kind in kinds}
    whole_project(scratch, folders)
    shell.run('cmake -B build')
    shell.run('cmake --build build -j 2')
    told = shell.run('ctest --test-dir build --verbose -j 2', '100% tests passed')
    checked = len(re.findall(CHECKED, told))
    if checked != len(kinds):
        raise Failed(f'{checked} of {len(kinds)} plugins pass "tickwork check":\n{told}')
    return folders


def try_demo(prefix, scratch, language, kind, folder):
    shell = Shell(prefix, scratch)
    shell.run(f'cd {folder}')
    if language == 'c':
        shell.run('make')
    demo(shell, f'../build/{folder}', kind)
    command(shell, f'../build/{folder}', kind)


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
        kinds = options.kind or kinds
        folders = {} if options.lang == 'rust' else build_all(prefix, scratch, options.lang, kinds)
        for kind in kinds:
            try:
                if options.lang == 'rust':
                    try_rust(prefix, scratch, kind)
                else:
                    try_demo(prefix, scratch, options.lang, kind, folders[kind])
            except Failed as why:
                failures.append(f'{options.lang} {kind}: {why}')
    except Failed as why:
        failures.append(f'{options.lang}: {why}')
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    sys.exit("\n".join(failures) or 0)


main()
