#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every built plugin exports exactly tickwork_module_v1; the host exports nothing.

usage: symbols.py <folder of plugins> <host program>"""
import glob
import os
import subprocess
import sys


def exports(path):
    """(kind, name) of each dynamic symbol; kind as nm's letter."""
    out = subprocess.run(['nm', '-D', '--defined-only', path], capture_output=True, text=True, check=True)
    return [tuple(line.split()[-2:]) for line in out.stdout.splitlines()]


def main():
    folder, host = sys.argv[1:3]
    bad = []
    plugins = sorted(glob.glob(os.path.join(folder, '*.so')))
    for path in plugins:
        names = [name for _, name in exports(path)]
        if names != ['tickwork_module_v1']:
            bad.append(f'{path} exports {", ".join(names) or "nothing"}')
    # Copies of the C library's variables (with @) are no offers, and neither are weak template
    # instances of the C++ library and Boost that the linker shares with the libraries they are in.
    # Plugins bind to none of them: they hide everything of their own.
    names = [name for kind, name in exports(host)
             if '@' not in name and name != '_IO_stdin_used' and (kind in 'TDBRu' or 'tickwork' in name)]
    if names:
        bad.append(f'{host} exports {", ".join(names[:20])}')
    print('\n'.join(bad) or f'{len(plugins)} plugins with one export each, the host with none')
    sys.exit(bool(bad) or not plugins)


main()
