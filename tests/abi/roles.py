#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function pointer in the public C headers has a role tag: [setup], [work] or [any].

The tag stands in the comment before the member, behind it on its line, or on the next line.
usage: roles.py sdk/include/tickwork"""
import os
import re
import sys

POINTER = re.compile(r'\(\*\s*(\w+)\)\s*\(')
TAG = re.compile(r'\[(setup|work|any)\]')


def untagged(path):
    lines = open(path).read().splitlines()
    inside_callback = re.compile(r'^\s+(void|tw_status|bool) \(\*(done|fire|visit)\)')
    for at, line in enumerate(lines):
        found = POINTER.search(line)
        if not found or inside_callback.match(line):  # an argument of the member above
            continue
        end = at
        while ';' not in lines[end]:
            end += 1
        tail = '\n'.join(lines[at:end + 1])
        if end + 1 < len(lines) and re.match(r'\s*/\*', lines[end + 1]) and '/*' not in lines[end]:
            tail += lines[end + 1]
        if not TAG.search(tail):
            yield at + 1, found.group(1)


def main():
    bad = count = 0
    for folder, _, files in sorted(os.walk(sys.argv[1])):
        for name in sorted(f for f in files if f.endswith('.h')):
            path = os.path.join(folder, name)
            count += len(POINTER.findall(open(path).read()))
            for line, member in untagged(path):
                print(f'{path}:{line}: {member} has no role tag; add [setup], [work] or [any]')
                bad += 1
    if count < 50:
        sys.exit(f'only {count} function pointers found: the pattern no longer fits the headers')
    print(f'{count} function pointers, {bad} without a role')
    sys.exit(bad > 0)


main()
