#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Misuse of the C++ layer that must not compile, with the sentence that the author reads.

Each compile_fail/*.cpp begins with lines "// expect: <part of the compiler's message>"; all that is
between #ifdef MISUSE and #endif is the misuse: without it the file must compile, with it it must not.
usage: compile_fail.py sdk/include <folder> compiler..."""
import glob
import os
import re
import subprocess
import sys

FLAGS = ['-std=c++20', '-Wall', '-Wextra', '-Werror', '-fsyntax-only']


def check(include, path, compiler):
    command = [compiler, *FLAGS, '-I', include, path]
    plain = subprocess.run(command, capture_output=True, text=True)
    if plain.returncode:
        return f'does not compile even without the misuse:\n{plain.stderr}'
    misuse = subprocess.run(command + ['-DMISUSE'], capture_output=True, text=True)
    if not misuse.returncode:
        return 'the misuse compiles'
    for sentence in re.findall(r'^// expect: (.+)$', open(path).read(), re.M):
        if sentence not in misuse.stderr:
            return f'the message lacks "{sentence}":\n{misuse.stderr}'
    return None


def main():
    include, folder, *compilers = sys.argv[1:]
    files = sorted(glob.glob(os.path.join(folder, '*.cpp')))
    bad = 0
    for path in files:
        for compiler in compilers:
            why = check(include, path, compiler)
            bad += why is not None
            print(f'{os.path.basename(path)} with {compiler}: {why or "refused as it should be"}')
    sys.exit(bool(bad) or not files)


main()
