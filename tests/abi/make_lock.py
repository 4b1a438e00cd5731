#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints lock_v1.cpp: a static_assert for every public struct, member, constant and id.

Run once per release (HISTORY.md says when); never edit what it printed. Reads the headers with
Clang's AST and takes sizes and offsets from the compiler.
usage: make_lock.py sdk/include > tests/abi/lock_v1.cpp"""
import json
import os
import re
import subprocess
import sys
import tempfile

HEAD = """// SPDX-License-Identifier: MIT
// The ABI lock, version 1: what was released stays where it is. Printed by make_lock.py, never
// edited. Structs that begin with size may grow at their end; all others are frozen.
#include <tickwork/tickwork.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

#define MEMBER(s, m, at, ...)                                              \\
  static_assert(offsetof(s, m) == at, #s "." #m " moved");                 \\
  static_assert(std::is_same_v<decltype(s::m), __VA_ARGS__>, #s "." #m " has another type")
#define FROZEN(s, n) static_assert(sizeof(s) == n, #s " is frozen")
#define GROWS(s, n) static_assert(sizeof(s) >= n, #s " shrank")
#define CONSTANT(c, v) static_assert(c == v, #c " changed")
#define ID(c, v) static_assert(std::string_view{c} == v, #c " changed")
"""


def syntax_tree(include, source):
    out = subprocess.run(
        ['clang++', '-std=c++20', '-I', include, '-fsyntax-only', '-Xclang', '-ast-dump=json', source],
        check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def walk(node):
    yield node
    for child in node.get('inner', []):
        yield from walk(child)


def location(node):
    loc = node.get('loc', {})
    return loc.get('expansionLoc', loc).get('file') or loc.get('includedFrom', {}).get('file')


def structs(tree):
    """(name, [(member, type)]) in order of declaration."""
    for node in walk(tree):
        if node.get('kind') == 'CXXRecordDecl' and node.get('completeDefinition') \
                and re.match(r'tw_|Arrow', node.get('name', '')) and node.get('tagUsed') == 'struct':
            members = [(f['name'], f['type']['qualType']) for f in node['inner']
                       if f['kind'] == 'FieldDecl' and not f.get('isImplicit')]
            yield node['name'], members


def constants(tree):
    return [n['name'] for n in walk(tree)
            if n.get('kind') == 'EnumConstantDecl' and n['name'].startswith('TW_')]


def macros(include):
    ids, numbers = [], []
    for folder, _, files in sorted(os.walk(os.path.join(include, 'tickwork'))):
        for name in sorted(files):
            if not name.endswith('.h'):
                continue
            text = open(os.path.join(folder, name)).read()
            ids += re.findall(r'#define (TW_\w+) ("[^"]+")', text)
            numbers += re.findall(r'#define (TW_ABI_MAJOR) (\d+)', text)
    return ids, numbers


def measure(include, records, names):
    """Sizes, offsets and values, told by a program."""
    lines = ['#include <tickwork/tickwork.h>', '#include <cstdio>', 'int main() {']
    for struct, members in records:
        lines.append(f'std::printf("%zu\\n", sizeof({struct}));')
        lines += [f'std::printf("%zu\\n", offsetof({struct}, {m}));' for m, _ in members]
    lines += [f'std::printf("%lld\\n", (long long){n});' for n in names] + ['}']
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, 'measure.cpp')
        open(source, 'w').write('\n'.join(lines))
        subprocess.run(['clang++', '-std=c++20', '-I', include, source, '-o', source + '.bin'], check=True)
        return iter(subprocess.run([source + '.bin'], check=True, capture_output=True, text=True)
                    .stdout.split())


def main():
    include = sys.argv[1]
    with tempfile.NamedTemporaryFile('w', suffix='.cpp') as source:
        source.write('#include <tickwork/tickwork.h>\n')
        source.flush()
        tree = syntax_tree(include, source.name)
    records, names = list(structs(tree)), constants(tree)
    values = measure(include, records, names)
    print(HEAD)
    for struct, members in records:
        rule = 'GROWS' if members[0][0] == 'size' else 'FROZEN'
        print(f'{rule}({struct}, {next(values)});')
        for member, kind in members:
            if '(unnamed' in kind:  # tw_value.as
                print(f'static_assert(offsetof({struct}, {member}) == {next(values)});')
            else:
                print(f'MEMBER({struct}, {member}, {next(values)}, {kind});')
        print()
    for arm, kind in [('f', 'double'), ('i', 'int64_t'), ('u', 'uint64_t'), ('b', 'bool'),
                      ('s', 'const char *')]:
        print(f'static_assert(std::is_same_v<decltype(tw_value{{}}.as.{arm}), {kind}>);')
    print()
    for name in names:
        print(f'CONSTANT({name}, {next(values)});')
    print('CONSTANT(TW_NOW, INT64_MIN);')
    ids, numbers = macros(include)
    for name, value in numbers:
        print(f'CONSTANT({name}, {value});')
    print()
    for name, value in ids:
        print(f'ID({name}, {value});')


main()
