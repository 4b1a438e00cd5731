#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs Tickwork to a scratch prefix and writes a plugin in each language outside of the tree:
new, build, its tests, check, try, run. The C++ lines are those of sdk/README.md, with gdb.

usage: outside.py --build BUILD --readme sdk/README.md [--keep]"""
import argparse
import os
import re
import shutil
import sys
import tempfile

from installed import Failed, Shell, install


def readme_lines(path):
    blocks = re.findall(r'```sh\n(.*?)```', open(path).read(), re.S)
    return [line for block in blocks for line in block.strip().splitlines()]


POINT = {'cpp': r'uptime,.*source=/proc/uptime value=\d', 'c': r'load,.*source=/proc/uptime value=\d',
         'rust': r'ticks,.*source=/proc/uptime value=\d'}


CHECKED = r'tickwork-check 1\.0: (\d+)/\1'

PACKAGE = {'cpp': r'/usr/lib/tickwork/inputs\.uptime\.so(.|\n)*/man7/tickwork-inputs\.uptime\.7',
           'c': r'/usr/lib/tickwork/inputs\.load\.so', 'rust': r'/usr/lib/tickwork/inputs\.ticks\.so|building package'}


def expectation(line, language):
    """What a line must print besides succeeding."""
    if line.startswith('ctest') or line == 'make test':
        return r'100% tests passed|test result: ok\. 2 passed'
    if line.startswith('gdb'):
        return r'(?s)#0 +Uptime::gather.*uptime\.cpp:\d.*\$1 = "(number|/proc/uptime)"'
    if 'tickwork check' in line:
        return CHECKED
    if line.startswith('dpkg-deb') or line == 'make deb':
        return PACKAGE[language]
    if 'tickwork try' in line or 'tickwork run' in line:
        return POINT[language]
    return None


def from_lines(prefix, scratch, language, lines):
    shell = Shell(prefix, scratch)
    for line in lines:
        shell.run(line, expectation(line, language))
    return shell.folder


def c_lines():
    return ['tickwork new inputs.load --lang c --id org.example.load', 'cd load', 'cmake -B build',
            'cmake --build build', 'ctest --test-dir build --output-on-failure',
            'tickwork check build/inputs.load.so', 'tickwork try build/inputs.load.so',
            'make', 'tickwork check inputs.load.so',
            'tickwork run --test --plugin-path build -c demo.toml',
            'cpack --config build/CPackConfig.cmake -B build',
            'dpkg-deb --contents build/tickwork-inputs-load_*.deb']


def rust_lines():
    return ['tickwork new inputs.ticks --lang rust --id org.example.ticks', 'cd ticks', 'make',
            'make test', 'tickwork check inputs.ticks.so', 'tickwork try inputs.ticks.so',
            'tickwork run --test --plugin-path . -c demo.toml', 'make deb',
            'dpkg-deb --contents tickwork-inputs-ticks_*.deb']


def packaged_plugin(prefix, project):
    """What the package holds is found and fine."""
    shell = Shell(prefix, project)
    shell.run('dpkg-deb -x build/tickwork-inputs-uptime_*.deb unpacked')
    shell.run('tickwork list --plugin-path unpacked/usr/lib/tickwork', r'inputs\.uptime')
    shell.run('tickwork check unpacked/usr/lib/tickwork/inputs.uptime.so', CHECKED)


def kit_plugin(prefix, scratch):
    """A stranger's plugin may use a kit, built from its installed source."""
    folder = os.path.join(scratch, 'kits')
    os.makedirs(folder)
    open(os.path.join(folder, 'CMakeLists.txt'), 'w').write(
        'cmake_minimum_required(VERSION 3.25)\nproject(kits)\n'
        'find_package(Tickwork REQUIRED COMPONENTS kits)\n'
        'tickwork_plugin(. ID inputs.kits LINK Tickwork::kit_lineproto)\n')
    open(os.path.join(folder, 'kits.cpp'), 'w').write(
        '#include <tickwork/tickwork.hpp>\n#include "kit/lineproto/lineproto.hpp"\n'
        'struct Kits {\n  Kits(tickwork::Host, tickwork::Config) {}\n'
        '  void gather(tickwork::Sink sink) { sink.point("kits").field("v", 1).send(); }\n};\n'
        'TICKWORK_MODULE("org.example.kits", "1.0.0", "MIT",\n'
        '                tickwork::plugin<Kits>("inputs.kits", "Uses a kit"));\n')
    shell = Shell(prefix, folder)
    for line in ('cmake -B build', 'cmake --build build', 'tickwork check build/inputs.kits.so'):
        shell.run(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--readme', required=True)
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix='tickwork-sdk-')
    prefix = os.path.join(scratch, 'prefix')
    try:
        install(options.build, prefix)
        from_lines(prefix, scratch, 'cpp', readme_lines(options.readme))
        packaged_plugin(prefix, os.path.join(scratch, 'uptime'))
        from_lines(prefix, scratch, 'c', c_lines())
        from_lines(prefix, scratch, 'rust', rust_lines())
        kit_plugin(prefix, scratch)
    except Failed as why:
        sys.exit(str(why))
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)


main()
