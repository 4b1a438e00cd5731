#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every built plugin exports exactly tickwork_module_v1; the host exports nothing.

usage: symbols.py <folder of plugins> <host program>"""
import glob
import os
import subprocess
import sys


def exports(path):
    out = subprocess.run(['nm', '-D', '--defined-only', path], capture_output=True, text=True, check=True)
    return [line.split()[-1] for line in out.stdout.splitlines()]


def main():
    folder, host = sys.argv[1:3]
    bad = []
    plugins = sorted(glob.glob(os.path.join(folder, '*.so')))
    for path in plugins:
        names = exports(path)
        if names != ['tickwork_module_v1']:
            bad.append(f'{path} exports {", ".join(names) or "nothing"}')
    # Copies of the C library's variables and the program's own start are no offers.
    names = [n for n in exports(host) if '@' not in n and n not in ('_IO_stdin_used',)]
    if names:
        bad.append(f'{host} exports {", ".join(names[:20])}')
    print('\n'.join(bad) or f'{len(plugins)} plugins with one export each, the host with none')
    sys.exit(bool(bad) or not plugins)


main()
