#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every public header compiles alone, without warnings, in every language that it promises.

C headers: C11, C17, C++17, C++20. C++ headers: C++20. Each with GCC and Clang.
usage: headers.py sdk/include"""
import concurrent.futures
import os
import subprocess
import sys

WARN = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Wno-sign-conversion', '-Werror']
C_MODES = [('gcc', 'c', 'c11'), ('gcc', 'c', 'c17'), ('clang', 'c', 'c11'), ('clang', 'c', 'c17')]
CXX_MODES = [('g++', 'c++', 'c++17'), ('clang++', 'c++', 'c++17')]
CXX20_MODES = [('g++', 'c++', 'c++20'), ('clang++', 'c++', 'c++20')]


def compile_alone(include, header, mode):
    compiler, language, standard = mode
    done = subprocess.run(
        [compiler, f'-x{language}', f'-std={standard}', *WARN, '-fsyntax-only', '-I', include, '-'],
        input=f'#include <{header}>\n#include <{header}>\n', capture_output=True, text=True)
    return done.returncode, f'{header} as {standard} with {compiler}:\n{done.stderr}'


def main():
    include = sys.argv[1]
    jobs = []
    for folder, _, files in sorted(os.walk(os.path.join(include, 'tickwork'))):
        for name in sorted(files):
            header = os.path.relpath(os.path.join(folder, name), include)
            modes = C_MODES + CXX_MODES + CXX20_MODES if name.endswith('.h') else CXX20_MODES
            jobs += [(header, mode) for mode in modes]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda job: compile_alone(include, *job), jobs))
    bad = [text for code, text in results if code]
    print('\n'.join(bad) or f'{len(jobs)} compilations, all clean')
    sys.exit(bool(bad) or len(jobs) < 100)


main()
