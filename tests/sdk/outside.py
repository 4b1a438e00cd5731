#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs Tickwork to a scratch prefix and writes a plugin in each language outside of the tree:
new, build, its tests, check, try, run. The C++ lines are those of sdk/README.md.

usage: outside.py --build BUILD --readme sdk/README.md [--keep]"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile


class Failed(Exception):
    pass


class Shell:
    """Runs lines in a folder with the installed program first on the path."""

    def __init__(self, prefix, folder):
        self.folder = folder
        pkgconfig = os.path.join(prefix, 'lib', 'pkgconfig')
        self.environment = dict(
            os.environ, PATH=os.path.join(prefix, 'bin') + ':' + os.environ['PATH'],
            CMAKE_PREFIX_PATH=prefix, PKG_CONFIG_PATH=pkgconfig, HOME=folder,
            XDG_CACHE_HOME=os.path.join(folder, '.cache'))
        for home in ('CARGO_HOME', 'RUSTUP_HOME'):  # where a rustc of rustup looks
            default = os.path.join(os.path.expanduser('~'), '.' + home.split('_')[0].lower())
            self.environment.setdefault(home, default)

    def run(self, line, expect=None):
        if line.startswith('cd '):
            self.folder = os.path.join(self.folder, line[3:])
            return ''
        print(f'$ {line}', flush=True)
        done = subprocess.run(line, shell=True, cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        if done.returncode:
            raise Failed(f'exit code {done.returncode}:\n{done.stdout}')
        if expect and not re.search(expect, done.stdout):
            raise Failed(f'lacks {expect}:\n{done.stdout}')
        return done.stdout


def install(build, prefix):
    done = subprocess.run(['cmake', '--install', build, '--prefix', prefix], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed(f'cmake --install:\n{done.stdout[-3000:]}')


def readme_lines(path):
    block = re.search(r'```sh\n(.*?)```', open(path).read(), re.S)
    return block.group(1).strip().splitlines()


POINT = {'cpp': r'uptime,.*source=/proc/uptime value=\d', 'c': r'load,.*source=/proc/uptime value=\d',
         'rust': r'ticks,.*source=/proc/uptime value=\d'}


def expectation(line, language):
    """What a line must print besides succeeding."""
    if line.startswith('ctest') or line == 'make test':
        return r'100% tests passed|test result: ok\. 2 passed'
    if 'tickwork check' in line:
        return r'tickwork-check 1\.0: (\d+)/\1'
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
            'tickwork run --test --plugin-path build -c demo.toml']


def rust_lines():
    return ['tickwork new inputs.ticks --lang rust --id org.example.ticks', 'cd ticks', 'make',
            'make test', 'tickwork check inputs.ticks.so', 'tickwork try inputs.ticks.so',
            'tickwork run --test --plugin-path . -c demo.toml']


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
        from_lines(prefix, scratch, 'c', c_lines())
        from_lines(prefix, scratch, 'rust', rust_lines())
        kit_plugin(prefix, scratch)
    except Failed as why:
        sys.exit(str(why))
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)


main()
