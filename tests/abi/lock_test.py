#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Edits a copy of the headers in every forbidden way, and sees that lock_v1.cpp no longer compiles;
appending to a growable struct and adding an id must still compile.

usage: lock_test.py sdk/include lock_v1.cpp"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

# name, header, pattern, replacement, must compile
EDITS = [
    ('append a member', 'kind/input.h', r'(\(\*gather\).*?;.*?\n)', r'\1  void (*extra)(tw_instance*);\n', True),
    ('add an id', 'kind/input.h', r'(#define TW_INPUT .*\n)', r'\1#define TW_INPUT_2 "tw.input/2"\n', True),
    ('insert a member', 'host.h', r'(uint32_t size, abi_minor;)', r'\1 void* spare;', False),
    ('swap members', 'metric.h', r'tw_str key, value;\n\} tw_tag', 'tw_str value, key;\n} tw_tag', False),
    ('grow a frozen struct', 'metric.h', r'\} tw_batch;', '  void* spare;\n} tw_batch;', False),
    ('retype a member', 'metric.h', r'int64_t time_ns;', 'uint64_t time_ns;', False),
    ('add a parameter', 'kind/output.h', r'\(\*write\)\(tw_instance\*,', '(*write)(tw_instance*, int,', False),
    ('renumber a constant', 'abi.h', r'TW_DONE = 3', 'TW_DONE = 4', False),
    ('insert a constant', 'config.h', r'TW_OPT_BOOL,', 'TW_OPT_DATE, TW_OPT_BOOL,', False),
    ('change an id', 'kind/parser.h', r'"tw.parser/1"', '"tw.parser/2"', False),
]


def compiles(include, lock):
    done = subprocess.run(['g++', '-std=c++20', '-fsyntax-only', '-I', include, lock],
                          capture_output=True, text=True)
    return done.returncode == 0


def main():
    include, lock = sys.argv[1:3]
    bad = 0
    for name, header, pattern, replacement, allowed in EDITS:
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, 'include')
            shutil.copytree(include, copy)
            path = os.path.join(copy, 'tickwork', header)
            text = open(path).read()
            edited, n = re.subn(pattern, replacement, text, count=1, flags=re.S)
            good = n == 1 and edited != text
            open(path, 'w').write(edited)
            verdict = compiles(copy, lock) if good else None
        ok = verdict == allowed
        bad += not ok
        what = {True: 'compiles', False: 'refused', None: 'the edit no longer fits the header'}[verdict]
        print(f'{"ok " if ok else "BAD"} {name}: {what}')
    sys.exit(bad > 0)


main()
